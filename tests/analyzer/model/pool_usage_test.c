/*
 * usage of content pools and of memory against a second, plain count over generated fleets: sets
 * are bits of a number, and nothing is remembered from one image or container to the next.
 */
#include "tests/support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/model/builder.h"
#include "analyzer/model/content_usage.h"
#include "analyzer/model/memory_usage.h"
#include "common/memory.h"
#include "tests/support/random.h"

enum {
	LAYERS = 12,    /* blobs that are layers */
	CONFIGS = 6,    /* behind them */
	MANIFESTS = 10, /* behind these: the first KNOWN can be read, the last is an index */
	KNOWN = 6,
	INDEX = MANIFESTS - 1,
	CONFIG_BIT = LAYERS,
	MANIFEST_BIT = LAYERS + CONFIGS,
	BLOBS = MANIFEST_BIT + MANIFESTS,
	CHAINS = 10,
	DIFF_IDS = 5,
	STORES = 5,
	MANY = 6,
	SCANNED = 1000000,
	DAY = 24 * 60 * 60,
};

#define NOTHING UINT64_MAX

struct plain_image {
	int config, chain; /* -1 */
	uint64_t manifests;
};

struct plain_store {
	int node, pool; /* -1: none */
	enum driver_sharing sharing;
	uint64_t layer[CHAINS]; /* NOTHING: not there */
	int64_t unpacked[CHAINS];
	uint64_t kept[BLOBS];
	struct plain_image images[MANY];
	struct {
		int chain, config; /* -1 */
		bool running;
	} containers[MANY];
	int image_count, container_count;
	bool asked; /* what is in memory */
	struct {
		uint64_t files, measured, resident;
	} memory[CHAINS];
};

struct plain {
	int parent[CHAINS]; /* -1 */
	struct digest chain[CHAINS];
	uint64_t layers[KNOWN];
	struct plain_store stores[STORES];
	int store_count;
};

static struct digest
digest_for(const char *kind, int number)
{
	struct digest digest;
	auto_free char *text = xprintf("%s %d", kind, number);

	digest_of(&digest, DIGEST_SHA256, text, strlen(text));
	return digest;
}

static struct digest
blob_digest(int bit)
{
	if (bit < LAYERS)
		return digest_for("layer", bit);
	if (bit < MANIFEST_BIT)
		return digest_for("config", bit - CONFIG_BIT);
	return digest_for("manifest", bit - MANIFEST_BIT);
}

/* Some layers do not say what is in them. */
static struct digest
diff_id_of_blob(int bit)
{
	return bit < LAYERS && bit % 4 != 3 ? digest_for("diff", bit % DIFF_IDS)
	                                    : (struct digest){ 0 };
}

/* --- a fleet ---------------------------------------------------------------------------- */

static int
pick(struct random *random, int count)
{
	return (int)random_below(random, (uint64_t)count);
}

static void
invent_store(struct random *random, struct plain_store *store, int number)
{
	store->node = number / 3;
	store->pool = pick(random, 3) - 1;
	store->sharing = (enum driver_sharing)(1 + pick(random, 4));
	store->asked = pick(random, 2) == 0;
	for (int i = 0; i < CHAINS; i++) {
		store->layer[i] = pick(random, 6) == 0   ? NOTHING
		                  : pick(random, 6) == 0 ? BYTES_UNKNOWN - 1
		                                         : random_below(random, 100000);
		store->unpacked[i] = SCANNED - DAY + pick(random, 3) - 1;
		store->memory[i].files = store->asked ? random_below(random, 1000) : 0;
		store->memory[i].measured =
		        store->asked ? random_below(random, store->memory[i].files + 1) : 0;
		store->memory[i].resident =
		        store->asked ? random_below(random, store->memory[i].measured + 1) : 0;
	}
	for (int i = 0; i < BLOBS; i++)
		store->kept[i] = pick(random, 3) == 0 ? NOTHING : (uint64_t)(100 + i * i);
	store->image_count = pick(random, CONFIGS + 1);
	for (int i = 0; i < store->image_count; i++)
		store->images[i] = (struct plain_image){
			.config = i,
			.chain = pick(random, CHAINS + 1) - 1,
			.manifests = random_below(random, 1 << MANIFESTS),
		};
	store->container_count = pick(random, MANY);
	for (int i = 0; i < store->container_count; i++) {
		store->containers[i].chain = pick(random, CHAINS + 2) - 2;
		store->containers[i].config = pick(random, CONFIGS + 1) - 1;
		store->containers[i].running = pick(random, 3) > 0;
		if (store->containers[i].chain < 0)
			store->containers[i].chain = -1;
	}
}

static void
invent(struct random *random, struct plain *plain)
{
	memset(plain, 0, sizeof(*plain));
	for (int i = 0; i < CHAINS; i++) {
		struct digest diff_id = digest_for("diff", i % DIFF_IDS), parent = { 0 };

		/* Not what another one is already. */
		do
			plain->parent[i] = pick(random, i + 1) - 1;
		while (i >= DIFF_IDS && plain->parent[i] == plain->parent[i - DIFF_IDS]);
		if (plain->parent[i] >= 0)
			parent = plain->chain[plain->parent[i]];
		digest_chain(&plain->chain[i], &parent, &diff_id);
	}
	for (int i = 0; i < KNOWN; i++)
		plain->layers[i] = random_below(random, 1 << LAYERS);
	plain->store_count = 1 + pick(random, STORES);
	for (int i = 0; i < plain->store_count; i++)
		invent_store(random, &plain->stores[i], i);
}

/* --- as facts --------------------------------------------------------------------------- */

static void
tell_manifests(const struct plain *plain, struct builder *builder)
{
	const struct snap_source source = { .kind = SOURCE_REGISTRY, .name = "r" };
	uint32_t repository = builder_repository(builder, builder_source(builder, &source), "a");
	struct record_child children[2];

	for (int m = 0; m < KNOWN; m++) {
		struct record_layer layers[LAYERS];
		struct record_manifest manifest = {
			.digest = digest_for("manifest", m),
			.kind = MANIFEST_IMAGE,
			.media_type = "m",
			.config = digest_for("config", m % 4),
			.layers = layers,
		};

		for (int i = 0; i < LAYERS; i++)
			if (plain->layers[m] >> i & 1)
				layers[manifest.layer_count++] =
				        (struct record_layer){ .digest = blob_digest(i) };
		builder_manifest(builder, &manifest);
		builder_reference(builder, repository, "t", &manifest.digest, 0);
	}
	memset(children, 0, sizeof(children));
	for (int i = 0; i < 2; i++)
		children[i].digest = digest_for("manifest", i);
	struct record_manifest index = {
		.digest = digest_for("manifest", INDEX),
		.kind = MANIFEST_INDEX,
		.media_type = "m",
		.children = children,
		.child_count = 2,
	};
	builder_manifest(builder, &index);
	builder_reference(builder, repository, "i", &index.digest, 0);
}

static void
tell_images(const struct plain *plain, const struct plain_store *store, uint32_t handle,
        struct builder *builder)
{
	for (int i = 0; i < store->image_count; i++) {
		const struct plain_image *from = &store->images[i];
		struct digest manifests[MANIFESTS];
		struct record_node_image image = {
			.config = digest_for("config", from->config),
			.manifests = manifests,
		};

		if (from->chain >= 0)
			image.chain = plain->chain[from->chain];
		for (int m = 0; m < MANIFESTS; m++)
			if (from->manifests >> m & 1)
				manifests[image.manifest_count++] = digest_for("manifest", m);
		builder_store_image(builder, handle, builder_appearance(builder, &image));
	}
	for (int i = 0; i < store->container_count; i++) {
		auto_free char *id = xprintf("c%d", i);
		struct record_container container = { .id = id };

		container.running = store->containers[i].running;
		if (store->containers[i].chain >= 0)
			container.chain = plain->chain[store->containers[i].chain];
		if (store->containers[i].config >= 0)
			container.config = digest_for("config", store->containers[i].config);
		builder_container(builder, handle, &container);
	}
}

static void
tell_store(const struct plain *plain, int number, uint32_t node, struct builder *builder)
{
	const struct plain_store *from = &plain->stores[number];
	auto_free char *name = xprintf("n%d/s%d", from->node, number);
	auto_free char *pool = xprintf("pool %d", from->pool);
	const struct snap_source source = {
		.kind = SOURCE_STORE, .name = name, .scanned_at = SCANNED
	};
	const struct record_store store = {
		.node = "n",
		.driver = "d",
		.sharing = from->sharing,
		.unit = UNIT_TAR,
		.content_pool = from->pool < 0 ? NULL : pool,
	};
	uint32_t handle = builder_store(builder, builder_source(builder, &source), node, &store);

	for (int i = 0; i < CHAINS; i++) {
		struct record_chain chain = {
			.chain_id = plain->chain[i],
			.size_bytes = from->layer[i] == BYTES_UNKNOWN - 1 ? BYTES_UNKNOWN
			                                                  : from->layer[i],
			.unpacked_at = from->unpacked[i],
		};
		struct record_resident resident = { plain->chain[i], from->memory[i].files,
			from->memory[i].measured, from->memory[i].resident };

		if (from->layer[i] != NOTHING)
			builder_store_layer(builder, handle, &chain);
		if (from->asked)
			builder_resident(builder, handle, &resident);
	}
	for (int i = 0; i < BLOBS; i++) {
		struct record_store_blob blob = { blob_digest(i), diff_id_of_blob(i),
			from->kept[i] == NOTHING ? BYTES_UNKNOWN : from->kept[i] };

		if (from->kept[i] != NOTHING || i % 2 == 0)
			builder_store_blob(builder, handle, &blob);
	}
	tell_images(plain, from, handle, builder);
}

static struct snapshot *
tell(const struct plain *plain)
{
	struct builder *builder = builder_new(1);
	uint32_t nodes[2] = { builder_node(builder, "n0", "{}", BYTES_UNKNOWN),
		builder_node(builder, "n1", "{}", BYTES_UNKNOWN) };

	tell_manifests(plain, builder);
	for (int i = 0; i < CHAINS; i++) {
		struct digest diff_id = digest_for("diff", i % DIFF_IDS);

		builder_chain(builder, &plain->chain[i],
		        plain->parent[i] < 0 ? &(struct digest){ 0 }
		                             : &plain->chain[plain->parent[i]],
		        &diff_id);
	}
	for (int i = 0; i < plain->store_count; i++)
		tell_store(plain, i, nodes[plain->stores[i].node], builder);
	return builder_finish(builder, NULL);
}

/* --- content, counted again ------------------------------------------------------------- */

static uint64_t
bits_of_image(
        const struct plain *plain, const struct plain_store *store, const struct plain_image *image)
{
	uint64_t bits = (uint64_t)1 << (CONFIG_BIT + image->config);
	uint64_t manifests = image->manifests;
	bool told = false;

	/* The index leads to the first two manifests, of which each is of a config of its own. */
	if (manifests >> INDEX & 1 && image->config < 2)
		manifests |= (uint64_t)1 << image->config;
	bits |= manifests << MANIFEST_BIT;
	for (int m = 0; m < KNOWN; m++)
		if (manifests >> m & 1 && m % 4 == image->config) {
			bits |= plain->layers[m];
			told = true;
		}
	for (int c = image->chain; c >= 0 && !told; c = plain->parent[c])
		for (int b = 0; b < LAYERS; b++)
			if (b % 4 != 3 && b % DIFF_IDS == c % DIFF_IDS)
				bits |= (uint64_t)1 << b;
	for (int b = 0; b < BLOBS; b++)
		if (store->kept[b] == NOTHING)
			bits &= ~((uint64_t)1 << b);
	return bits;
}

static uint64_t
bytes_of_bits(uint64_t bits)
{
	uint64_t bytes = 0;

	for (int b = 0; b < BLOBS; b++)
		bytes += bits >> b & 1 ? (uint64_t)(100 + b * b) : 0;
	return bytes;
}

static bool
one_pool(const struct plain *plain, int a, int b)
{
	return a == b ||
	       (plain->stores[a].node == plain->stores[b].node && plain->stores[a].pool >= 0 &&
	               plain->stores[a].pool == plain->stores[b].pool);
}

static struct content_row
count_content(const struct plain *plain, int number)
{
	struct content_row row = { 0 };
	uint64_t kept = 0, used = 0;

	for (int i = 0; i < number; i++)
		if (one_pool(plain, i, number))
			return row;
	for (int s = 0; s < plain->store_count; s++) {
		const struct plain_store *store = &plain->stores[s];

		if (!one_pool(plain, s, number))
			continue;
		for (int b = 0; b < BLOBS; b++)
			kept |= (uint64_t)(store->kept[b] != NOTHING) << b;
		for (int i = 0; i < store->image_count; i++) {
			uint64_t bits = bits_of_image(plain, store, &store->images[i]);

			used |= bits;
			row.images += bits != 0;
			row.logical_bytes += bytes_of_bits(bits);
		}
	}
	row.actual_bytes = bytes_of_bits(kept);
	row.unused_bytes = bytes_of_bits(kept & ~used);
	row.logical_bytes += row.unused_bytes;
	row.blobs = (uint32_t)__builtin_popcountll(kept);
	row.unused_blobs = (uint32_t)__builtin_popcountll(kept & ~used);
	row.shown = kept != 0;
	return row;
}

/* --- memory, counted again -------------------------------------------------------------- */

/* The layers of a container as bits; 0: not known. */
static uint64_t
layers_under(const struct plain *plain, const struct plain_store *store, int container)
{
	int chain = store->containers[container].chain;
	uint64_t bits = 0;

	for (int i = 0; chain < 0 && i < store->image_count; i++)
		if (store->images[i].config == store->containers[container].config)
			chain = store->images[i].chain;
	for (; chain >= 0; chain = store->sharing == SHARING_CUMULATIVE ? -1 : plain->parent[chain])
		bits |= (uint64_t)1 << chain;
	return bits;
}

static bool
has_size(const struct plain_store *store, int chain)
{
	return store->layer[chain] != NOTHING && store->layer[chain] != BYTES_UNKNOWN - 1;
}

static uint64_t
bytes_in_memory(const struct plain_store *store, bool measured, uint64_t bits)
{
	uint64_t bytes = 0;

	for (int c = 0; c < CHAINS; c++) {
		if (!(bits >> c & 1))
			continue;
		if (measured)
			bytes += store->memory[c].resident;
		else if (has_size(store, c))
			bytes += store->layer[c] * 65 / 1000;
	}
	return bytes;
}

static void
describe_memory(
        const struct plain_store *store, bool measured, uint64_t bits, struct memory_row *row)
{
	for (int c = 0; c < CHAINS; c++) {
		if (!(bits >> c & 1))
			continue;
		row->chains++;
		row->unknown_chains += !store->asked && !has_size(store, c);
		if (store->asked)
			row->file_bytes += store->memory[c].files;
		else if (has_size(store, c))
			row->file_bytes += store->layer[c];
		row->measured_bytes += store->memory[c].measured;
		if (store->layer[c] != NOTHING && store->unpacked[c] > SCANNED - DAY) {
			row->fresh_chains++;
			row->fresh_bytes += bytes_in_memory(store, measured, (uint64_t)1 << c);
		}
	}
}

static struct memory_row
count_memory(const struct plain *plain, int number)
{
	const struct plain_store *store = &plain->stores[number];
	struct memory_row row = { .per_container = store->sharing == SHARING_CHAINS_DISK ||
		                                   store->sharing == SHARING_CUMULATIVE };
	uint64_t all = 0;
	bool measured = false;

	for (int c = 0; c < CHAINS; c++)
		measured |= store->memory[c].measured > 0;
	for (int i = 0; i < store->container_count; i++) {
		uint64_t bits = layers_under(plain, store, i);

		if (!store->containers[i].running)
			continue;
		if (bits == 0 || store->sharing == SHARING_NOT_MODELLED) {
			row.unknown_containers++;
			continue;
		}
		row.containers++;
		row.logical_bytes += bytes_in_memory(store, measured, bits);
		all |= bits;
	}
	row.actual_bytes =
	        row.per_container ? row.logical_bytes : bytes_in_memory(store, measured, all);
	describe_memory(store, measured, all, &row);
	if (store->sharing == SHARING_NOT_MODELLED)
		return row;
	if (row.containers == 0)
		row.basis = row.unknown_containers == 0 ? MEMORY_MEASURED : MEMORY_NONE;
	else if (measured)
		row.basis = MEMORY_MEASURED;
	else
		row.basis = row.unknown_chains < row.chains ? MEMORY_ESTIMATED : MEMORY_NONE;
	return row;
}

/* --- compared --------------------------------------------------------------------------- */

static void
assert_content(const struct content_row *a, const struct content_row *b, uint64_t seed)
{
	if (a->shown != b->shown || a->logical_bytes != b->logical_bytes ||
	        a->actual_bytes != b->actual_bytes || a->unused_bytes != b->unused_bytes ||
	        a->images != b->images || a->blobs != b->blobs ||
	        a->unused_blobs != b->unused_blobs)
		fail_msg("seed %llu: logical %llu, plainly %llu; actual %llu, plainly %llu; images "
		         "%u, plainly %u",
		        (unsigned long long)seed, (unsigned long long)a->logical_bytes,
		        (unsigned long long)b->logical_bytes, (unsigned long long)a->actual_bytes,
		        (unsigned long long)b->actual_bytes, a->images, b->images);
	assert_true(a->logical_bytes >= a->actual_bytes);
}

static void
assert_memory(const struct memory_row *a, const struct memory_row *b, uint64_t seed)
{
	if (a->basis != b->basis || a->logical_bytes != b->logical_bytes ||
	        a->actual_bytes != b->actual_bytes || a->file_bytes != b->file_bytes ||
	        a->measured_bytes != b->measured_bytes || a->containers != b->containers ||
	        a->unknown_containers != b->unknown_containers || a->chains != b->chains ||
	        a->unknown_chains != b->unknown_chains || a->fresh_chains != b->fresh_chains ||
	        a->fresh_bytes != b->fresh_bytes || a->per_container != b->per_container)
		fail_msg("seed %llu: basis %d, plainly %d; logical %llu, plainly %llu; actual "
		         "%llu, plainly %llu",
		        (unsigned long long)seed, (int)a->basis, (int)b->basis,
		        (unsigned long long)a->logical_bytes, (unsigned long long)b->logical_bytes,
		        (unsigned long long)a->actual_bytes, (unsigned long long)b->actual_bytes);
	assert_true(a->logical_bytes >= a->actual_bytes);
}

static void
test_generated(void **state)
{
	uint64_t pools = 0, measured = 0, estimated = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 1500; seed++) {
		struct random random = { seed };
		struct plain plain;
		auto_arena arena = { 0 };

		invent(&random, &plain);
		struct snapshot *snapshot = tell(&plain);
		const struct content_row *content = content_usage_build(snapshot, NULL, &arena);
		const struct memory_usage *memory = memory_usage_build(snapshot, 0, &arena);
		uint64_t total = 0;

		assert_int_equal(snapshot->store_count, plain.store_count);
		for (int i = 0; i < plain.store_count; i++) {
			struct content_row row = count_content(&plain, i);
			struct memory_row pages = count_memory(&plain, i);

			assert_content(&content[i], &row, seed);
			assert_memory(&memory->rows[i], &pages, seed);
			total += pages.basis != MEMORY_NONE ? pages.actual_bytes : 0;
			pools += row.shown;
			measured += pages.basis == MEMORY_MEASURED && pages.logical_bytes > 0;
			estimated += pages.basis == MEMORY_ESTIMATED;
		}
		assert_int_equal(memory->total.actual_bytes, total);
		snapshot_free(snapshot);
	}
	/* The cases do occur. */
	assert_true(pools > 1000 && measured > 200 && estimated > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
