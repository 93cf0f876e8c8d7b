#include "tests/support/record_maker.h"

#include <stdio.h>

#include "common/arena.h"
#include "common/memory.h"

#define MAX_CHAINS 30

struct maker {
	struct random *random;
	const struct record_sink *sink;
	struct arena arena;
	struct error *err;
	struct digest chains[MAX_CHAINS], configs[MAX_CHAINS];
	size_t chain_count;
	int failed;
};

static void
emit(struct maker *maker, struct record record)
{
	if (maker->failed == 0)
		maker->failed = maker->sink->emit(maker->sink->context, &record, maker->err);
}

static uint32_t
below(struct maker *maker, size_t limit)
{
	return random_below(maker->random, limit);
}

static bool
percent(struct maker *maker, uint32_t share)
{
	return random_percent(maker->random, share);
}

static struct digest
any_digest(struct maker *maker)
{
	struct digest digest = { 0 };
	uint64_t words[8];

	for (size_t i = 0; i < countof(words); i++)
		words[i] = random_next(maker->random);
	(void)!digest_from_bytes(
	        &digest, words, percent(maker, 90) ? DIGEST_SHA256 : DIGEST_SHA512);
	return digest;
}

static struct digest
maybe_digest(struct maker *maker)
{
	return percent(maker, 30) ? (struct digest){ 0 } : any_digest(maker);
}

static uint64_t
any_bytes(struct maker *maker)
{
	return percent(maker, 5) ? RECORD_MAX_SIZE_BYTES
	                         : random_next(maker->random) % ((uint64_t)1 << below(maker, 50));
}

static uint64_t
maybe_bytes(struct maker *maker)
{
	return percent(maker, 20) ? BYTES_UNKNOWN : any_bytes(maker);
}

static int64_t
any_time(struct maker *maker)
{
	return (int64_t)(random_next(maker->random) % 253402300800);
}

static int64_t
maybe_time(struct maker *maker)
{
	return percent(maker, 20) ? RECORD_TIME_UNKNOWN : any_time(maker);
}

/* Everything that JSON escapes, and more than one byte a character. */
static const char *
any_text(struct maker *maker)
{
	static const char *const parts[] = { "a", "\"", "\\", "\n", "\t", "\x01", "\x7f", "/", "é",
		"名", "😀", "\u202e", "{}", "null", " ", "\u2028" };
	char text[200] = "x";
	size_t length = 1;

	for (uint32_t count = below(maker, 20); count > 0; count--)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s",
		        parts[below(maker, countof(parts))]);
	return arena_strdup(&maker->arena, text);
}

static const char *
maybe_text(struct maker *maker)
{
	return percent(maker, 40) ? NULL : any_text(maker);
}

static struct platform
any_platform(struct maker *maker)
{
	struct platform platform;

	platform_set(&platform, percent(maker, 80) ? "linux" : "", percent(maker, 80) ? "arm" : "",
	        percent(maker, 30) ? "v7" : "");
	return platform;
}

static const struct digest *
any_digests(struct maker *maker, size_t count)
{
	struct digest *digests = arena_new(&maker->arena, struct digest, count);

	for (size_t i = 0; i < count; i++)
		digests[i] = any_digest(maker);
	return digests;
}

static void
make_manifest(struct maker *maker)
{
	struct record_manifest manifest = {
		.digest = any_digest(maker),
		.size_bytes = any_bytes(maker),
		.kind = (enum manifest_kind)(MANIFEST_IMAGE + below(maker, 4)),
		.media_type = any_text(maker),
		.artifact_type = maybe_text(maker),
		.config = maybe_digest(maker),
		.config_size_bytes = any_bytes(maker),
		.layer_count = below(maker, 5),
		.subject = maybe_digest(maker),
		.base_name = maybe_text(maker),
		.base_digest_text = maybe_text(maker),
	};
	struct record_layer *layers =
	        arena_new(&maker->arena, struct record_layer, manifest.layer_count);
	struct record_child *children;

	for (size_t i = 0; i < manifest.layer_count; i++)
		layers[i] = (struct record_layer){ any_digest(maker), any_bytes(maker),
			percent(maker, 20) };
	manifest.layers = layers;
	manifest.child_count = manifest.kind == MANIFEST_INDEX ? below(maker, 4) : 0;
	children = arena_new(&maker->arena, struct record_child, manifest.child_count);
	for (size_t i = 0; i < manifest.child_count; i++)
		children[i] = (struct record_child){ any_digest(maker), any_bytes(maker),
			any_platform(maker), percent(maker, 30), maybe_digest(maker) };
	manifest.children = children;
	emit(maker, (struct record){ .kind = RECORD_MANIFEST, .manifest = manifest });
}

static struct digest
make_config(struct maker *maker)
{
	static const char *const details[] = { "{}",
		"{\"labels\":{\"a\":\"b\\n\"},\"cmd\":[\"sh\",\"-c\",\"\\u0001\"]}",
		"{\"history\":[{\"created_by\":\"é\",\"empty_layer\":true}],\"a\":1.5}" };
	struct record_config config = {
		.digest = any_digest(maker),
		.size_bytes = any_bytes(maker),
		.platform = any_platform(maker),
		.created_at = maybe_time(maker),
		.diff_id_count = below(maker, 6),
		.details_json = details[below(maker, countof(details))],
	};

	config.diff_ids = any_digests(maker, config.diff_id_count);
	emit(maker, (struct record){ .kind = RECORD_CONFIG, .config = config });
	return config.digest;
}

static struct digest
some_chain(struct maker *maker)
{
	return maker->chain_count == 0 || percent(maker, 10)
	               ? (struct digest){ 0 }
	               : maker->chains[below(maker, maker->chain_count)];
}

static void
make_chain(struct maker *maker)
{
	struct record_chain chain = {
		.parent = some_chain(maker),
		.diff_id = any_digest(maker),
		.size_bytes = maybe_bytes(maker),
		.unpacked_at = maybe_time(maker),
		.build_cache = percent(maker, 10),
	};

	digest_chain(&chain.chain_id, &chain.parent, &chain.diff_id);
	maker->chains[maker->chain_count++] = chain.chain_id;
	emit(maker, (struct record){ .kind = RECORD_CHAIN, .chain = chain });
}

static void
make_image(struct maker *maker, const struct digest *config)
{
	struct record_node_image image = {
		.config = *config,
		.chain = some_chain(maker),
		.chain_unknown = percent(maker, 10),
		.manifest_count = below(maker, 3),
		.name_count = below(maker, 4),
	};
	const char **names = arena_new(&maker->arena, const char *, image.name_count);

	image.manifests = any_digests(maker, image.manifest_count);
	for (size_t i = 0; i < image.name_count; i++)
		names[i] = any_text(maker);
	image.names = names;
	emit(maker, (struct record){ .kind = RECORD_NODE_IMAGE, .node_image = image });
	emit(maker, (struct record){ .kind = RECORD_IMAGE_FACTS,
	                    .image_facts = { *config, (enum entrypoint_kind)below(maker, 5) } });
}

static void
make_facts(struct maker *maker, const struct digest *chain)
{
	uint64_t bytes = any_bytes(maker);

	emit(maker, (struct record){ .kind = RECORD_CHAIN_FACTS,
	                    .chain_facts = { *chain, maybe_text(maker), maybe_text(maker),
	                            (enum libc)below(maker, 4) } });
	emit(maker, (struct record){ .kind = RECORD_RESIDENT,
	                    .resident = { *chain, bytes, bytes / 2, bytes / 3 } });
}

static void
make_others(struct maker *maker)
{
	emit(maker, (struct record){ .kind = RECORD_CONTAINER,
	                    .container = { any_text(maker), maybe_digest(maker), some_chain(maker),
	                            percent(maker, 50), maybe_bytes(maker), maybe_bytes(maker),
	                            maybe_bytes(maker) } });
	emit(maker,
	        (struct record){ .kind = RECORD_EXTRA,
	                .extra = { "copies", any_bytes(maker), any_bytes(maker), UNIT_APPARENT } });
	emit(maker, (struct record){ .kind = RECORD_STORE_BLOB,
	                    .store_blob = {
	                            any_digest(maker), maybe_digest(maker), maybe_bytes(maker) } });
	emit(maker, (struct record){ .kind = RECORD_PROBLEM,
	                    .problem = { any_text(maker), any_text(maker), percent(maker, 50) } });
}

static void
make_end(struct maker *maker, int64_t started_at)
{
	emit(maker, (struct record){ .kind = RECORD_SCAN_END,
	                    .scan_end = { (enum scan_state)(SCAN_COMPLETE + below(maker, 3)),
	                            started_at + 1, percent(maker, 50) } });
}

static void
begin_store(struct maker *maker, const char *node, unsigned number, int64_t started_at)
{
	const struct record_label labels[] = { { "pool", "web" }, { "zone é", "" } };
	auto_free char *source = xprintf("%s/containers-storage:%u", node, number);

	emit(maker, (struct record){ .kind = RECORD_SCAN,
	                    .scan = { SOURCE_STORE, source, started_at, NULL, false } });
	emit(maker, (struct record){ .kind = RECORD_NODE,
	                    .node = { node, labels, below(maker, 3), maybe_bytes(maker) } });
	emit(maker,
	        (struct record){ .kind = RECORD_STORE,
	                .store = { .node = node,
	                        .engine = (enum store_engine)(ENGINE_DOCKER + below(maker, 4)),
	                        .driver = "overlay",
	                        .namespace = maybe_text(maker),
	                        .root = maybe_text(maker),
	                        .sharing = (enum driver_sharing)(SHARING_CHAINS + below(maker, 4)),
	                        .unit = (enum size_unit)(UNIT_COMPRESSED + below(maker, 4)),
	                        .content_pool = maybe_text(maker) } });
}

int
record_maker_store(struct random *random, const struct record_sink *sink, const char *node,
        unsigned number, int64_t started_at, struct error *err)
{
	struct maker maker = { .random = random, .sink = sink, .err = err };
	size_t images = random_below(random, 6);

	begin_store(&maker, node, number, started_at);
	for (size_t i = 0; i < images; i++) {
		make_manifest(&maker);
		maker.configs[i] = make_config(&maker);
	}
	for (size_t count = random_below(random, MAX_CHAINS); count > 0; count--)
		make_chain(&maker);
	for (size_t i = 0; i < images; i++)
		make_image(&maker, &maker.configs[i]);
	for (size_t i = 0; i < maker.chain_count; i++)
		make_facts(&maker, &maker.chains[i]);
	make_others(&maker);
	make_end(&maker, started_at);
	arena_release(&maker.arena);
	return maker.failed;
}

int
record_maker_registry(
        struct random *random, const struct record_sink *sink, unsigned number, struct error *err)
{
	struct maker maker = { .random = random, .sink = sink, .err = err };
	auto_free char *source = xprintf("r:%u", number);

	emit(&maker, (struct record){ .kind = RECORD_SCAN,
	                     .scan = { SOURCE_REGISTRY, source, 100, maybe_text(&maker),
	                             random_percent(random, 50) } });
	for (size_t count = random_below(random, 5); count > 0; count--) {
		make_manifest(&maker);
		make_config(&maker);
		emit(&maker, (struct record){ .kind = RECORD_REFERENCE,
		                     .reference = { any_text(&maker), "1", REFERENCE_READ,
		                             any_digest(&maker) } });
		emit(&maker,
		        (struct record){ .kind = RECORD_REFERENCE,
		                .reference = { any_text(&maker), "", REFERENCE_UNREAD, { 0 } } });
		emit(&maker, (struct record){ .kind = RECORD_REPOSITORY,
		                     .repository = { any_text(&maker),
		                             (enum repository_state)random_below(random, 3) } });
		emit(&maker, (struct record){ .kind = RECORD_ABSENT,
		                     .absent = { any_text(&maker), any_digest(&maker) } });
	}
	make_end(&maker, 100);
	arena_release(&maker.arena);
	return maker.failed;
}
