-- Version 1: what registries and layouts hold, over time.
--
-- Two kinds of facts.
-- * Content is immutable and true for ever: a manifest or config is what its digest says. It is
--   kept once, however many places hold it.
-- * Observations have a span: `since` is the scan that first saw them, `until` the first scan that
--   found them gone (NULL = still so). What scan S of a source saw is since <= S and (until IS NULL
--   or until > S). A scan that changes nothing adds its own row, no other.
--
-- Digests are interned once as raw bytes (32 = sha256, 64 = sha512); everything else points at
-- digest.id. Sizes are bytes.

PRAGMA application_id = 0x4c595348; -- "LYSH"

-- layer_size: of a digest that was ever named as a layer, the size that the first such manifest
-- claims; NULL for others. Another claim is a problem.
CREATE TABLE digest (
	id         INTEGER PRIMARY KEY,
	bytes      BLOB NOT NULL UNIQUE CHECK (length(bytes) IN (32, 64)),
	layer_size INTEGER
) STRICT;

-- Where images lie. kind: enum source_kind in schema/record.h.
CREATE TABLE source (
	id   INTEGER PRIMARY KEY,
	kind INTEGER NOT NULL,
	name TEXT NOT NULL,
	UNIQUE (kind, name)
) STRICT;

-- One run over one source; later runs have higher ids. state: enum scan_state; 0 = running, or
-- interrupted if nobody runs. selection: what was asked for, as text; NULL = the whole source.
CREATE TABLE scan (
	id         INTEGER PRIMARY KEY,
	source     INTEGER NOT NULL REFERENCES source,
	started_at INTEGER NOT NULL, -- seconds since 1970, UTC
	ended_at   INTEGER,
	state      INTEGER NOT NULL DEFAULT 0,
	selection  TEXT
) STRICT;
CREATE INDEX scan_by_source ON scan (source, id);

CREATE TABLE repository (
	id     INTEGER PRIMARY KEY,
	source INTEGER NOT NULL REFERENCES source,
	name   TEXT NOT NULL,
	UNIQUE (source, name)
) STRICT;

-- A name pointing at a manifest or index during a span of time. A tag has at most one open span;
-- references by digest (tag '') one per digest.
CREATE TABLE reference (
	id         INTEGER PRIMARY KEY,
	repository INTEGER NOT NULL REFERENCES repository,
	tag        TEXT NOT NULL,
	digest     INTEGER NOT NULL REFERENCES digest,
	since      INTEGER NOT NULL REFERENCES scan,
	until      INTEGER REFERENCES scan
) STRICT;
CREATE UNIQUE INDEX reference_open ON reference (repository, tag, digest) WHERE until IS NULL;

-- Lists of layers are packed: a row per layer of every image would be nine tenths of all rows and of
-- the time to write and read them, and no question is asked of them in SQL. A list is a BLOB of
-- numbers, bottom layer first, 7 bits to a byte, low bits first, the high bit set in all but the last
-- byte of a number (analyzer/store/packed.h).

-- Documents. kind: enum manifest_kind. size: measured. An index has a row in index_child for each of
-- its children, all written in one transaction with its own.
CREATE TABLE manifest (
	digest        INTEGER PRIMARY KEY REFERENCES digest,
	kind          INTEGER NOT NULL,
	size          INTEGER NOT NULL,
	media_type    TEXT NOT NULL,
	artifact_type TEXT,
	config        INTEGER REFERENCES digest, -- NULL for an index
	config_size   INTEGER NOT NULL,          -- as the manifest claims
	layers        BLOB NOT NULL,             -- packed: digest.id * 2 + 1 if foreign
	subject       INTEGER REFERENCES digest, -- what it refers to; often not stored
	base_name     TEXT,                      -- the claims org.opencontainers.image.base.name
	base_digest   TEXT                       -- and .digest, as written
) STRICT;
CREATE INDEX manifest_by_subject ON manifest (subject) WHERE subject IS NOT NULL;

-- What an index names. The child may be absent, or not asked for: then it has no manifest row.
CREATE TABLE index_child (
	manifest    INTEGER NOT NULL REFERENCES manifest,
	position    INTEGER NOT NULL,
	child       INTEGER NOT NULL REFERENCES digest,
	size        INTEGER NOT NULL, -- as the index claims
	platform    TEXT NOT NULL,    -- 'linux/arm64/v8', '' if not stated
	attestation INTEGER NOT NULL,
	attests     INTEGER REFERENCES digest, -- the image that an attestation is about, if stated
	PRIMARY KEY (manifest, position)
) STRICT, WITHOUT ROWID;

-- Image configs. Their digest joins registry and node images. Their diff IDs are claims until a node
-- or the content confirms them.
CREATE TABLE config (
	digest     INTEGER PRIMARY KEY REFERENCES digest,
	size       INTEGER NOT NULL, -- measured
	platform   TEXT NOT NULL,
	created_at INTEGER,          -- seconds since 1970; NULL = not stated
	diff_ids   BLOB NOT NULL     -- packed: digest.id
) STRICT;

-- The long part of a config, apart so that loading all configs reads none of it. JSON: labels,
-- entrypoint, cmd, env_names, history.
CREATE TABLE config_details (
	config INTEGER PRIMARY KEY REFERENCES config,
	json   TEXT NOT NULL
) STRICT;

-- Documents that an index names and the source was found not to have. Content is kept once for all
-- sources, so this is what tells a sparse copy of an index from a full one.
CREATE TABLE absent (
	id     INTEGER PRIMARY KEY,
	source INTEGER NOT NULL REFERENCES source,
	digest INTEGER NOT NULL REFERENCES digest,
	since  INTEGER NOT NULL REFERENCES scan,
	until  INTEGER REFERENCES scan
) STRICT;
CREATE UNIQUE INDEX absent_open ON absent (source, digest) WHERE until IS NULL;

-- What went wrong, in spans like everything observed. harmless: 1 = a remark. manifest: a problem
-- of that document's content: noticed once, when it is first read, and true for as long as the
-- source holds it.
CREATE TABLE problem (
	id       INTEGER PRIMARY KEY,
	source   INTEGER NOT NULL REFERENCES source,
	place    TEXT NOT NULL,
	message  TEXT NOT NULL,
	harmless INTEGER NOT NULL,
	manifest INTEGER REFERENCES digest,
	since    INTEGER NOT NULL REFERENCES scan,
	until    INTEGER REFERENCES scan
) STRICT;
CREATE UNIQUE INDEX problem_open ON problem (source, place, message) WHERE until IS NULL;
