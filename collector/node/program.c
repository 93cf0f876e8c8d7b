/* ELF (gABI chapters 4 and 5), read field by field: alignment and byte order are the file's. */
#include "collector/node/program.h"

#include <string.h>

#include "common/memory.h"

enum { ELF_EXEC = 2, ELF_DYN = 3, ELF_INTERP = 3 };
enum { ELF32_HEADER = 52, ELF64_HEADER = 64, ELF32_ENTRY = 32, ELF64_ENTRY = 56 };

static uint64_t
number(const unsigned char *at, size_t bytes, bool big_endian)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | at[big_endian ? i : bytes - 1 - i];
	return value;
}

static bool
read_elf(const unsigned char *head, size_t length, struct elf_table *table)
{
	bool wide = length > 4 && head[4] == 2, big = length > 5 && head[5] == 2;
	size_t header = wide ? ELF64_HEADER : ELF32_HEADER;
	size_t entry = wide ? ELF64_ENTRY : ELF32_ENTRY;

	if (length < header || head[4] < 1 || head[4] > 2 || head[5] < 1 || head[5] > 2)
		return false;
	uint64_t type = number(head + 16, 2, big);
	table->is_64_bit = wide;
	table->big_endian = big;
	table->offset = wide ? number(head + 32, 8, big) : number(head + 28, 4, big);
	table->entry_bytes = (size_t)number(head + (wide ? 54 : 42), 2, big);
	table->count = (size_t)number(head + (wide ? 56 : 44), 2, big);
	if (table->entry_bytes < entry || table->count == 0 || table->offset > INT64_MAX ||
	        (type != ELF_EXEC && type != ELF_DYN))
		return false;
	return table->count <= PROGRAM_TABLE_BYTES / table->entry_bytes;
}

enum program_form
program_head(const unsigned char *head, size_t length, struct elf_table *table)
{
	*table = (struct elf_table){ 0 };
	if (length >= 2 && memcmp(head, "#!", 2) == 0)
		return PROGRAM_SCRIPT;
	if (length < 4 || memcmp(head, "\177ELF", 4) != 0)
		return PROGRAM_OTHER;
	return read_elf(head, length, table) ? PROGRAM_ELF : PROGRAM_OTHER;
}

int
program_has_loader(const struct elf_table *table, const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < table->count; i++) {
		size_t at = i * table->entry_bytes;

		if (at + 4 > length)
			return -1;
		if (number(bytes + at, 4, table->big_endian) == ELF_INTERP)
			return 1;
	}
	return 0;
}

/* --- names ------------------------------------------------------------------------------ */

static const char *const interpreters[] = { "sh", "bash", "dash", "ash", "hush", "ksh", "mksh",
	"zsh", "fish", "rbash", "pwsh", "python", "pypy", "node", "nodejs", "deno", "bun", "java",
	"jshell", "perl", "ruby", "jruby", "php", "php-cgi", "php-fpm", "lua", "luajit", "tclsh",
	"wish", "awk", "gawk", "mawk", "Rscript", "julia", "guile", "erl", "beam.smp", "dotnet",
	"mono", "mono-sgen", "groovy", "scala", "clojure" };

/* "python3.11" is python, "php8.2" php, "php-fpm8.2" php-fpm. */
static size_t
length_without_version(const char *name)
{
	size_t length = strlen(name);

	while (length > 1 && strchr("0123456789.", name[length - 1]) != NULL)
		length--;
	return length > 1 && name[length - 1] == '-' ? length - 1 : length;
}

bool
program_is_interpreter(const char *name)
{
	size_t length = length_without_version(name);

	for (size_t i = 0; i < countof(interpreters); i++)
		if (strlen(interpreters[i]) == length &&
		        strncmp(interpreters[i], name, length) == 0)
			return true;
	return false;
}
