/* One line per element, indices as they are. */
#include "tests/support/dump.h"

#include <inttypes.h>

static const char *
full(const struct digest *digest)
{
	static char texts[2][DIGEST_TEXT_SIZE];
	static int next;

	return digest_format(digest, texts[next++ % 2]);
}

static void
dump_names(const struct snapshot *snapshot, struct buf *out)
{
	for (uint32_t i = 0; i < snapshot->source_count; i++) {
		const struct snap_source *s = &snapshot->sources[i];
		buf_printf(out, "source %u: %d %s %d %d %" PRId64 " %u %s\n", i, s->kind, s->name,
		        s->scope, s->state, s->scanned_at, s->problems,
		        s->selection != NULL ? s->selection : "");
	}
	for (uint32_t i = 0; i < snapshot->repository_count; i++)
		buf_printf(out, "repository %u: %u %s\n", i, snapshot->repositories[i].source,
		        snapshot->repositories[i].name);
	for (uint32_t i = 0; i < snapshot->reference_count; i++) {
		const struct snap_reference *r = &snapshot->references[i];
		buf_printf(out, "reference %u: %u %u %s %" PRId64 "\n", i, r->repository,
		        r->manifest, r->tag, r->since);
	}
	for (uint32_t i = 0; i < snapshot->problem_count; i++) {
		const struct snap_problem *p = &snapshot->problems[i];
		buf_printf(out, "problem %u: %u %s %s %d %" PRId64 "\n", i, p->source, p->place,
		        p->message, p->harmless, p->since);
	}
}

static void
dump_manifest(const struct snapshot *snapshot, const struct snap_manifest *m, struct buf *out)
{
	buf_printf(out, "blob %u kind %d image %u config %u subject %u %s %s layers", m->blob,
	        m->kind, m->image, m->config, m->subject, m->base_name ? m->base_name : "-",
	        m->base_digest_text ? m->base_digest_text : "-");
	for (uint32_t i = 0; i < m->layer_count; i++) {
		const struct snap_layer *layer = &snapshot->layers[m->layers + i];
		buf_printf(out, " %u%s", layer->blob, layer->foreign ? "!" : "");
	}
	buf_puts(out, "\n");
	for (uint32_t i = 0; i < m->child_count; i++) {
		const struct snap_child *child = &snapshot->children[m->children + i];
		char platform[PLATFORM_TEXT_SIZE];
		buf_printf(out, "\tchild %u %s %s %d\n", child->manifest, full(&child->digest),
		        platform_format(&child->platform, platform), child->attestation);
	}
}

static void
dump_image(const struct snapshot *snapshot, const struct snap_image *image, struct buf *out)
{
	char platform[PLATFORM_TEXT_SIZE];

	buf_printf(out, "%s %s %" PRId64 " manifest %u of", full(&image->config_digest),
	        platform_format(&image->platform, platform), image->created_at, image->manifest);
	for (uint32_t i = 0; i < image->manifest_count; i++)
		buf_printf(out, " %u", snapshot->image_manifests[image->manifests + i]);
	buf_puts(out, image->blob_chain ? " blob chain" : " chain");
	for (uint32_t i = 0; i < image->chain_length; i++)
		buf_printf(out, " %s", full(snapshot_diff_id(snapshot, image, i)));
	buf_puts(out, "\n");
}

void
snapshot_dump(const struct snapshot *snapshot, struct buf *out)
{
	buf_printf(out, "at %" PRId64 "\n", snapshot->at);
	dump_names(snapshot, out);
	for (uint32_t i = 0; i < snapshot->blob_count; i++)
		buf_printf(out, "blob %u: %s %" PRIu64 "\n", i, full(&snapshot->blobs[i].digest),
		        snapshot->blobs[i].size_bytes);
	for (uint32_t i = 0; i < snapshot->manifest_count; i++) {
		buf_printf(out, "manifest %u: ", i);
		dump_manifest(snapshot, &snapshot->manifests[i], out);
	}
	for (uint32_t i = 0; i < snapshot->image_count; i++) {
		buf_printf(out, "image %u: ", i);
		dump_image(snapshot, &snapshot->images[i], out);
	}
}
