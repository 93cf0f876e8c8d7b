/* ELF with and without a loader, in all four shapes; headers that lie; names of interpreters. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/node/program.h"
#include "common/memory.h"
#include "tests/support/elf.h"

static void
test_forms(void **state)
{
	static const struct {
		struct elf_recipe recipe;
		enum program_form form;
		int loader;
	} cases[] = {
		{ { .type = 2, .headers = 3 }, PROGRAM_ELF, 0 },
		{ { .type = 2, .headers = 3, .loader = true }, PROGRAM_ELF, 1 },
		{ { .type = 3, .headers = 9 }, PROGRAM_ELF, 0 },
		{ { .type = 3, .headers = 9, .loader = true }, PROGRAM_ELF, 1 },
		{ { .is_32_bit = true, .type = 2, .headers = 2 }, PROGRAM_ELF, 0 },
		{ { .is_32_bit = true, .type = 3, .headers = 2, .loader = true }, PROGRAM_ELF, 1 },
		{ { .big_endian = true, .type = 2, .headers = 2, .loader = true }, PROGRAM_ELF, 1 },
		{ { .big_endian = true, .is_32_bit = true, .type = 2, .headers = 2 }, PROGRAM_ELF,
		        0 },
		{ { .type = 1, .headers = 1 }, PROGRAM_OTHER, 0 },
		{ { .type = 4, .headers = 1 }, PROGRAM_OTHER, 0 },
		{ { .type = 2, .headers = 0 }, PROGRAM_OTHER, 0 },
	};
	unsigned char file[ELF_FILE_BYTES];
	struct elf_table table;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		size_t length = elf_make(file, &cases[i].recipe);
		enum program_form form = program_head(file, PROGRAM_HEAD_BYTES, &table);

		if (form != cases[i].form)
			fail_msg("case %zu: form %d", i, (int)form);
		if (form != PROGRAM_ELF)
			continue;
		assert_int_equal(program_has_loader(&table, file + table.offset,
		                         length - (size_t)table.offset),
		        cases[i].loader);
		/* The last header, which tells, is cut off. */
		assert_int_equal(program_has_loader(&table, file + table.offset,
		                         (table.count - 1) * table.entry_bytes + 3),
		        -1);
	}
}

static void
test_lies(void **state)
{
	static const struct {
		size_t at;
		unsigned char byte;
	} cases[] = {
		{ 0, 'X' },             /* no ELF */
		{ 4, 0 },               /* no class */
		{ 4, 3 }, { 5, 0 },     /* no byte order */
		{ 5, 3 }, { 54, 55 },   /* entries shorter than an entry */
		{ 54, 0 }, { 57, 255 }, /* 65,282 entries */
		{ 39, 0x80 },           /* a table behind the end of the largest file */
	};
	struct elf_recipe recipe = { .type = 2, .headers = 2 };
	unsigned char file[ELF_FILE_BYTES];
	struct elf_table table;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		elf_make(file, &recipe);
		file[cases[i].at] = cases[i].byte;
		if (program_head(file, PROGRAM_HEAD_BYTES, &table) != PROGRAM_OTHER)
			fail_msg("case %zu", i);
	}
	elf_make(file, &recipe);
	for (size_t length = 0; length < PROGRAM_HEAD_BYTES; length++)
		assert_int_equal(program_head(file, length, &table), PROGRAM_OTHER);
	assert_int_equal(program_head((const unsigned char *)"#!", 2, &table), PROGRAM_SCRIPT);
	assert_int_equal(program_head((const unsigned char *)"#", 1, &table), PROGRAM_OTHER);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		bool interpreter;
	} cases[] = {
		{ "sh", true },
		{ "bash", true },
		{ "dash", true },
		{ "python", true },
		{ "python3", true },
		{ "python3.11", true },
		{ "perl5.36.0", true },
		{ "ruby3.1", true },
		{ "php8.2", true },
		{ "php-fpm8.2", true },
		{ "node", true },
		{ "node-18", true },
		{ "java", true },
		{ "lua5.4", true },
		{ "beam.smp", true },
		{ "", false },
		{ "3", false },
		{ "shx", false },
		{ "s", false },
		{ "nginx", false },
		{ "python-app", false },
		{ "javac", false },
		{ "busybox", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		if (program_is_interpreter(cases[i].name) != cases[i].interpreter)
			fail_msg("'%s'", cases[i].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
