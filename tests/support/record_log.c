#include "tests/support/record_log.h"

#include <stdio.h>
#include <string.h>

static const char *
kind_name(enum manifest_kind kind)
{
	static const char *const names[] = { "?", "image", "index", "attestation", "artifact" };

	return names[kind <= MANIFEST_ARTIFACT ? kind : 0];
}

static void
log_manifest(struct buf *out, const struct record_manifest *manifest)
{
	char digest[13], config[13];

	digest_short(&manifest->digest, digest);
	buf_printf(out, "manifest %s %s", kind_name(manifest->kind), digest);
	if (digest_is_set(&manifest->config))
		buf_printf(out, " config %s layers %zu\n", digest_short(&manifest->config, config),
		        manifest->layer_count);
	else
		buf_printf(out, " children %zu\n", manifest->child_count);
}

static void
log_config(struct buf *out, const struct record_config *config)
{
	char digest[13], platform[PLATFORM_TEXT_SIZE];

	buf_printf(out, "config %s %s diffs %zu\n", digest_short(&config->digest, digest),
	        platform_format(&config->platform, platform), config->diff_id_count);
}

static void
log_reference(struct buf *out, const struct record_reference *reference)
{
	char digest[13];

	buf_printf(out, "reference %s:%s %s\n", reference->repository, reference->tag,
	        reference->state == REFERENCE_READ ? digest_short(&reference->digest, digest)
	                                           : "unread");
}

/* "sha256:" and its first 12 digits; the text around it as it is. */
static void
log_problem(struct buf *out, const struct record_problem *problem)
{
	const char *at = problem->message;

	buf_printf(out, "%s %s: ", problem->harmless ? "remark" : "problem", problem->place);
	for (const char *digest; (digest = strstr(at, "sha256:")) != NULL;) {
		size_t hex = strspn(digest + 7, "0123456789abcdef");

		buf_append(out, at, (size_t)(digest - at) + 7 + (hex < 12 ? hex : 12));
		at = digest + 7 + hex;
	}
	buf_printf(out, "%s\n", at);
}

static const char *
text_of(uint64_t bytes, char out[24])
{
	snprintf(out, 24, "%lld", bytes == BYTES_UNKNOWN ? -1 : (long long)bytes);
	return out;
}

static void
log_chain(struct buf *out, const struct record_chain *chain)
{
	char id[13], parent[13], diff_id[13], bytes[24];

	digest_short(&chain->parent, parent);
	buf_printf(out, "chain %s on %s diff %s bytes %s\n", digest_short(&chain->chain_id, id),
	        digest_is_set(&chain->parent) ? parent : "-",
	        digest_short(&chain->diff_id, diff_id), text_of(chain->size_bytes, bytes));
}

static void
log_node_image(struct buf *out, const struct record_node_image *image)
{
	char config[13], chain[13];

	digest_short(&image->chain, chain);
	buf_printf(out, "node_image %s chain %s manifests %zu",
	        digest_short(&image->config, config), digest_is_set(&image->chain) ? chain : "-",
	        image->manifest_count);
	for (size_t i = 0; i < image->name_count; i++)
		buf_printf(out, " %s", image->names[i]);
	buf_puts(out, "\n");
}

static void
log_container(struct buf *out, const struct record_container *container)
{
	char config[13], chain[13], bytes[24];

	digest_short(&container->config, config);
	digest_short(&container->chain, chain);
	buf_printf(out, "container %.12s image %s chain %s%s bytes %s\n", container->id,
	        digest_is_set(&container->config) ? config : "-",
	        digest_is_set(&container->chain) ? chain : "-",
	        container->running ? " running" : "", text_of(container->writable_bytes, bytes));
}

static void
log_store_blob(struct buf *out, const struct record_store_blob *blob)
{
	char digest[13], diff_id[13], bytes[24];

	digest_short(&blob->diff_id, diff_id);
	buf_printf(out, "store_blob %s diff %s kept %s\n", digest_short(&blob->digest, digest),
	        digest_is_set(&blob->diff_id) ? diff_id : "-", text_of(blob->kept_bytes, bytes));
}

static void
log_facts(struct buf *out, const struct record *record)
{
	static const char *const libcs[] = { "?", "none", "glibc", "musl" };
	static const char *const kinds[] = { "?", "static", "dynamic", "script", "interpreter" };
	const struct record_chain_facts *chain = &record->chain_facts;
	char id[13];

	if (record->kind == RECORD_IMAGE_FACTS)
		buf_printf(out, "image_facts %s %s\n",
		        digest_short(&record->image_facts.config, id),
		        kinds[record->image_facts.entrypoint]);
	else
		buf_printf(out, "chain_facts %s %s %s %s\n", digest_short(&chain->chain_id, id),
		        chain->os_id != NULL ? chain->os_id : "-",
		        chain->os_version != NULL ? chain->os_version : "-", libcs[chain->libc]);
}

static void
log_resident(struct buf *out, const struct record_resident *resident)
{
	char id[13];

	buf_printf(out, "resident %s files %llu measured %llu resident %llu\n",
	        digest_short(&resident->chain_id, id), (unsigned long long)resident->file_bytes,
	        (unsigned long long)resident->measured_bytes,
	        (unsigned long long)resident->resident_bytes);
}

static void
log_of_node(struct buf *out, const struct record *record)
{
	char bytes[24];

	switch (record->kind) {
	case RECORD_NODE:
		buf_printf(out, "node %s\n", record->node.name);
		break;
	case RECORD_STORE:
		buf_printf(out, "store %d %s sharing %d unit %d\n", (int)record->store.engine,
		        record->store.driver, (int)record->store.sharing, (int)record->store.unit);
		break;
	case RECORD_CHAIN:
		log_chain(out, &record->chain);
		break;
	case RECORD_NODE_IMAGE:
		log_node_image(out, &record->node_image);
		break;
	case RECORD_CONTAINER:
		log_container(out, &record->container);
		break;
	case RECORD_EXTRA:
		buf_printf(out, "extra %s unit %d count %s", record->extra.part,
		        (int)record->extra.unit, text_of(record->extra.count, bytes));
		buf_printf(out, " bytes %s\n", text_of(record->extra.bytes, bytes));
		break;
	case RECORD_STORE_BLOB:
		log_store_blob(out, &record->store_blob);
		break;
	case RECORD_CHAIN_FACTS:
	case RECORD_IMAGE_FACTS:
		log_facts(out, record);
		break;
	case RECORD_RESIDENT:
		log_resident(out, &record->resident);
		break;
	default:
		buf_printf(out, "kind %d\n", (int)record->kind);
	}
}

static void
log_record(struct buf *out, const struct record *record)
{
	static const char *const repository[] = { "complete", "partial", "skipped" };
	static const char *const end[] = { "running", "complete", "partial", "failed" };

	switch (record->kind) {
	case RECORD_SCAN:
		buf_printf(out, "scan %d %s\n", (int)record->scan.source_kind,
		        record->scan.source_name);
		if (record->scan.selection != NULL)
			buf_printf(out, "only %s%s\n", record->scan.selection,
			        record->scan.some_platforms ? " (platforms)" : "");
		break;
	case RECORD_MANIFEST:
		log_manifest(out, &record->manifest);
		break;
	case RECORD_CONFIG:
		log_config(out, &record->config);
		break;
	case RECORD_REFERENCE:
		log_reference(out, &record->reference);
		break;
	case RECORD_REPOSITORY:
		buf_printf(out, "repository %s %s\n", record->repository.name,
		        repository[record->repository.state]);
		break;
	case RECORD_ABSENT: {
		char digest[13];

		buf_printf(out, "absent %s %s\n", record->absent.repository,
		        digest_short(&record->absent.digest, digest));
		break;
	}
	case RECORD_PROBLEM:
		log_problem(out, &record->problem);
		break;
	case RECORD_SCAN_END:
		buf_printf(out, "end %s%s\n", end[record->scan_end.state],
		        record->scan_end.catalogue_complete ? " catalogue" : "");
		break;
	default:
		log_of_node(out, record);
	}
}

static int
emit(void *context, const struct record *record, struct error *err)
{
	struct record_log *log = context;

	if (++log->count == log->fail_at)
		return fail(err, ERROR_FAILED, "the sink is full");
	log_record(&log->text, record);
	return 0;
}

struct record_sink
record_log_sink(struct record_log *log)
{
	return (struct record_sink){ .emit = emit, .context = log };
}

void
record_log_release(struct record_log *log)
{
	buf_release(&log->text);
}
