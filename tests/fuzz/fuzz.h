/*
 * What a fuzz target is: one function that libFuzzer (`make fuzz`) or replay.c (`make fuzz-replay`)
 * calls with bytes from anywhere. It asserts properties; the sanitizers look for the rest. A target
 * tests/fuzz/NAME.c has its seeds, and every input that ever broke it, in tests/fuzz/corpus/NAME/.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
