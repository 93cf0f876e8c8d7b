#include "tests/support/layout_maker.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/memory.h"

static void
require(int good, const char *what)
{
	if (!good) {
		perror(what);
		abort();
	}
}

static char *
path_of(const struct maker *maker, const char *name)
{
	return xprintf("%s/%s", maker->path, name);
}

void
maker_write(struct maker *maker, const char *name, const char *content)
{
	auto_free char *path = path_of(maker, name);
	FILE *file = fopen(path, "w");

	require(file != NULL, path);
	require(fputs(content, file) >= 0 && fclose(file) == 0, path);
}

void
maker_remove(struct maker *maker, const char *name)
{
	auto_free char *path = path_of(maker, name);

	require(remove(path) == 0, path);
}

static void
make_folder(const struct maker *maker, const char *name)
{
	auto_free char *path = path_of(maker, name);

	require(mkdir(path, 0700) == 0, path);
}

void
maker_init(struct maker *maker)
{
	*maker = (struct maker){ .path = "/tmp/layout-XXXXXX" };
	require(mkdtemp(maker->path) != NULL, maker->path);
	make_folder(maker, "blobs");
	make_folder(maker, "blobs/sha256");
	maker_write(maker, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

void
maker_release(struct maker *maker)
{
	nftw(maker->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	buf_release(&maker->entries);
}

const char *
maker_blob_name(const struct made *made, char out[160])
{
	snprintf(out, 160, "blobs/%s", made->text);
	out[strcspn(out, ":")] = '/';
	return out;
}

struct made
maker_blob(struct maker *maker, const char *content)
{
	struct made made = { .length = strlen(content) };
	char name[160];

	digest_of(&made.digest, DIGEST_SHA256, content, made.length);
	digest_format(&made.digest, made.text);
	maker_write(maker, maker_blob_name(&made, name), content);
	return made;
}

struct made
maker_config(struct maker *maker, const char *architecture, const char *content)
{
	char diff_id[DIGEST_TEXT_SIZE];
	struct digest digest;

	digest_of(&digest, DIGEST_SHA256, content, strlen(content));
	auto_free char *text = xprintf("{\"os\":\"linux\",\"architecture\":\"%s\","
	                               "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}",
	        architecture, digest_format(&digest, diff_id));
	return maker_blob(maker, text);
}

void
maker_descriptor(struct buf *out, const char *media_type, const struct made *made, const char *more)
{
	buf_printf(out, "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu%s}", media_type,
	        made->text, made->length, more);
}

struct made
maker_manifest(struct maker *maker, const struct made *config, const struct made *layer)
{
	auto_buf text = { 0 };

	buf_puts(&text, "{\"schemaVersion\":2,\"mediaType\":\"" MADE_MANIFEST "\",\"config\":");
	maker_descriptor(&text, MADE_CONFIG, config, "");
	buf_puts(&text, ",\"layers\":[");
	maker_descriptor(&text, MADE_LAYER, layer, "");
	buf_puts(&text, "]}");
	return maker_blob(maker, buf_text(&text));
}

struct made
maker_index(
        struct maker *maker, const struct made *children[], size_t count, const char *media_type)
{
	auto_buf text = { 0 };

	buf_puts(&text, "{\"schemaVersion\":2,\"mediaType\":\"" MADE_INDEX "\",\"manifests\":[");
	for (size_t i = 0; i < count; i++) {
		buf_puts(&text, i > 0 ? "," : "");
		maker_descriptor(&text, media_type, children[i], "");
	}
	buf_puts(&text, "]}");
	return maker_blob(maker, buf_text(&text));
}

struct made
maker_image(struct maker *maker, const char *content)
{
	struct made layer = maker_blob(maker, content);
	struct made config = maker_config(maker, "amd64", content);

	return maker_manifest(maker, &config, &layer);
}

void
maker_entry(struct maker *maker, const char *descriptor)
{
	buf_printf(&maker->entries, "%s%s", maker->entries.length > 0 ? "," : "", descriptor);
}

void
maker_name(struct maker *maker, const char *media_type, const struct made *made, const char *name)
{
	auto_buf text = { 0 };
	auto_free char *annotations =
	        xprintf(",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}",
	                name != NULL ? name : "");

	maker_descriptor(&text, media_type, made, name != NULL ? annotations : "");
	maker_entry(maker, buf_text(&text));
}

void
maker_finish(struct maker *maker)
{
	auto_free char *text =
	        xprintf("{\"schemaVersion\":2,\"mediaType\":\"" MADE_INDEX "\",\"manifests\":[%s]}",
	                buf_text(&maker->entries));

	maker_write(maker, "index.json", text);
}
