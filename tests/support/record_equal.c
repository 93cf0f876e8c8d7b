#include "tests/support/record_equal.h"

#include <string.h>

#define SAME(member)        (a->member == b->member)
#define SAME_DIGEST(member) digest_equal(&a->member, &b->member)
#define SAME_TEXT(member)   same_text(a->member, b->member)
#define SAME_PLATFORM(m)    (platform_compare(&a->m, &b->m) == 0)
#define EQUAL(kind, ...)                                                                           \
	static bool same_##kind(const struct record_##kind *a, const struct record_##kind *b)      \
	{                                                                                          \
		return __VA_ARGS__;                                                                \
	}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
same_digests(const struct digest *a, const struct digest *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!digest_equal(&a[i], &b[i]))
			return false;
	return true;
}

static bool
same_layers(const struct record_manifest *a, const struct record_manifest *b)
{
	if (!SAME(layer_count))
		return false;
	for (size_t i = 0; i < a->layer_count; i++)
		if (!SAME_DIGEST(layers[i].digest) || !SAME(layers[i].size_bytes) ||
		        !SAME(layers[i].foreign))
			return false;
	return true;
}

static bool
same_children(const struct record_manifest *a, const struct record_manifest *b)
{
	if (!SAME(child_count))
		return false;
	for (size_t i = 0; i < a->child_count; i++)
		if (!SAME_DIGEST(children[i].digest) || !SAME(children[i].size_bytes) ||
		        !SAME_PLATFORM(children[i].platform) || !SAME(children[i].attestation) ||
		        !SAME_DIGEST(children[i].attests))
			return false;
	return true;
}

static bool
same_labels(const struct record_node *a, const struct record_node *b)
{
	if (!SAME(label_count))
		return false;
	for (size_t i = 0; i < a->label_count; i++)
		if (!SAME_TEXT(labels[i].key) || !SAME_TEXT(labels[i].value))
			return false;
	return true;
}

static bool
same_names(const struct record_node_image *a, const struct record_node_image *b)
{
	if (!SAME(name_count))
		return false;
	for (size_t i = 0; i < a->name_count; i++)
		if (!SAME_TEXT(names[i]))
			return false;
	return true;
}

/* clang-format off */
EQUAL(scan, SAME(source_kind) && SAME_TEXT(source_name) && SAME(started_at) &&
	SAME_TEXT(selection) && SAME(some_platforms))
EQUAL(manifest, SAME_DIGEST(digest) && SAME(size_bytes) && SAME(kind) && SAME_TEXT(media_type) &&
	SAME_TEXT(artifact_type) && SAME_DIGEST(config) && SAME(config_size_bytes) &&
	same_layers(a, b) && same_children(a, b) && SAME_DIGEST(subject) && SAME_TEXT(base_name) &&
	SAME_TEXT(base_digest_text))
EQUAL(config, SAME_DIGEST(digest) && SAME(size_bytes) && SAME_PLATFORM(platform) &&
	SAME(created_at) && SAME(diff_id_count) &&
	same_digests(a->diff_ids, b->diff_ids, a->diff_id_count) && SAME_TEXT(details_json))
EQUAL(reference, SAME_TEXT(repository) && SAME_TEXT(tag) && SAME(state) && SAME_DIGEST(digest))
EQUAL(repository, SAME_TEXT(name) && SAME(state))
EQUAL(absent, SAME_TEXT(repository) && SAME_DIGEST(digest))
EQUAL(problem, SAME_TEXT(place) && SAME_TEXT(message) && SAME(harmless))
EQUAL(scan_end, SAME(state) && SAME(ended_at) && SAME(catalogue_complete))
EQUAL(node, SAME_TEXT(name) && same_labels(a, b) && SAME(memory_bytes))
EQUAL(store, SAME_TEXT(node) && SAME(engine) && SAME_TEXT(driver) && SAME_TEXT(namespace) &&
	SAME_TEXT(root) && SAME(sharing) && SAME(unit) && SAME_TEXT(content_pool))
EQUAL(chain, SAME_DIGEST(chain_id) && SAME_DIGEST(parent) && SAME_DIGEST(diff_id) &&
	SAME(size_bytes) && SAME(unpacked_at) && SAME(build_cache))
EQUAL(node_image, SAME_DIGEST(config) && SAME_DIGEST(chain) && SAME(chain_unknown) &&
	SAME(manifest_count) && same_digests(a->manifests, b->manifests, a->manifest_count) &&
	same_names(a, b))
EQUAL(container, SAME_TEXT(id) && SAME_DIGEST(config) && SAME_DIGEST(chain) && SAME(running) &&
	SAME(writable_bytes) && SAME(mapped_file_bytes) && SAME(rss_file_bytes))
EQUAL(extra, SAME_TEXT(part) && SAME(count) && SAME(bytes) && SAME(unit))
EQUAL(store_blob, SAME_DIGEST(digest) && SAME_DIGEST(diff_id) && SAME(kept_bytes))
EQUAL(chain_facts, SAME_DIGEST(chain_id) && SAME_TEXT(os_id) && SAME_TEXT(os_version) &&
	SAME(libc))
EQUAL(image_facts, SAME_DIGEST(config) && SAME(entrypoint))
EQUAL(resident, SAME_DIGEST(chain_id) && SAME(file_bytes) && SAME(measured_bytes) &&
	SAME(resident_bytes))
/* clang-format on */

#define CASE(word, member)                                                                         \
	case RECORD_##word:                                                                        \
		return same_##member(&a->member, &b->member)

bool
record_equal(const struct record *a, const struct record *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
		CASE(SCAN, scan);
		CASE(MANIFEST, manifest);
		CASE(CONFIG, config);
		CASE(REFERENCE, reference);
		CASE(REPOSITORY, repository);
		CASE(ABSENT, absent);
		CASE(PROBLEM, problem);
		CASE(SCAN_END, scan_end);
		CASE(NODE, node);
		CASE(STORE, store);
		CASE(CHAIN, chain);
		CASE(NODE_IMAGE, node_image);
		CASE(CONTAINER, container);
		CASE(EXTRA, extra);
		CASE(STORE_BLOB, store_blob);
		CASE(CHAIN_FACTS, chain_facts);
		CASE(IMAGE_FACTS, image_facts);
		CASE(RESIDENT, resident);
	}
	return false;
}
