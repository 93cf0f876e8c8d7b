/* os-release(5): quoting as a shell has it, and what says nothing. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/node/os_release.h"
#include "common/memory.h"

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16

static const struct {
	const char *text, *id, *version;
} cases[] = {
	{ "ID=debian\nVERSION_ID=\"12\"\n", "debian", "12" },
	{ "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME=\"x\"\n", "alpine",
	        "3.19.1" },
	{ "", NULL, NULL },
	{ "ID=", NULL, NULL },
	{ "ID=\"\"", NULL, NULL },
	{ "ID", NULL, NULL },
	{ "ID_LIKE=debian\nMY_ID=x\n", NULL, NULL },
	{ "#ID=debian\nID=ubuntu", "ubuntu", NULL },
	{ "ID='single $HOME \"'\n", "single $HOME \"", NULL },
	{ "ID=\"a\\\"b\\$c\\\\d\\`e\"", "a\"b$c\\d`e", NULL },
	{ "ID='a\\b'", "a\\b", NULL },
	{ "ID=bare\\ word", "bare word", NULL },
	{ "ID=de\"bi\"'an'", "debian", NULL },
	{ "ID=debian # not a comment for a shell either\n", "debian", NULL },
	{ "  ID=debian  \r\nVERSION_ID=12\r\n", "debian", "12" },
	{ "ID=old\nID=new\n", "new", NULL },
	{ "ID=old\nID=\n", NULL, NULL },
	{ "ID=\"open\nVERSION_ID=1\n", NULL, "1" },
	{ "ID=x\\", "x\\", NULL },
	{ "ID=\x1b[31m", "\xEF\xBF\xBD[31m", NULL },
	{ "ID=" X64 "\n", X64, NULL },
	{ "ID=" X64 "x\nVERSION_ID=1", NULL, "1" },
	{ "VERSION_ID=\xff\xff", NULL, "\xEF\xBF\xBD\xEF\xBF\xBD" },
};

static void
check(size_t i, const char *wanted, const char *got)
{
	if (wanted == NULL ? got != NULL : got == NULL || strcmp(wanted, got) != 0)
		fail_msg("case %zu: '%s' instead of '%s'", i, got != NULL ? got : "(none)",
		        wanted != NULL ? wanted : "(none)");
}

static void
test_values(void **state)
{
	auto_arena arena = { 0 };
	const char *id, *version;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		os_release_parse(&id, &version, &arena, cases[i].text, strlen(cases[i].text));
		check(i, cases[i].id, id);
		check(i, cases[i].version, version);
	}
	os_release_parse(&id, &version, &arena, "ID=a\0b\n", 7);
	check(countof(cases),
	        "a\xEF\xBF\xBD"
	        "b",
	        id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
