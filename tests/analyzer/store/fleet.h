/* A registry of many images, scan after scan. */
#ifndef TESTS_ANALYZER_STORE_FLEET_H
#define TESTS_ANALYZER_STORE_FLEET_H

#include "tests/analyzer/store/script.h"

#define FLEET_LAYERS 10
#define FLEET_TAGS   10 /* per repository */

/* Image `number` of build `build`: four layers of 50 bases, three of its repository, three of its
 * own. A build changes those. */
UNUSED static void
emit_fleet_image(struct store *store, uint64_t number, uint64_t build)
{
	uint64_t own = number + build * 1000000;
	struct record_layer layers[FLEET_LAYERS];
	struct digest diff_ids[FLEET_LAYERS];
	struct record manifest = { .kind = RECORD_MANIFEST }, config = { .kind = RECORD_CONFIG };

	for (size_t i = 0; i < FLEET_LAYERS; i++) {
		uint64_t layer = i < 4   ? number % 50 * 16 + i
		                 : i < 7 ? (100 + number / FLEET_TAGS) * 16 + i
		                         : (100000 + own) * 16 + i;

		diff_ids[i] = digest_for("diff", layer);
		layers[i] = (struct record_layer){ digest_for("blob", layer), layer, false };
	}
	config.config = (struct record_config){
		.digest = digest_for("config", own),
		.size_bytes = 3000,
		.platform = { "linux", "amd64", "" },
		.created_at = RECORD_TIME_UNKNOWN,
		.diff_ids = diff_ids,
		.diff_id_count = FLEET_LAYERS,
		.details_json = "{\"labels\":{\"a\":\"b\"}}",
	};
	manifest.manifest = (struct record_manifest){
		.digest = digest_for("manifest", own),
		.size_bytes = 2000,
		.kind = MANIFEST_IMAGE,
		.media_type = "application/vnd.oci.image.manifest.v1+json",
		.config = config.config.digest,
		.config_size_bytes = 3000,
		.layers = layers,
		.layer_count = FLEET_LAYERS,
	};
	emit(store, &manifest);
	emit(store, &config);
}

/* One whole scan; images below `rebuilt` are of `build`, the others of build 0. */
UNUSED static void
scan_fleet(struct store *store, uint64_t images, uint64_t rebuilt, uint64_t build, int64_t at)
{
	struct record scan = { .kind = RECORD_SCAN };
	struct record end = { .kind = RECORD_SCAN_END };

	scan.scan = (struct record_scan){ SOURCE_REGISTRY, "fleet", at, NULL, false };
	end.scan_end = (struct record_scan_end){ SCAN_COMPLETE, at + 60, true };
	emit(store, &scan);
	for (uint64_t i = 0; i < images; i++) {
		uint64_t of = i < rebuilt ? build : 0;
		struct record reference = { .kind = RECORD_REFERENCE };
		struct record repository = { .kind = RECORD_REPOSITORY };
		char name[32], tag[32];

		snprintf(name, sizeof(name), "team/app-%d", (int)(i / FLEET_TAGS));
		snprintf(tag, sizeof(tag), "1.%d", (int)(i % FLEET_TAGS));
		reference.reference.repository = repository.repository.name = name;
		reference.reference.tag = tag;
		reference.reference.digest = digest_for("manifest", i + of * 1000000);
		emit_fleet_image(store, i, of);
		emit(store, &reference);
		if (i % FLEET_TAGS == FLEET_TAGS - 1)
			emit(store, &repository);
	}
	emit(store, &end);
}

#endif
