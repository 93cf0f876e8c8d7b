/* A table that is accepted is within its limit; telling of it never reads behind the bytes. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>

#include "collector/node/program.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf_table table;

	if (program_head(data, size, &table) != PROGRAM_ELF)
		return 0;
	assert(table.count > 0 && table.entry_bytes >= 32);
	assert(table.count * table.entry_bytes <= PROGRAM_TABLE_BYTES);
	if (table.offset < size)
		assert(program_has_loader(&table, data + table.offset, size - table.offset) <= 1);
	return 0;
}
