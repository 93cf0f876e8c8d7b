/* Loading, shared by load.c (who and when), load_places.c (names), load_nodes.c
 * (image stores) and load_content.c (documents).
 */
#ifndef ANALYZER_STORE_LOAD_H
#define ANALYZER_STORE_LOAD_H

#include "analyzer/model/builder.h"
#include "analyzer/store/db.h"
#include "analyzer/store/store.h"
#include "common/arena.h"
#include "common/vec.h"

struct load_scan {
	int64_t source;
	int64_t started_at;
	enum scan_state state;
	const char *selection; /* NULL = the whole source */
};

/* Scans by id; 0 = none. */
struct load_source {
	struct snap_source source;
	uint32_t handle;     /* of the builder */
	int64_t newest;      /* decides which problems are open */
	int64_t good;        /* the newest that ended with data: its references are shown */
	int64_t interrupted; /* the newest that never ended */
	int64_t whole;       /* the newest that asked for everything, however it ended */
	int64_t good_whole;  /* the newest of these that ended with data */
	int64_t shown;       /* whose references are shown */
	int64_t base;        /* decides about age, state and selection; 0 = no data */
	int64_t unended;     /* the scan whose missing end is a problem, 0 = none */
};

struct load_repository {
	const char *name;
	int64_t source;
	uint32_t handle; /* NONE until a reference is in it */
};

/* Marks of a digest. */
#define MARK_DOCUMENT 1 /* a document that is held */
#define MARK_CONFIG   2 /* the config of one */
#define MARK_NAMED    4 /* a tag or an index names it, or did */

/* Arrays are indexed by row id: ids are handed out without gaps. Index 0 is never a row. */
struct load {
	struct db *db;
	const struct load_options *options;
	struct builder *builder;
	struct arena arena; /* for the time of loading */
	int64_t file_bytes; /* bounds every id */
	bool damaged;       /* an id pointed outside of its table */

	struct load_scan *scans;
	struct load_source *sources;
	struct load_repository *repositories;
	struct digest *digests;
	uint64_t *layer_bytes; /* of digests that are layers */
	uint8_t *marks;
	size_t scan_count, source_count, repository_count, digest_count;
	VEC(int64_t) held; /* every digest with MARK_DOCUMENT */
};

/* Rows of a table + 1, from its highest id. Fails when the file could not hold as many. */
int load_count(struct load *load, const char *sql, size_t *count, struct error *err) must_check;
/* `id`, or 0 and `damaged` when it is not below count. */
size_t load_index(struct load *load, int64_t id, size_t count);
/* Marks a document as held. */
void load_hold(struct load *load, size_t digest);

/* Sources, repositories, references and problems as of the scans that are shown. */
int load_places(struct load *load, struct error *err) must_check;
/* What stores of nodes hold; marks the configs of their images. */
int load_nodes(struct load *load, struct error *err) must_check;
/* Since when nodes are watched, and when images left them. */
int load_left(struct load *load, struct error *err) must_check;
/* What the held documents lead to, then all of it. */
int load_content(struct load *load, struct error *err) must_check;

#endif
