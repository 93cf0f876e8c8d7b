/*
 * The store: facts about sources, images and layers over time, in one SQLite file. The only code
 * that speaks SQL.
 *
 * Facts have spans (first seen, gone), so a night without changes adds one row. Content
 * (manifests, configs) is immutable and kept once. Digests are interned as raw bytes.
 *
 * One writer: store_open(STORE_WRITE) takes a lock beside the file and fails at once, with the
 * holder's pid, when another process scans. Readers need no lock; they write nothing, but roll back
 * what a killed writer left half written. A crash loses at most the scan in progress; what it had
 * read of content stays and is not fetched again.
 */
#ifndef ANALYZER_STORE_STORE_H
#define ANALYZER_STORE_STORE_H

#include <stdint.h>

#include "analyzer/model/snapshot.h"
#include "collector/collector.h"
#include "common/error.h"
#include "schema/record.h"

struct store;

enum store_mode {
	STORE_READ,  /* an absent file is an error that names the scan command */
	STORE_WRITE, /* created with its folders when absent (mode 0600/0700), migrated when old */
};

/* Refused with a clear message: not a database, not ours (application_id), newer than this
 * program (both versions named), unreadable, damaged. */
struct store *store_open(const char *path, enum store_mode mode, struct error *err);
void store_close(struct store *store);

/*
 * Writing: the sink takes the records of any number of scans, one after the other, and commits in
 * batches. A scan that ended without scan_end stays SCAN_RUNNING and counts as interrupted.
 */
struct record_sink store_sink(struct store *store);
/* What the store has, for collectors. */
struct known store_known(struct store *store);
/* Commits what is pending. Called by scan_end and store_close() by itself. After a failure to write
 * every later record is refused with the same message. */
int store_flush(struct store *store, struct error *err) must_check;

/* For imports: when the newest scan of a source began (INT64_MIN: there is none), and whether it
 * ended; when the newest scan of any store of a node began. */
struct store_newest {
	int64_t started_at;
	bool ended;
};
int store_newest_scan(struct store *store, enum source_kind kind, const char *source,
        struct store_newest *newest, struct error *err) must_check;
int store_newest_of_node(
        struct store *store, const char *node, int64_t *started_at, struct error *err) must_check;

struct scope_rule {
	const char *registry; /* a host, exactly */
	enum dedup_scope scope;
};

struct load_options {
	int64_t at;                      /* the state at that time; 0 = now */
	const struct scope_rule *scopes; /* dedup scope per registry, from the configuration */
	size_t scope_count;
};

/*
 * Everything known, in one immutable snapshot. NULL on failure. Free with snapshot_free().
 * Of each source the newest scan with data is shown, exactly as that scan saw it; if a newer one
 * failed or never ended, the source is stale. A first scan that was interrupted shows what it had.
 */
struct snapshot *store_load(
        struct store *store, const struct load_options *options, struct error *err);

/* For doctor. */
struct store_info {
	int version, newest_version;
	int64_t file_bytes;
	int64_t scans, manifests, references;
	const char *sqlite_version;
	const char *journal_mode;
};
int store_info(struct store *store, struct store_info *info, struct error *err) must_check;
/* "3.40.1", without a store. */
const char *store_library(void);
/* PRAGMA integrity_check and foreign_key_check: 0 or the first complaint. */
int store_verify(struct store *store, struct error *err) must_check;

#endif
