/* --store, and the sum of several scans. */
#include "tests/support/unit.h"

#include <string.h>

#include "collector/node/node.h"
#include "common/memory.h"
#include "tests/support/record_log.h"

static void
test_parse(void **state)
{
	static const struct {
		const char *text, *address, *message;
		enum store_engine engine;
	} cases[] = {
		{ "containers-storage=/a", "/a", NULL, ENGINE_CONTAINERS_STORAGE },
		{ "containers-storage=vfs@/a=b", "vfs@/a=b", NULL, ENGINE_CONTAINERS_STORAGE },
		{ "docker=/a", "/a", NULL, ENGINE_DOCKER },
		{ "containerd=/a", "/a", NULL, ENGINE_CONTAINERD },
		{ "cri=/a", "/a", NULL, ENGINE_CRI },
		{ "containers-storage=", NULL, "write ENGINE=ADDRESS", 0 },
		{ "containers-storage", NULL, "write ENGINE=ADDRESS", 0 },
		{ "containers=/a", NULL, "'containers' is no engine", 0 },
		{ "=/a", NULL, "'' is no engine", 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct node_store store = { 0 };
		struct error err = { 0 };

		assert_int_equal(node_store_parse(&store, cases[i].text, &err),
		        cases[i].message == NULL ? 0 : -1);
		if (cases[i].message == NULL) {
			assert_int_equal(store.engine, cases[i].engine);
			assert_string_equal(store.address, cases[i].address);
		} else {
			assert_int_equal(err.code, ERROR_USAGE);
			assert_non_null(strstr(err.message, cases[i].message));
		}
	}
}

static void
test_sum(void **state)
{
	static const struct {
		enum scan_state scans[3];
		size_t count;
		enum scan_state total;
	} cases[] = {
		{ { SCAN_COMPLETE }, 1, SCAN_COMPLETE },
		{ { SCAN_COMPLETE, SCAN_COMPLETE }, 2, SCAN_COMPLETE },
		{ { SCAN_FAILED, SCAN_FAILED }, 2, SCAN_FAILED },
		{ { SCAN_COMPLETE, SCAN_FAILED }, 2, SCAN_PARTIAL },
		{ { SCAN_FAILED, SCAN_COMPLETE, SCAN_COMPLETE }, 3, SCAN_PARTIAL },
		{ { SCAN_PARTIAL }, 1, SCAN_PARTIAL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct collect_result total = { 0 };

		for (size_t k = 0; k < cases[i].count; k++) {
			struct collect_result scan = { .state = cases[i].scans[k], .problems = 1 };

			node_count_scan(&total, &scan);
		}
		assert_int_equal(total.state, cases[i].total);
		assert_int_equal(total.problems, cases[i].count);
		assert_int_equal(total.progress.stores, cases[i].count);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
