#include "tests/support/elf.h"

#include <stdint.h>
#include <string.h>

static void
put(unsigned char *at, size_t bytes, uint64_t value, bool big_endian)
{
	for (size_t i = 0; i < bytes; i++)
		at[big_endian ? bytes - 1 - i : i] = (unsigned char)(value >> (8 * i));
}

size_t
elf_make(unsigned char out[ELF_FILE_BYTES], const struct elf_recipe *recipe)
{
	bool wide = !recipe->is_32_bit, big = recipe->big_endian;
	size_t header = wide ? 64 : 52, entry = wide ? 56 : 32;
	unsigned count = recipe->headers + recipe->loader;

	memset(out, 0, ELF_FILE_BYTES);
	memcpy(out, "\177ELF", 4);
	out[4] = wide ? 2 : 1;
	out[5] = big ? 2 : 1;
	put(out + 16, 2, recipe->type, big);
	put(out + (wide ? 32 : 28), wide ? 8 : 4, header, big);
	put(out + (wide ? 54 : 42), 2, entry, big);
	put(out + (wide ? 56 : 44), 2, count, big);
	for (unsigned i = 0; i < count; i++)
		put(out + header + i * entry, 4, recipe->loader && i == count - 1 ? 3 : 1, big);
	return header + count * entry;
}
