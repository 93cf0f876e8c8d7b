/*
 * The walk from one entry downwards. A document that fails is a problem of that entry, and the
 * walk goes on beside it.
 *
 *	entry ─▶ index ─▶ manifest ─▶ config   read and verified
 *	         (≤ 3 deep)       └─▶ layers   only their lengths
 */
#include "collector/layout/document.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "collector/beneath.h"
#include "collector/layout/files.h"
#include "collector/registry/manifest.h"
#include "collector/registry/registry.h"
#include "common/memory.h"
#include "schema/media_type.h"

#define PROGRESS_EVERY_MS 100

/* Values of reader.documents. */
enum { DOCUMENT_FAILED, DOCUMENT_READ };

/* How a document is named by what is above it. */
struct mention {
	const struct digest *digest;
	uint64_t size_bytes;
	const char *media_type; /* "" if not stated */
	unsigned depth;         /* 0 = by index.json */
};

void
reader_init(
        struct reader *reader, const struct collect_context *context, struct collect_result *result)
{
	*reader = (struct reader){ .context = context, .result = result, .folder = -1 };
	map_init(&reader->documents, sizeof(struct digest));
	map_init(&reader->blobs, sizeof(struct digest));
}

void
reader_release(struct reader *reader)
{
	map_release(&reader->documents);
	map_release(&reader->blobs);
}

void
reader_progress(struct reader *reader, bool last)
{
	struct timespec now;
	int64_t now_ms;

	if (reader->context->progress == NULL)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (!last && now_ms - reader->progress_at_ms < PROGRESS_EVERY_MS)
		return;
	reader->progress_at_ms = now_ms;
	reader->context->progress(reader->context->progress_context, &reader->result->progress);
}

/* A problem of the current entry, about one blob. */
static int __attribute__((format(printf, 5, 6))) problem(struct reader *reader,
        const struct digest *digest, bool harmless, struct error *err, const char *format, ...)
{
	char text[DIGEST_TEXT_SIZE], message[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	return collect_problem(reader->context, reader->result, err, harmless, reader->place,
	        "%s: %s", digest_format(digest, text), message);
}

static int
emit(const struct reader *reader, const struct record *record, struct error *err)
{
	return reader->context->sink.emit(reader->context->sink.context, record, err);
}

static int
absent(const struct reader *reader, const struct digest *digest, struct error *err)
{
	struct record record = { .kind = RECORD_ABSENT,
		.absent = { .repository = reader->repository, .digest = *digest } };

	return emit(reader, &record, err);
}

/* --- blobs ------------------------------------------------------------------------------ */

/* 1 and the content, whose digest is right; 0 not there; -1 and why. */
static int
read_blob(struct reader *reader, const struct digest *digest, size_t limit_bytes, struct buf *out,
        struct error *why)
{
	char name[FILES_BLOB_NAME_SIZE], text[DIGEST_TEXT_SIZE];
	struct digest actual;
	int found =
	        beneath_read(reader->folder, files_blob_name(digest, name), limit_bytes, out, why);

	if (found != 1)
		return found;
	reader->result->progress.received_bytes += out->length;
	digest_of(&actual, digest->length, buf_text(out), out->length);
	if (digest_equal(&actual, digest))
		return 1;
	return fail(why, ERROR_FAILED, "its %zu bytes have the digest %s: damaged", out->length,
	        digest_format(&actual, text));
}

static int
check_size(struct reader *reader, const struct digest *digest, uint64_t actual, uint64_t stated,
        struct error *err)
{
	if (actual == stated)
		return 0;
	return problem(reader, digest, false, err, "it has %llu bytes, but what names it says %llu",
	        (unsigned long long)actual, (unsigned long long)stated);
}

/* Not read, only measured. `absent_ok`: its bytes may lie elsewhere. */
static int
check_blob(struct reader *reader, const struct digest *digest, uint64_t stated, bool absent_ok,
        struct error *err)
{
	char name[FILES_BLOB_NAME_SIZE];
	struct error why = { 0 };
	uint64_t length = 0;
	int found;

	if (map_add(&reader->blobs, digest, 1) != MAP_NONE)
		return 0;
	found = beneath_length(reader->folder, files_blob_name(digest, name), &length, &why);
	if (found < 0)
		return problem(reader, digest, false, err, "%s", why.message);
	if (found == 0 && absent_ok)
		return 0;
	if (found == 0)
		return problem(reader, digest, false, err, "not in the layout");
	return check_size(reader, digest, length, stated, err);
}

static int
read_config(struct reader *reader, const struct record_manifest *manifest, struct error *err)
{
	const struct digest *digest = &manifest->config;
	auto_arena arena = { 0 };
	auto_buf body = { 0 };
	struct record record = { .kind = RECORD_CONFIG };
	struct error why = { 0 };
	int found;

	if (map_add(&reader->blobs, digest, 1) != MAP_NONE)
		return 0;
	found = read_blob(reader, digest, REGISTRY_MAX_CONFIG_BYTES, &body, &why);
	if (found == 0)
		return problem(reader, digest, false, err, "config: not in the layout");
	if (found < 0 || config_decode(&record.config, &arena, digest, buf_text(&body), body.length,
	                         &why) != 0)
		return problem(reader, digest, false, err, "config: %s", why.message);
	if (check_size(reader, digest, body.length, manifest->config_size_bytes, err))
		return -1;
	return emit(reader, &record, err);
}

/* --- documents -------------------------------------------------------------------------- */

static int read_document(
        struct reader *reader, const struct mention *mention, bool *read, struct error *err);

static int
walk_index(struct reader *reader, const struct record_manifest *index, unsigned depth,
        struct error *err)
{
	if (depth >= REGISTRY_MAX_INDEX_DEPTH)
		return problem(reader, &index->digest, false, err,
		        "indexes are nested deeper than we follow");
	for (size_t i = 0; i < index->child_count; i++) {
		struct mention child = {
			.digest = &index->children[i].digest,
			.size_bytes = index->children[i].size_bytes,
			.media_type = "",
			.depth = depth + 1,
		};
		bool read;

		if (read_document(reader, &child, &read, err))
			return -1;
	}
	return 0;
}

static int
walk_manifest(struct reader *reader, const struct record_manifest *manifest, struct error *err)
{
	int status;

	if (manifest->kind == MANIFEST_IMAGE) {
		reader->result->progress.images++;
		status = read_config(reader, manifest, err);
	} else {
		status = check_blob(
		        reader, &manifest->config, manifest->config_size_bytes, false, err);
	}
	for (size_t i = 0; status == 0 && i < manifest->layer_count; i++) {
		const struct record_layer *layer = &manifest->layers[i];

		status = check_blob(reader, &layer->digest, layer->size_bytes, layer->foreign, err);
	}
	return status;
}

/* 1 emitted and walked, 0 refused (a problem says why), -1 the sink failed. */
static int
take_document(struct reader *reader, const struct mention *mention, const struct buf *body,
        struct error *err)
{
	auto_arena arena = { 0 };
	struct record record = { .kind = RECORD_MANIFEST };
	struct error why = { 0 };
	enum manifest_result result = manifest_decode(&record.manifest, &arena, mention->digest,
	        mention->media_type, buf_text(body), body->length, &why);

	if (result == MANIFEST_SCHEMA1)
		return problem(
		        reader, mention->digest, true, err, "Docker schema 1, legacy: skipped");
	if (result == MANIFEST_BAD)
		return problem(reader, mention->digest, false, err, "%s", why.message);
	map_set(&reader->documents, mention->digest, DOCUMENT_READ);
	if (check_size(reader, mention->digest, body->length, mention->size_bytes, err) ||
	        emit(reader, &record, err))
		return -1;
	if (record.manifest.kind == MANIFEST_INDEX)
		return walk_index(reader, &record.manifest, mention->depth, err) == 0 ? 1 : -1;
	return walk_manifest(reader, &record.manifest, err) == 0 ? 1 : -1;
}

/* 0, and whether it could be read; -1 the sink failed. Its failure is said once per scan, or once
 * per entry that points at it. */
static int
read_document(struct reader *reader, const struct mention *mention, bool *read, struct error *err)
{
	uint32_t before = map_add(&reader->documents, mention->digest, DOCUMENT_FAILED);
	bool is_child = mention->depth > 0;
	struct error why = { 0 };
	auto_buf body = { 0 };
	int found, taken;

	*read = before == DOCUMENT_READ;
	if (*read || (before == DOCUMENT_FAILED && is_child))
		return 0;
	found = read_blob(reader, mention->digest, REGISTRY_MAX_MANIFEST_BYTES, &body, &why);
	if (found < 0)
		return problem(reader, mention->digest, false, err, "%s", why.message);
	/* Indexes are copied without all their children: legal. */
	if (found == 0)
		return is_child ? absent(reader, mention->digest, err)
		                : problem(reader, mention->digest, false, err, "not in the layout");
	taken = take_document(reader, mention, &body, err);
	*read = taken > 0;
	reader_progress(reader, false);
	return taken < 0 ? -1 : 0;
}

/* --- entries ---------------------------------------------------------------------------- */

/* image-layout.md: entries may have any type, and those we do not know are no error. */
static bool
is_ours(const char *media_type)
{
	enum media_type type = media_type_parse(media_type);

	return type == MEDIA_NONE || type == MEDIA_DOCKER_SCHEMA1 || media_type_is_index(type) ||
	       media_type_is_manifest(type);
}

static int
take_entry(struct reader *reader, const struct layout_entry *entry, bool *read, struct error *err)
{
	struct mention mention = {
		.digest = &entry->digest,
		.size_bytes = entry->size_bytes,
		.media_type = entry->media_type,
	};

	*read = false;
	if (entry->remark != NULL &&
	        problem(reader, &entry->digest, true, err, "%s", entry->remark))
		return -1;
	if (!is_ours(entry->media_type))
		return problem(reader, &entry->digest, true, err,
		        "'%.200s' is neither an image nor an index: skipped", entry->media_type);
	return read_document(reader, &mention, read, err);
}

int
reader_entry(struct reader *reader, const struct layout_entry *entry, struct error *err)
{
	auto_free char *place = *entry->tag != '\0'
	                                ? xprintf("%s:%s", entry->repository, entry->tag)
	                                : xstrdup(entry->repository);
	bool read;
	int status;

	reader->place = place;
	reader->repository = entry->repository;
	status = take_entry(reader, entry, &read, err);
	reader->place = "";
	reader->repository = "";
	reader->read_count += read;
	return status < 0 ? -1 : read;
}
