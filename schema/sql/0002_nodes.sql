-- Version 2: what lies in the image stores of nodes, over time. A store is a source (kind 3) with
-- scans of its own; spans as in version 1.
--
-- A fleet repeats itself: the same images under the same names, the same layers of the same sizes, on
-- hundreds of nodes. What repeats is kept once (chain, layer, appearance); what a node adds is a row
-- of four small numbers, without an id, in the order of its key.

CREATE TABLE node (
	id     INTEGER PRIMARY KEY,
	name   TEXT NOT NULL UNIQUE,
	labels TEXT NOT NULL, -- JSON object, as given with the newest scan
	memory INTEGER        -- bytes; NULL = not known
) STRICT;

-- What a store is, by its newest scan. engine, sharing, unit: the enums of schema/record_node.h.
CREATE TABLE store (
	source       INTEGER PRIMARY KEY REFERENCES source,
	node         INTEGER NOT NULL REFERENCES node,
	engine       INTEGER NOT NULL,
	driver       TEXT NOT NULL,
	namespace    TEXT,
	root         TEXT,
	sharing      INTEGER NOT NULL,
	unit         INTEGER NOT NULL,
	content_pool TEXT
) STRICT;

-- A ChainID says everything about its diff IDs: content, immutable. parent: NULL at the bottom.
CREATE TABLE chain (
	digest  INTEGER PRIMARY KEY REFERENCES digest,
	parent  INTEGER REFERENCES digest,
	diff_id INTEGER NOT NULL REFERENCES digest
) STRICT;

-- A chain with the size that some store measured. size: of its own layer, with cumulative drivers of
-- the whole copy; -1 = not known.
CREATE TABLE layer (
	id          INTEGER PRIMARY KEY,
	chain       INTEGER NOT NULL REFERENCES chain,
	unit        INTEGER NOT NULL,
	size        INTEGER NOT NULL,
	build_cache INTEGER NOT NULL,
	UNIQUE (chain, unit, size, build_cache)
) STRICT;

CREATE TABLE store_layer (
	store       INTEGER NOT NULL REFERENCES store,
	layer       INTEGER NOT NULL REFERENCES layer,
	since       INTEGER NOT NULL REFERENCES scan,
	until       INTEGER REFERENCES scan,
	unpacked_at INTEGER, -- NULL = not known
	PRIMARY KEY (store, layer, since)
) STRICT, WITHOUT ROWID;

-- How an image looks in a store: its top chain, its names, its manifests. labels: JSON object of
-- names and manifests, both sorted. chain_unknown: it has layers, but which cannot be told.
CREATE TABLE appearance (
	id            INTEGER PRIMARY KEY,
	config        INTEGER NOT NULL REFERENCES digest,
	chain         INTEGER REFERENCES digest, -- NULL = no layers, or not known
	chain_unknown INTEGER NOT NULL,
	labels        TEXT NOT NULL
) STRICT;
CREATE INDEX appearance_by_config ON appearance (config);

CREATE TABLE store_image (
	store      INTEGER NOT NULL REFERENCES store,
	appearance INTEGER NOT NULL REFERENCES appearance,
	since      INTEGER NOT NULL REFERENCES scan,
	until      INTEGER REFERENCES scan,
	PRIMARY KEY (store, appearance, since)
) STRICT, WITHOUT ROWID;

-- Containers come and go with their engines' IDs. The numbers are those of the newest scan.
CREATE TABLE container (
	id       INTEGER PRIMARY KEY,
	store    INTEGER NOT NULL REFERENCES store,
	name     TEXT NOT NULL,                -- the engine's ID
	config   INTEGER REFERENCES digest,    -- NULL = not known
	chain    INTEGER REFERENCES digest,    -- what it stands on; NULL = not known
	since    INTEGER NOT NULL REFERENCES scan,
	until    INTEGER REFERENCES scan,
	running  INTEGER NOT NULL,
	writable INTEGER,                      -- apparent bytes
	mapped   INTEGER,
	rss      INTEGER
) STRICT;
CREATE UNIQUE INDEX container_open ON container (store, name) WHERE until IS NULL;

-- Bytes beside the chains.
CREATE TABLE extra (
	id    INTEGER PRIMARY KEY,
	store INTEGER NOT NULL REFERENCES store,
	part  TEXT NOT NULL,
	unit  INTEGER NOT NULL,
	count INTEGER NOT NULL,
	size  INTEGER NOT NULL,
	since INTEGER NOT NULL REFERENCES scan,
	until INTEGER REFERENCES scan
) STRICT;
CREATE UNIQUE INDEX extra_open ON extra (store, part, unit) WHERE until IS NULL;

-- A blob as stores keep or know it. kept: length of its file; -1 = known only. diff_id: NULL = not
-- known, or no layer.
CREATE TABLE kept_blob (
	id      INTEGER PRIMARY KEY,
	digest  INTEGER NOT NULL REFERENCES digest,
	diff_id INTEGER REFERENCES digest,
	kept    INTEGER NOT NULL
) STRICT;
CREATE INDEX kept_blob_by_digest ON kept_blob (digest);

CREATE TABLE store_blob (
	store INTEGER NOT NULL REFERENCES store,
	blob  INTEGER NOT NULL REFERENCES kept_blob,
	since INTEGER NOT NULL REFERENCES scan,
	until INTEGER REFERENCES scan,
	PRIMARY KEY (store, blob, since)
) STRICT, WITHOUT ROWID;

-- What the files of a chain, and of the image of a config, say: true for ever, and once for all
-- stores. libc, entrypoint: the enums of schema/record_node.h, never 0 for an entrypoint.
CREATE TABLE chain_facts (
	chain      INTEGER PRIMARY KEY REFERENCES digest,
	os_id      TEXT,
	os_version TEXT,
	libc       INTEGER NOT NULL
) STRICT;

CREATE TABLE image_facts (
	config     INTEGER PRIMARY KEY REFERENCES digest,
	entrypoint INTEGER NOT NULL
) STRICT;

-- Page cache per chain, of the newest scan only: by tomorrow it is another.
CREATE TABLE resident (
	store    INTEGER NOT NULL REFERENCES store,
	scan     INTEGER NOT NULL REFERENCES scan,
	chain    INTEGER NOT NULL REFERENCES digest,
	size     INTEGER NOT NULL, -- bytes of all files
	measured INTEGER NOT NULL, -- of those that were asked about
	resident INTEGER NOT NULL, -- of these in memory
	PRIMARY KEY (store, scan, chain)
) STRICT, WITHOUT ROWID;
