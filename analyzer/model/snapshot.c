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
