/*
 * A report made by hand, so that the page is tested alone: its numbers need not come from any
 * real registry, they only have to be of every kind that the page shows. All text that in life
 * comes from outside passes `outside`, so a test can make every such field hostile at once.
 *
 *	apps 0..n-1 ── python ── debian     app i stands on python (even i) or on alpine (odd i)
 *	               unnamed ─┘
 *	               alpine               two repositories own its chain
 */
#ifndef TESTS_WEB_FIXTURE_H
#define TESTS_WEB_FIXTURE_H

#include <string.h>

#include "analyzer/model/report.h"
#include "analyzer/model/trie.h"
#include "common/arena.h"
#include "common/memory.h"

#define FIXTURE_NOW 1769824800 /* 2026-01-31T02:00:00Z */

struct fixture_options {
	uint32_t apps;
	const char *outside; /* put behind every text from outside; NULL = nothing */
};

enum { FIXTURE_DEBIAN, FIXTURE_PYTHON, FIXTURE_ALPINE, FIXTURE_RETAG, FIXTURE_APPS };

struct fixture {
	struct arena *arena;
	struct fixture_options options;
	struct snapshot *snapshot;
	struct report *report;
};

static const char *
fixture_text(const struct fixture *f, const char *text)
{
	return arena_printf(f->arena, "%s%s", text, f->options.outside ? f->options.outside : "");
}

static struct digest
fixture_digest(unsigned kind, uint32_t number)
{
	struct digest digest = { .length = DIGEST_SHA256 };

	digest.bytes[0] = (uint8_t)(kind * 37 + number);
	digest.bytes[1] = (uint8_t)(number >> 8);
	digest.bytes[5] = (uint8_t)kind;
	return digest;
}

static void
fixture_sources(struct fixture *f)
{
	struct snapshot *s = f->snapshot;
	static const struct snap_source sources[] = {
		{ SOURCE_REGISTRY, "registry.example.com:5000", SCOPE_REGISTRY, SOURCE_COMPLETE,
		        FIXTURE_NOW - 3 * 3600, 0, NULL },
		{ SOURCE_REGISTRY, "mirror.example.com", SCOPE_REPOSITORY, SOURCE_PARTIAL,
		        FIXTURE_NOW - 40, 2, "team/<b>; tags 1*" },
		{ SOURCE_REGISTRY, "old.example.com", SCOPE_NAMESPACE, SOURCE_FAILED,
		        RECORD_TIME_UNKNOWN, 1, NULL },
		{ SOURCE_LAYOUT, "/srv/layouts/release", SCOPE_REGISTRY, SOURCE_STALE,
		        FIXTURE_NOW - 9 * 86400, 0, NULL },
		{ SOURCE_STORE, "node-1/docker", SCOPE_REGISTRY, SOURCE_COMPLETE, FIXTURE_NOW, 0,
		        NULL },
		{ SOURCE_STORE, "node-1/containers-storage", SCOPE_REGISTRY, SOURCE_COMPLETE,
		        FIXTURE_NOW, 0, NULL },
		{ SOURCE_STORE, "node-2/docker", SCOPE_REGISTRY, SOURCE_COMPLETE, FIXTURE_NOW, 0,
		        NULL },
	};
	static const struct snap_problem problems[] = {
		{ 1, "team/app:1.2", "manifest: HTTP 500: try again later", false, FIXTURE_NOW },
		{ 1, "catalogue", "page 3: truncated after 1,024 bytes", false, FIXTURE_NOW },
		{ 2, "", "connection refused: is the registry running?", false, FIXTURE_NOW },
		{ 0, "legacy/thing:0.1", "schema 1 manifest: skipped", true, FIXTURE_NOW },
	};

	s->sources = arena_memdup(f->arena, sources, countof(sources), sizeof(*sources));
	s->source_count = countof(sources);
	s->problems = arena_memdup(f->arena, problems, countof(problems), sizeof(*problems));
	s->problem_count = countof(problems);
	for (uint32_t i = 0; i < s->source_count; i++)
		s->sources[i].name = fixture_text(f, sources[i].name);
	for (uint32_t i = 0; i < s->problem_count; i++) {
		if (problems[i].place[0] != '\0')
			s->problems[i].place = fixture_text(f, problems[i].place);
		s->problems[i].message = fixture_text(f, problems[i].message);
	}
}

/* One repository, one reference, one manifest, one image each; the third app by digest only. */
static void
fixture_image(struct fixture *f, uint32_t index, const char *repository, const char *tag)
{
	struct snapshot *s = f->snapshot;

	s->repositories[index] =
	        (struct snap_repository){ 0, fixture_text(f, repository), index, 1 };
	s->references[index] = (struct snap_reference){ index, index,
		tag[0] != '\0' ? fixture_text(f, tag) : "", FIXTURE_NOW };
	s->blobs[index] = (struct snap_blob){ fixture_digest(1, index), 1234 };
	s->manifests[index] = (struct snap_manifest){ .blob = index,
		.kind = MANIFEST_IMAGE,
		.image = index,
		.config = NONE,
		.subject = NONE };
	s->images[index] = (struct snap_image){ .config_digest = fixture_digest(2, index),
		.created_at = RECORD_TIME_UNKNOWN,
		.manifests = index,
		.manifest_count = 1 };
	platform_set(&s->images[index].platform, "linux", index % 7 == 6 ? "arm64" : "amd64", "");
	s->image_manifests[index] = index;
}

static void
fixture_images(struct fixture *f)
{
	struct snapshot *s = f->snapshot;
	uint32_t count = FIXTURE_APPS + f->options.apps;

	s->image_count = s->manifest_count = s->reference_count = s->repository_count = count;
	s->blob_count = s->image_manifest_count = count;
	s->repositories = arena_new(f->arena, struct snap_repository, count);
	s->references = arena_new(f->arena, struct snap_reference, count);
	s->blobs = arena_new(f->arena, struct snap_blob, count);
	s->manifests = arena_new(f->arena, struct snap_manifest, count);
	s->images = arena_new(f->arena, struct snap_image, count);
	s->image_manifests = arena_new(f->arena, uint32_t, count);
	fixture_image(f, FIXTURE_DEBIAN, "debian", "bookworm");
	fixture_image(f, FIXTURE_PYTHON, "python", "3.12-slim");
	fixture_image(f, FIXTURE_ALPINE, "alpine", "3.19");
	fixture_image(f, FIXTURE_RETAG, "platform/golden-alpine", "2026-01");
	for (uint32_t i = 0; i < f->options.apps; i++)
		fixture_image(f, FIXTURE_APPS + i,
		        arena_printf(f->arena, "team-%u/app-%u", i % 9, i), i == 2 ? "" : "1.4.2");
}

static void
fixture_bases(struct fixture *f)
{
	static const struct trie_node nodes[] = { { .parent = NONE, .layer = 0, .depth = 1 },
		{ .parent = 0, .layer = 1, .depth = 5 }, { .parent = 0, .layer = 2, .depth = 2 },
		{ .parent = NONE, .layer = 3, .depth = 1 } };
	static const struct base bases[] = {
		{ .node = 0,
		        .parent = NONE,
		        .evidence = BASE_PROVEN,
		        .owner_count = 1,
		        .users = 31,
		        .repositories = 12,
		        .bytes = 29126484,
		        .saved_bytes = 873794520 },
		{ .node = 1,
		        .parent = 0,
		        .evidence = BASE_PROVEN,
		        .owner_count = 1,
		        .users = 14,
		        .repositories = 6,
		        .bytes = 43876512,
		        .saved_bytes = 570394656 },
		{ .node = 3,
		        .parent = NONE,
		        .evidence = BASE_PROVEN,
		        .owner_count = 2,
		        .users = 19,
		        .repositories = 9,
		        .bytes = 3408729,
		        .saved_bytes = 61357122,
		        .several_owners = true },
		{ .node = 2,
		        .parent = 0,
		        .evidence = BASE_UNNAMED,
		        .users = 4,
		        .repositories = 2,
		        .bytes = 17265,
		        .saved_bytes = 51795 },
	};
	static const uint32_t owners[] = { FIXTURE_DEBIAN, FIXTURE_PYTHON, FIXTURE_ALPINE,
		FIXTURE_RETAG };
	struct report *report = f->report;
	uint32_t count = f->snapshot->image_count, filled = 0;

	f->snapshot->diff_ids = arena_new(f->arena, struct digest, 4);
	f->snapshot->diff_id_count = 4;
	for (uint32_t i = 0; i < 4; i++)
		f->snapshot->diff_ids[i] = fixture_digest(3, i);
	report->trie = arena_new(f->arena, struct trie, 1);
	report->trie->nodes = arena_memdup(f->arena, nodes, countof(nodes), sizeof(*nodes));
	report->trie->node_count = countof(nodes);
	report->bases = arena_new(f->arena, struct bases, 1);
	report->bases->at = arena_memdup(f->arena, bases, countof(bases), sizeof(*bases));
	report->bases->count = countof(bases);
	for (uint32_t i = 0; i < 3; i++)
		report->bases->at[i].owners = &owners[i];
	for (uint32_t i = 0; i < countof(bases); i++)
		platform_set(&report->bases->at[i].platform, "linux", "amd64", "");
	report->bases->stack = arena_new(f->arena, uint32_t, 2 * (size_t)count);
	report->bases->stack_start = arena_new(f->arena, uint32_t, (size_t)count + 1);
	for (uint32_t i = 0; i < count; i++) {
		report->bases->stack_start[i] = filled;
		if (i >= FIXTURE_APPS && i % 2 == 0)
			report->bases->stack[filled++] = 0;
		if (i >= FIXTURE_APPS)
			report->bases->stack[filled++] = i % 2 == 0 ? 1 : 2;
		report->bases->stack_start[i + 1] = filled;
	}
}

/* Every app costs a little less than the one before; the rows add up to the total. */
static void
fixture_numbers(struct fixture *f)
{
	uint32_t count = f->snapshot->image_count;
	struct attribution *a = arena_new(f->arena, struct attribution, 1);
	struct usage *usage = arena_new(f->arena, struct usage, 1);

	a->registry = arena_new(f->arena, struct image_bytes, count);
	a->layout = arena_new(f->arena, struct image_bytes, count);
	a->repository_bytes = arena_new(f->arena, uint64_t, count);
	a->index_bytes = 4711;
	a->artifact_bytes = 91234;
	a->total_bytes = a->index_bytes + a->artifact_bytes;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t own_bytes = i < FIXTURE_APPS ? 0 : 31457280 / (i - FIXTURE_APPS + 2);

		a->registry[i] = (struct image_bytes){ own_bytes + 45000000, own_bytes + 1500000,
			own_bytes };
		a->repository_bytes[i] = a->registry[i].attributed_bytes;
		a->total_bytes += a->registry[i].attributed_bytes;
		usage->total.logical_bytes += a->registry[i].logical_bytes;
	}
	a->layout[FIXTURE_DEBIAN] = (struct image_bytes){ 29126484, 29126484, 29126484 };
	usage->total = (struct usage_row){ NONE, count, count, count, 3 * count, 95945,
		usage->total.logical_bytes, a->total_bytes, 1, 2 };
	usage->registry_count = 2;
	usage->registries = arena_new(f->arena, struct usage_row, 2);
	usage->registries[0] = usage->registries[1] = usage->total;
	usage->registries[0].source = 0;
	usage->registries[1].source = 1;
	usage->registries[1].logical_bytes = usage->total.logical_bytes / 5;
	usage->registries[1].actual_bytes = usage->total.actual_bytes / 3;
	usage->registries[0].logical_bytes -= usage->registries[1].logical_bytes;
	usage->registries[0].actual_bytes -= usage->registries[1].actual_bytes;
	usage->layout_count = 1;
	usage->layouts = arena_new(f->arena, struct usage_row, 1);
	usage->layouts[0] = (struct usage_row){ 3, 1, 1, 1, 3, 0, 29126484, 29126484, 0, 0 };
	f->report->attribution = a;
	f->report->usage = usage;
}

/* One with everything, one of which little is known, one of which nothing is counted. */
static void
fixture_stores(struct fixture *f)
{
	static const struct snap_store stores[] = {
		{ .source = 4,
		        .driver = "overlay2",
		        .unit = UNIT_APPARENT,
		        .sharing = SHARING_CHAINS },
		{ .source = 5, .driver = "vfs", .unit = UNIT_TAR, .sharing = SHARING_CUMULATIVE },
		{ .source = 6, .driver = "zoo", .unit = UNIT_TAR, .sharing = SHARING_NOT_MODELLED },
	};
	static const struct store_row rows[] = {
		{ .store = 0,
		        .unpacked = { 700000000, 300000000, 20, 51, 0 },
		        .dangling = { 5000000, 5000000, 1, 2, 0 },
		        .images = 21,
		        .containers = 9,
		        .running = 4,
		        .modelled = true },
		{ .store = 1, .unpacked = { 100, 100, 1, 1, 0 }, .images = 1, .modelled = true },
		{ .store = 2, .images = 3 },
	};
	static const struct memory_row memory[] = {
		{ .basis = MEMORY_MEASURED,
		        .logical_bytes = 40000000,
		        .actual_bytes = 12000000,
		        .file_bytes = 100,
		        .measured_bytes = 80,
		        .containers = 4 },
		{ .basis = MEMORY_ESTIMATED,
		        .logical_bytes = 7,
		        .actual_bytes = 7,
		        .containers = 1 },
		{ .basis = MEMORY_NONE },
	};
	struct report *report = f->report;
	struct snap_store *own = arena_memdup(f->arena, stores, countof(stores), sizeof(*stores));

	report->stores = arena_new(f->arena, struct store_usage, 1);
	report->stores->rows = arena_memdup(f->arena, rows, countof(rows), sizeof(*rows));
	report->stores->row_count = countof(rows);
	report->content = arena_new(f->arena, struct content_row, countof(rows));
	report->content[0] = (struct content_row){ .shown = true, .actual_bytes = 123000000 };
	report->memory = arena_new(f->arena, struct memory_usage, 1);
	report->memory->rows = arena_memdup(f->arena, memory, countof(memory), sizeof(*memory));
	report->memory->row_count = countof(memory);
	report->memory->resident_permille = MEMORY_RESIDENT_PERMILLE;
	for (size_t i = 0; i < countof(stores); i++)
		own[i].driver = fixture_text(f, own[i].driver);
	f->snapshot->stores = own;
	f->snapshot->store_count = countof(stores);
}

static struct report *
fixture_make(struct arena *arena, struct fixture_options options)
{
	struct fixture f = { .arena = arena, .options = options };

	f.snapshot = arena_new(arena, struct snapshot, 1);
	f.snapshot->at = FIXTURE_NOW;
	f.report = arena_new(arena, struct report, 1);
	f.report->snapshot = f.snapshot;
	fixture_sources(&f);
	fixture_images(&f);
	f.report->names = naming_build(f.snapshot, arena);
	fixture_bases(&f);
	fixture_numbers(&f);
	fixture_stores(&f);
	return f.report;
}

#endif
