/* Bases: small named fleets and what must come out. bases_slow_test.c has the random ones. */
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/model/report.h"
#include "common/buf.h"
#include "common/memory.h"
#include "tests/support/fleet.h"

struct tagged {
	const char *name, *layers, *platform;
	int64_t created_at;
	bool config_unknown;
	const char *config;
};

#define DAY(n) (1500000000 + (n)*86400)

/*
 * `bases` has a line per base in the order of the answer:
 *
 *	EVIDENCE NAME[ = NAME...]|LAYERS layers USERS users REPOSITORIES repositories[ on
 *NAME|LAYERS]
 *
 * and `stacks` a line for each reference whose image stands on bases, bottom first.
 */
struct fleet_case {
	const char *what;
	struct tagged images[9];
	const char *bases;
	const char *stacks;
	const char *marked;
	const char *platform;
};

static const struct fleet_case cases[] = {
	{
	        .what = "nothing",
	        .bases = "",
	        .stacks = "",
	},
	{
	        /*	a   b
	         *	 \ /
	         *	debian:12
	         */
	        .what = "a plain base",
	        .images = {
	                { "reg/debian:12", "debian=50" },
	                { "reg/a:1", "debian=50 a=1" },
	                { "reg/b:1", "debian=50 b=1" },
	        },
	        .bases = "proven reg/debian:12 50 bytes 2 users 2 repositories\n",
	        .stacks = "reg/a:1: reg/debian:12\n"
	                  "reg/b:1: reg/debian:12\n",
	},
	{
	        /*	app  lint
	         *	  |   |
	         *	python:3
	         *	  |
	         *	buildpack:1     tool
	         *	   \            /
	         *	     debian:12
	         */
	        .what = "a nested stack",
	        .images = {
	                { "reg/debian:12", "debian=100" },
	                { "reg/buildpack:1", "debian=100 bp=10" },
	                { "reg/python:3", "debian=100 bp=10 py=5" },
	                { "reg/team/app:1", "debian=100 bp=10 py=5 app=1" },
	                { "reg/team/lint:1", "debian=100 bp=10 py=5 lint=1" },
	                { "reg/tool:1", "debian=100 tool=1" },
	        },
	        .bases = "proven reg/debian:12 100 bytes 5 users 5 repositories\n"
	                 "proven reg/buildpack:1 110 bytes 3 users 3 repositories on reg/debian:12\n"
	                 "proven reg/python:3 115 bytes 2 users 2 repositories on reg/buildpack:1\n",
	        .stacks = "reg/buildpack:1: reg/debian:12\n"
	                  "reg/python:3: reg/debian:12, reg/buildpack:1\n"
	                  "reg/team/app:1: reg/debian:12, reg/buildpack:1, reg/python:3\n"
	                  "reg/team/lint:1: reg/debian:12, reg/buildpack:1, reg/python:3\n"
	                  "reg/tool:1: reg/debian:12\n",
	},
	{
	        .what = "a retag is no user",
	        .images = {
	                { "reg/debian:12", "debian=50" },
	                { "reg/mirror/debian:12", "debian=50" },
	                { "reg/mirror/debian:patched", "debian=50", .config = "other" },
	        },
	        .bases = "",
	        .stacks = "",
	},
	{
	        .what = "ambiguity: names of one repository and of others, the best first",
	        .images = {
	                { "reg/mirror/ubuntu:22.04", "ubuntu=50", .created_at = DAY(1) },
	                { "reg/ubuntu:jammy", "ubuntu=50", .created_at = DAY(1) },
	                { "reg/ubuntu:22.04", "ubuntu=50", .created_at = DAY(1) },
	                { "reg/a:1", "ubuntu=50 a=1" },
	        },
	        .bases = "proven reg/ubuntu:22.04 = reg/ubuntu:jammy = reg/mirror/ubuntu:22.04 "
	                 "(several) 50 bytes 1 users 1 repositories\n",
	        .stacks = "reg/a:1: reg/ubuntu:22.04\n",
	},
	{
	        .what = "marked before official before oldest before name; 1970 is no age",
	        .images = {
	                { "reg/z/base:1", "x=50", .created_at = DAY(9), .config = "1" },
	                { "reg/official:1", "x=50", .created_at = DAY(9), .config = "2" },
	                { "reg/library/official:1", "x=50", .created_at = DAY(8), .config = "3" },
	                { "reg/b/c:old", "x=50", .created_at = DAY(1), .config = "4" },
	                { "reg/b/c:new", "x=50", .created_at = DAY(2), .config = "5" },
	                { "reg/b/c:a", "x=50", .created_at = 1, .config = "6" },
	                { "reg/b/a:a", "x=50", .config = "7" },
	                { "reg/user:1", "x=50 user=1" },
	        },
	        .marked = "reg/z/*",
	        .bases = "proven reg/z/base:1 = reg/library/official:1 = reg/official:1 = "
	                 "reg/b/c:old = reg/b/c:new = reg/b/a:a = reg/b/c:a "
	                 "(several) 50 bytes 1 users 1 repositories\n",
	        .stacks = "reg/user:1: reg/z/base:1\n",
	},
	{
	        .what = "layouts come last, however old and official they look",
	        .images = {
	                { "/srv/base:1", "x=50", .created_at = DAY(1), .config = "1" },
	                { "reg/z/base:1", "x=50", .created_at = DAY(9), .config = "2" },
	                { "reg/user:1", "x=50 user=1" },
	        },
	        .bases = "proven reg/z/base:1 = /srv/base:1 (several) 50 bytes 1 users "
	                 "1 repositories\n",
	        .stacks = "reg/user:1: reg/z/base:1\n",
	},
	{
	        .what = "self: a later image of the same repository",
	        .images = {
	                { "reg/app:1", "x=50" },
	                { "reg/app:2", "x=50 y=1" },
	                { "reg/app:3", "x=50 y=1 z=1" },
	        },
	        .bases = "",
	        .stacks = "",
	},
	{
	        .what = "self for the one, base for the other",
	        .images = {
	                { "reg/app:1", "x=50" },
	                { "reg/app:2", "x=50 y=1" },
	                { "reg/other:1", "x=50 z=1" },
	        },
	        .bases = "proven reg/app:1 50 bytes 1 users 1 repositories\n",
	        .stacks = "reg/other:1: reg/app:1\n",
	},
	{
	        .what = "a mirror of everything makes no base of it",
	        .images = {
	                { "reg/app:1", "x=50" },
	                { "reg/app:2", "x=50 y=1 z=1" },
	                { "reg/app:3", "x=50 y=1 w=1" },
	                { "reg/mirror:1", "x=50" },
	                { "reg/mirror:2", "x=50 y=1 z=1" },
	                { "reg/mirror:3", "x=50 y=1 w=1" },
	        },
	        .bases = "",
	        .stacks = "",
	},
	{
	        .what = "a copy of the base in one's own repository does not hide it",
	        .images = {
	                { "reg/debian:12", "debian=50" },
	                { "reg/team/app:base", "debian=50" },
	                { "reg/team/app:1", "debian=50 app=1" },
	        },
	        .bases = "proven reg/debian:12 = reg/team/app:base (several) 50 bytes 1 users "
	                 "1 repositories\n",
	        .stacks = "reg/team/app:1: reg/debian:12\n",
	},
	{
	        .what = "unnamed: a branch point within one repository is none",
	        .images = {
	                { "reg/app:1", "x=50 a=1" },
	                { "reg/app:2", "x=50 b=1" },
	        },
	        .bases = "",
	        .stacks = "",
	},
	{
	        .what = "unnamed: a branch point of two repositories",
	        .images = {
	                { "reg/app:1", "x=50 y=5 a=1" },
	                { "reg/other:1", "x=50 y=5 b=1" },
	        },
	        .bases = "unnamed 55 bytes 2 users 2 repositories\n",
	        .stacks = "reg/app:1: 55\n"
	                  "reg/other:1: 55\n",
	},
	{
	        .what = "unnamed between named",
	        .images = {
	                { "reg/debian:12", "debian=50" },
	                { "reg/a:1", "debian=50 tls=5 a=1" },
	                { "reg/b:1", "debian=50 tls=5 b=1" },
	        },
	        .bases = "unnamed 55 bytes 2 users 2 repositories on reg/debian:12\n"
	                 "proven reg/debian:12 50 bytes 2 users 2 repositories\n",
	        .stacks = "reg/a:1: reg/debian:12, 55\n"
	                  "reg/b:1: reg/debian:12, 55\n",
	},
	{
	        .what = "an empty layer on top of an unnamed one does not count",
	        .images = {
	                { "reg/a:1", "x=50 EMPTY=3 EMPTY=3 a=1" },
	                { "reg/b:1", "x=50 EMPTY=3 EMPTY=3 b=1" },
	        },
	        .bases = "unnamed 50 bytes 2 users 2 repositories\n",
	        .stacks = "reg/a:1: 50\n"
	                  "reg/b:1: 50\n",
	},
	{
	        .what = "the named one below an unnamed empty top is the base",
	        .images = {
	                { "reg/x:1", "x=50" },
	                { "reg/a:1", "x=50 EMPTY=3 a=1" },
	                { "reg/b:1", "x=50 EMPTY=3 b=1" },
	        },
	        .bases = "proven reg/x:1 50 bytes 2 users 2 repositories\n",
	        .stacks = "reg/a:1: reg/x:1\n"
	                  "reg/b:1: reg/x:1\n",
	},
	{
	        .what = "an image with an empty top is one nevertheless",
	        .images = {
	                { "reg/x:1", "x=50 EMPTY=3" },
	                { "reg/a:1", "x=50 EMPTY=3 a=1" },
	        },
	        .bases = "proven reg/x:1 53 bytes 1 users 1 repositories\n",
	        .stacks = "reg/a:1: reg/x:1\n",
	},
	{
	        .what = "images of empty layers only are no base",
	        .images = {
	                { "reg/empty:1", "EMPTY=3" },
	                { "reg/empty:2", "EMPTY=3 EMPTY=3" },
	                { "reg/a:1", "EMPTY=3 EMPTY=3 a=1" },
	                { "reg/b:1", "EMPTY=3 b=1" },
	        },
	        .bases = "",
	        .stacks = "",
	},
	{
	        .what = "images without layers",
	        .images = {
	                { "reg/scratch:1", "" },
	                { "reg/a:1", "a=1" },
	                { "reg/b:1", "b=1" },
	        },
	        .bases = "",
	        .stacks = "",
	},
	{
	        .what = "the same content under different layers is no base",
	        .images = {
	                { "reg/debian:12", "debian=50" },
	                { "reg/a:1", "own=1 debian=50 a=1" },
	        },
	        .bases = "",
	        .stacks = "",
	},
	{
	        .what = "recompressed on the way: still the same base",
	        .images = {
	                { "reg/debian:12", "debian=50" },
	                { "ghcr.io/team/app:1", "debian~2=52 app=1" },
	        },
	        .bases = "proven reg/debian:12 50 bytes 1 users 1 repositories\n",
	        .stacks = "ghcr.io/team/app:1: reg/debian:12\n",
	},
	{
	        .what = "blob chains have bases of their own",
	        .images = {
	                { "reg/debian:12", "debian=50", .config_unknown = true },
	                { "reg/a:1", "debian=50 a=1", .config_unknown = true },
	                { "reg/b:1", "debian=50 b=1" },
	        },
	        .bases = "proven reg/debian:12 50 bytes 1 users 1 repositories\n",
	        .stacks = "reg/a:1: reg/debian:12\n",
	},
	{
	        .what = "one platform only",
	        .images = {
	                { "reg/debian:12", "debian=50" },
	                { "reg/a:1", "debian=50 a=1" },
	                { "reg/arm/debian:12", "arm=50", "linux/arm64" },
	                { "reg/arm/a:1", "arm=50 a=1", "linux/arm64" },
	                { "reg/x:1", "x=9 a=1" },
	                { "reg/y:1", "x=9 a=2", "linux/arm64" },
	        },
	        .platform = "linux/arm64",
	        .bases = "proven reg/arm/debian:12 50 bytes 1 users 1 repositories\n",
	        .stacks = "reg/arm/a:1: reg/arm/debian:12\n",
	},
	{
	        .what = "the same chain on another platform gives no name",
	        .images = {
	                { "reg/data:amd64", "data=50" },
	                { "reg/data:arm64", "data=50", "linux/arm64" },
	                { "reg/a:1", "data=50 a=1", "linux/arm64" },
	        },
	        .platform = "linux/arm64",
	        .bases = "proven reg/data:arm64 50 bytes 1 users 1 repositories\n",
	        .stacks = "reg/a:1: reg/data:arm64\n",
	},
};

static const char *
base_name(const struct base *base, struct arena *arena)
{
	if (base->owner_count)
		return base->names[0];
	return arena_printf(arena, "%llu", (unsigned long long)base->bytes);
}

static void
dump_bases(const struct report *report, struct buf *out, struct arena *arena)
{
	const struct bases *bases = report->bases;

	for (uint32_t i = 0; i < bases->count; i++) {
		const struct base *base = &bases->at[i];

		buf_puts(out, base_evidence_name(base->evidence));
		for (uint32_t k = 0; k < base->owner_count; k++)
			buf_printf(out, "%s %s", k ? " =" : "", base->names[k]);
		buf_printf(out, "%s %llu bytes %u users %u repositories",
		        base->several_owners ? " (several)" : "", (unsigned long long)base->bytes,
		        base->users, base->repositories);
		if (base->parent != NONE)
			buf_printf(out, " on %s", base_name(&bases->at[base->parent], arena));
		buf_puts(out, "\n");
	}
}

static void
dump_stacks(const struct report *report, struct buf *out, struct arena *arena)
{
	const struct bases *bases = report->bases;
	const struct snapshot *snapshot = report->snapshot;

	for (uint32_t r = 0; r < snapshot->reference_count; r++) {
		uint32_t image = snapshot->manifests[snapshot->references[r].manifest].image;

		if (image == NONE || bases->stack_start[image] == bases->stack_start[image + 1])
			continue;
		buf_printf(out, "%s:", report_reference_name(snapshot, r, arena));
		for (uint32_t k = bases->stack_start[image]; k < bases->stack_start[image + 1]; k++)
			buf_printf(out, "%s %s", k > bases->stack_start[image] ? "," : "",
			        base_name(&bases->at[bases->stack[k]], arena));
		buf_puts(out, "\n");
	}
}

static void
add_images(struct fleet *fleet, const struct fleet_case *c)
{
	for (size_t i = 0; i < countof(c->images) && c->images[i].name; i++) {
		const struct tagged *image = &c->images[i];
		struct digest digest =
		        fleet_add(fleet, &(struct fleet_image){
		                                 .layers = image->layers,
		                                 .platform = image->platform,
		                                 .config = image->config,
		                                 .created_at = image->created_at,
		                                 .config_unknown = image->config_unknown,
		                         });

		fleet_name(fleet, image->name, digest);
	}
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const struct fleet_case *c = &cases[i];
		struct fleet fleet = { 0 };
		struct platform platform;
		struct report_options options = {
			.bases = { .marked = &c->marked, .marked_count = c->marked != NULL },
		};
		auto_arena arena = { 0 };
		auto_buf bases = { 0 }, stacks = { 0 };

		if (c->platform && platform_parse(&platform, c->platform))
			options.platform = &platform;
		add_images(&fleet, c);
		struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
		struct report *report = report_build(snapshot, &options, &arena);
		dump_bases(report, &bases, &arena);
		dump_stacks(report, &stacks, &arena);
		if (strcmp(buf_text(&bases), c->bases) != 0 ||
		        strcmp(buf_text(&stacks), c->stacks) != 0)
			fail_msg("%s:\n%s%s", c->what, buf_text(&bases), buf_text(&stacks));
		snapshot_free(snapshot);
		fleet_release(&fleet);
	}
}

/* A base of two platforms under one index: each image has its own, both have the index's name. */
static void
test_indexes(void **state)
{
	(void)state;
	struct fleet fleet = { 0 };
	struct digest amd64 = fleet_add(&fleet, &(struct fleet_image){ .layers = "d=50" });
	struct digest arm64 = fleet_add(
	        &fleet, &(struct fleet_image){ .layers = "e=60", .platform = "linux/arm64" });
	struct fleet_child children[] = { { amd64, "linux/amd64", NULL },
		{ arm64, "linux/arm64", NULL } };
	fleet_name(&fleet, "reg/debian:12", fleet_index(&fleet, children, 2));
	fleet_image(&fleet, "reg/app:amd64", "d=50 app=1");
	struct digest app = fleet_add(
	        &fleet, &(struct fleet_image){ .layers = "e=60 app=1", .platform = "linux/arm64" });
	fleet_name(&fleet, "reg/app:arm64", app);
	struct snapshot *snapshot = fleet_snapshot(&fleet, 0);
	auto_arena arena = { 0 };
	struct report_options options = { 0 };
	struct report *report = report_build(snapshot, &options, &arena);

	assert_int_equal(report->bases->count, 2);
	for (uint32_t i = 0; i < 2; i++) {
		const struct base *base = &report->bases->at[i];
		assert_string_equal(base->names[0], "reg/debian:12");
		assert_string_equal(
		        base->platform.architecture, base->bytes == 60 ? "arm64" : "amd64");
		assert_false(base->several_owners);
	}
	snapshot_free(snapshot);
	fleet_release(&fleet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_indexes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
