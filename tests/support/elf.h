/* Small ELF files: just headers. */
#ifndef TESTS_SUPPORT_ELF_H
#define TESTS_SUPPORT_ELF_H

#include <stdbool.h>
#include <stddef.h>

struct elf_recipe {
	bool is_32_bit, big_endian;
	unsigned type;    /* 2 = executable, 3 = position-independent */
	unsigned headers; /* of type PT_LOAD … */
	bool loader;      /* … and a last one of type PT_INTERP */
};

#define ELF_FILE_BYTES 4096
/* The length. */
size_t elf_make(unsigned char out[ELF_FILE_BYTES], const struct elf_recipe *recipe);

#endif
