/*
 * Documents of a registry, decoded. Pure functions from bytes to records: no network, no store.
 * Everything is limited (JSON depth ≤ 64, layers, children, sizes, see schema/record.h) and every
 * digest checked. The message of a failure names the member: "layers[3].digest: not a digest".
 */
#ifndef COLLECTOR_REGISTRY_MANIFEST_H
#define COLLECTOR_REGISTRY_MANIFEST_H

#include "common/arena.h"
#include "common/error.h"
#include "schema/media_type.h"
#include "schema/record.h"

enum manifest_result {
	MANIFEST_OK = 0,
	MANIFEST_BAD = -1,    /* the error says why */
	MANIFEST_SCHEMA1 = 1, /* Docker schema 1: legacy, reported and skipped */
};

/*
 * Decodes a manifest or an index whose digest the caller has verified. `content_type` is the
 * header as sent, or "". A document with both `manifests` and `layers`/`config` is refused
 * (CVE-2021-41190), and so is a mediaType member that disagrees with the header. Without either,
 * the members decide. *out points into the arena.
 */
enum manifest_result manifest_decode(struct record_manifest *out, struct arena *arena,
        const struct digest *digest, const char *content_type, const char *body, size_t length,
        struct error *err) must_check;

/*
 * Decodes an image config. Missing rootfs.diff_ids give diff_id_count 0 (then chains are formed
 * over blob digests and labelled so).
 */
int config_decode(struct record_config *out, struct arena *arena, const struct digest *digest,
        const char *body, size_t length, struct error *err) must_check;

/* The names in a catalogue or tag page: {"repositories":[…]} or {"tags":[…]}, null counts as
 * empty. Names that are not valid are left out and counted in *invalid, the first of them copied
 * (cut, cleaned) to invalid_example. */
struct name_list {
	const char **names; /* in the arena */
	size_t count;
	size_t invalid;
	char invalid_example[80];
};
int name_list_decode(struct name_list *out, struct arena *arena, const char *member,
        bool (*is_valid)(const char *), const char *body, size_t length,
        struct error *err) must_check;

/* The human part of a registry's error body ("MANIFEST_UNKNOWN: manifest unknown"), cut at 200
 * bytes, "" if there is none. */
void registry_error_text(char *out, size_t size, const char *body, size_t length);

#endif
