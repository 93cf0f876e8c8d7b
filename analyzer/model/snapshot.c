/* A snapshot and all its arrays live in its own arena; only the struct itself is outside. */
#include "analyzer/model/snapshot.h"

#include <stdlib.h>

void
snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	arena_release(&snapshot->arena);
	free(snapshot);
}

uint32_t
snapshot_document(const struct snapshot *snapshot, const struct digest *digest)
{
	uint32_t low = 0, high = snapshot->manifest_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct digest *there =
		        &snapshot->blobs[snapshot->manifests[middle].blob].digest;
		int order = digest_compare(there, digest);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NONE;
}
