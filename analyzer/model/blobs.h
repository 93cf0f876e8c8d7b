/*
 * The blobs of one manifest that are stored: its layers except foreign ones, its config, itself.
 * A repeated one comes repeatedly.
 *
 *	blobs_each (blob, snapshot, manifest)
 *		sum += snapshot->blobs[blob].size_bytes;
 */
#ifndef ANALYZER_MODEL_BLOBS_H
#define ANALYZER_MODEL_BLOBS_H

#include "analyzer/model/snapshot.h"

/* The blob at `*position` or behind it, the position moved behind that; NONE at the end. */
static inline uint32_t
blobs_next(
        const struct snapshot *snapshot, const struct snap_manifest *manifest, uint32_t *position)
{
	while (*position < manifest->layer_count) {
		const struct snap_layer *layer = &snapshot->layers[manifest->layers + *position];

		++*position;
		if (!layer->foreign)
			return layer->blob;
	}
	if (*position == manifest->layer_count) {
		++*position;
		if (manifest->config != NONE)
			return manifest->config;
	}
	if (*position > manifest->layer_count + 1)
		return NONE;
	++*position;
	return manifest->blob;
}

#define blobs_each(blob, snapshot, manifest)                                                       \
	for (uint32_t blob##_at = 0, blob = blobs_next((snapshot), (manifest), &blob##_at);        \
	        blob != NONE; blob = blobs_next((snapshot), (manifest), &blob##_at))

#endif
