-- Two nights of one registry and a store of a node, as version 2 wrote them.
PRAGMA application_id = 0x4c595348; PRAGMA user_version = 2;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE digest (
	id         INTEGER PRIMARY KEY,
	bytes      BLOB NOT NULL UNIQUE CHECK (length(bytes) IN (32, 64)),
	layer_size INTEGER
) STRICT;
INSERT INTO digest VALUES(1,X'8226785a862a747226a3dc8f165dcae57b1eebdacae2b31a57d5a317e6fd0ec4',NULL);
INSERT INTO digest VALUES(2,X'a32b217ef17069c89f5f22c5a0b1b0f1292375d7304acc3f5d8a6ecc7e0c7208',1000);
INSERT INTO digest VALUES(3,X'd0f6e43b30430a73b149be87ac2e0c530edb4d3ba0485364874222cffa30e4d6',10);
INSERT INTO digest VALUES(4,X'cfeb22427b595fc7974d9412c56b512eb00f37b39b92a802a652ae3b8e8e5013',NULL);
INSERT INTO digest VALUES(5,X'10c4e94434092ec0e99162a4eccb58e012eb2a0d9d6db38372d58a84cc659612',NULL);
INSERT INTO digest VALUES(6,X'93a2626fad867146923d1ecd8132e1f00a5306c05daf50746fb863e4e20697fe',NULL);
INSERT INTO digest VALUES(7,X'5ba0bfecd0b01710dc47ea509b7ae3d312fd3098cdc6b1d8f700f44cfc0c6a2d',NULL);
INSERT INTO digest VALUES(8,X'2d9d3fe444044806257c067da7e6aae40f53f5257ddb154807e901e153162996',10);
INSERT INTO digest VALUES(9,X'd54c29c34b08ff0c9f3db5920cdc3c9b24a9f4e51eb08df566396398c32e1b1c',NULL);
INSERT INTO digest VALUES(10,X'2d021592040365c08fa3834bcd49ef87d13586d8af19859c916e0d807f65fe69',NULL);
INSERT INTO digest VALUES(11,X'53c5e3d1d0d0172931f111914998bd0c6f7eff5b9315fe51fae1cdcb0e59492f',NULL);
INSERT INTO digest VALUES(12,X'29b4eb94671b28480c2ed0093e9248da4b6e32659ba2cab6324ab43ff6151e3c',NULL);
INSERT INTO digest VALUES(13,X'273f56c2c232399f04f0eb0d045de1a4f5c4d2df53694065ee642bd8ebc3c864',7);
INSERT INTO digest VALUES(14,X'a5b08b4399ea02251ed91fab003c8029e4dc8cc5c47392b2d56c60e1b34bf836',NULL);
INSERT INTO digest VALUES(15,X'31b765a624de7de00538836d805eaff9bb4076c55086a071beee1f4f4d01b96f',NULL);
INSERT INTO digest VALUES(16,X'6190561bc948f4835f169c29c36f334af9ad2c79aab85511b35c13ccc6943322',10);
INSERT INTO digest VALUES(17,X'1c460faedd73119022a0718731cea7657f41cba42fcb8f2bde3a515fb403a90a',NULL);
INSERT INTO digest VALUES(18,X'd13782e442a7a1655838330e7ffa3e258b7751e504ba4bb346424f4b67a1ce0a',NULL);
INSERT INTO digest VALUES(19,X'0a1fbd511caeb94a8f9a7f06018018f6e7f480e2e07a26fe02aee81a9f8dd18c',NULL);
INSERT INTO digest VALUES(20,X'51eb7e648ff1f6b9053e36b49c372656f6d9f8facac45b16a296b1a244aa8bf9',302212);
INSERT INTO digest VALUES(21,X'c936bd3394e3a0b4ce8af0627f9f937b60c60b0330f40716ff8f0dfce1b2672e',NULL);
INSERT INTO digest VALUES(22,X'df4ef220a9933c9abc2dd49f8838e66b4934b78a64168a55d2c15a482ec1accb',NULL);
INSERT INTO digest VALUES(23,X'6b5b8e04523f4c676259ed54843757515442545dbd76f1819767bf13b76df628',NULL);
INSERT INTO digest VALUES(24,X'c319d0b728d6fee43135d332a4a3a8efb64bd7f7aec35162bcbc9101bc6026a0',184);
INSERT INTO digest VALUES(25,X'566832e96e28ef21bfb770994888fc485f65145e0f55cf0410a60e00e12d3d1e',NULL);
INSERT INTO digest VALUES(26,X'742ad1ec29b57c9850ce906da8fb33881677d0e041ddf6826c02160e9a0b8159',NULL);
INSERT INTO digest VALUES(27,X'c4dbc572326518b3bcbe69da4db6b3108dddc88b42146b566f71c748b6ce7acd',NULL);
INSERT INTO digest VALUES(28,X'9eba6c634a62a4e6aeecbecc4964875240d1daf0f53290933dfa3061a0eadcf6',145);
INSERT INTO digest VALUES(29,X'b974596d28504bacbe5f33abdc2615543f3eaa296e3d5d85d6128480f4f9eeeb',NULL);
INSERT INTO digest VALUES(30,X'987e33305538cabc695192378325646aaddf37b84d49b90f266e03f249736435',NULL);
INSERT INTO digest VALUES(31,X'a124e7b80d6efbfb1815ffd0800e8cc344bfa928ba08b065bdca58a468aace70',NULL);
INSERT INTO digest VALUES(32,X'a0880d4b6cf14a36cc387451545f5313bba2d6e33ec9de661fa8d39b05e6e3b1',NULL);
INSERT INTO digest VALUES(33,X'9df816a77de889f5be9b6b4c5e26647372645ed911763516f48ef09f13c2cc1f',NULL);
INSERT INTO digest VALUES(34,X'da2f19d9c36d48d6048f05ba83d9f7dd3ec76cfd96d5f790c87d50439d1a4387',NULL);
INSERT INTO digest VALUES(35,X'474ad6118ae3e154e0ac63eb96ccbb29dd97909f209f36f682c9648f81078dcd',NULL);
CREATE TABLE source (
	id   INTEGER PRIMARY KEY,
	kind INTEGER NOT NULL,
	name TEXT NOT NULL,
	UNIQUE (kind, name)
) STRICT;
INSERT INTO source VALUES(1,1,'r');
INSERT INTO source VALUES(2,3,'node-1/containers-storage:/srv/storage');
CREATE TABLE scan (
	id         INTEGER PRIMARY KEY,
	source     INTEGER NOT NULL REFERENCES source,
	started_at INTEGER NOT NULL, -- seconds since 1970, UTC
	ended_at   INTEGER,
	state      INTEGER NOT NULL DEFAULT 0,
	selection  TEXT
) STRICT;
INSERT INTO scan VALUES(1,1,100,150,1,NULL);
INSERT INTO scan VALUES(2,1,200,250,2,NULL);
INSERT INTO scan VALUES(3,2,1795474173,1795474173,1,NULL);
CREATE TABLE repository (
	id     INTEGER PRIMARY KEY,
	source INTEGER NOT NULL REFERENCES source,
	name   TEXT NOT NULL,
	UNIQUE (source, name)
) STRICT;
INSERT INTO repository VALUES(1,1,'app');
CREATE TABLE reference (
	id         INTEGER PRIMARY KEY,
	repository INTEGER NOT NULL REFERENCES repository,
	tag        TEXT NOT NULL,
	digest     INTEGER NOT NULL REFERENCES digest,
	since      INTEGER NOT NULL REFERENCES scan,
	until      INTEGER REFERENCES scan
) STRICT;
INSERT INTO reference VALUES(1,1,'1',1,1,2);
INSERT INTO reference VALUES(2,1,'2',7,1,2);
INSERT INTO reference VALUES(3,1,'multi',11,2,NULL);
INSERT INTO reference VALUES(4,1,'1',15,2,NULL);
INSERT INTO reference VALUES(5,1,'',1,2,NULL);
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
INSERT INTO manifest VALUES(1,1,500,'application/vnd.oci.image.manifest.v1+json',NULL,4,300,X'0406',NULL,NULL,NULL);
INSERT INTO manifest VALUES(7,1,500,'application/vnd.oci.image.manifest.v1+json',NULL,9,300,X'0410',NULL,NULL,NULL);
INSERT INTO manifest VALUES(11,2,9,'application/vnd.oci.image.index.v1+json',NULL,NULL,0,X'',NULL,NULL,NULL);
INSERT INTO manifest VALUES(12,3,40,'application/vnd.oci.image.manifest.v1+json','application/x',14,2,X'1b',7,'docker.io/library/debian:12','sha256:x');
INSERT INTO manifest VALUES(15,1,500,'application/vnd.oci.image.manifest.v1+json',NULL,17,300,X'0420',NULL,NULL,NULL);
INSERT INTO manifest VALUES(19,1,348,'application/vnd.oci.image.manifest.v1+json',NULL,21,299,X'28',NULL,NULL,NULL);
INSERT INTO manifest VALUES(23,1,502,'application/vnd.oci.image.manifest.v1+json',NULL,25,453,X'2830',NULL,NULL,NULL);
INSERT INTO manifest VALUES(27,1,502,'application/vnd.oci.image.manifest.v1+json',NULL,29,453,X'2838',NULL,NULL,NULL);
INSERT INTO manifest VALUES(31,1,656,'application/vnd.oci.image.manifest.v1+json',NULL,32,607,X'283830',NULL,NULL,NULL);
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
INSERT INTO index_child VALUES(11,0,7,500,'linux/arm64',0,NULL);
INSERT INTO index_child VALUES(11,1,12,40,'unknown/unknown',1,7);
CREATE TABLE config (
	digest     INTEGER PRIMARY KEY REFERENCES digest,
	size       INTEGER NOT NULL, -- measured
	platform   TEXT NOT NULL,
	created_at INTEGER,          -- seconds since 1970; NULL = not stated
	diff_ids   BLOB NOT NULL     -- packed: digest.id
) STRICT;
INSERT INTO config VALUES(4,300,'linux/arm64/v7',1234567,X'0506');
INSERT INTO config VALUES(9,300,'linux/arm64/v7',1234567,X'050a');
INSERT INTO config VALUES(17,300,'linux/arm64/v7',1234567,X'0512');
INSERT INTO config VALUES(21,299,'linux/amd64',1795472340,X'16');
INSERT INTO config VALUES(25,453,'linux/amd64',1795472340,X'161a');
INSERT INTO config VALUES(29,453,'linux/amd64',1795472340,X'161e');
INSERT INTO config VALUES(32,607,'linux/amd64',1795472340,X'161e1a');
CREATE TABLE config_details (
	config INTEGER PRIMARY KEY REFERENCES config,
	json   TEXT NOT NULL
) STRICT;
INSERT INTO config_details VALUES(4,'{"labels":{}}');
INSERT INTO config_details VALUES(9,'{"labels":{}}');
INSERT INTO config_details VALUES(17,'{"labels":{}}');
INSERT INTO config_details VALUES(21,'{"history":[{"created_by":"umoci raw add-layer"}]}');
INSERT INTO config_details VALUES(25,'{"history":[{"created_by":"umoci raw add-layer"},{"created_by":"umoci raw add-layer"}]}');
INSERT INTO config_details VALUES(29,'{"history":[{"created_by":"umoci raw add-layer"},{"created_by":"umoci raw add-layer"}]}');
INSERT INTO config_details VALUES(32,'{"history":[{"created_by":"umoci raw add-layer"},{"created_by":"umoci raw add-layer"},{"created_by":"umoci raw add-layer"}]}');
CREATE TABLE absent (
	id     INTEGER PRIMARY KEY,
	source INTEGER NOT NULL REFERENCES source,
	digest INTEGER NOT NULL REFERENCES digest,
	since  INTEGER NOT NULL REFERENCES scan,
	until  INTEGER REFERENCES scan
) STRICT;
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
INSERT INTO problem VALUES(1,1,'app:3','it broke',0,NULL,1,2);
INSERT INTO problem VALUES(2,1,'app:4','it broke',0,NULL,2,NULL);
CREATE TABLE node (
	id     INTEGER PRIMARY KEY,
	name   TEXT NOT NULL UNIQUE,
	labels TEXT NOT NULL, -- JSON object, as given with the newest scan
	memory INTEGER        -- bytes; NULL = not known
) STRICT;
INSERT INTO node VALUES(1,'node-1','{"pool":"web"}',NULL);
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
INSERT INTO store VALUES(2,1,4,'overlay',NULL,'/srv/storage',1,2,NULL);
CREATE TABLE chain (
	digest  INTEGER PRIMARY KEY REFERENCES digest,
	parent  INTEGER REFERENCES digest,
	diff_id INTEGER NOT NULL REFERENCES digest
) STRICT;
INSERT INTO chain VALUES(22,NULL,22);
INSERT INTO chain VALUES(33,22,30);
INSERT INTO chain VALUES(34,33,26);
INSERT INTO chain VALUES(35,22,26);
CREATE TABLE layer (
	id          INTEGER PRIMARY KEY,
	chain       INTEGER NOT NULL REFERENCES chain,
	unit        INTEGER NOT NULL,
	size        INTEGER NOT NULL,
	build_cache INTEGER NOT NULL,
	UNIQUE (chain, unit, size, build_cache)
) STRICT;
INSERT INTO layer VALUES(1,22,2,307200,0);
INSERT INTO layer VALUES(2,33,2,10240,0);
INSERT INTO layer VALUES(3,34,2,10240,0);
INSERT INTO layer VALUES(4,35,2,10240,0);
CREATE TABLE store_layer (
	store       INTEGER NOT NULL REFERENCES store,
	layer       INTEGER NOT NULL REFERENCES layer,
	since       INTEGER NOT NULL REFERENCES scan,
	until       INTEGER REFERENCES scan,
	unpacked_at INTEGER, -- NULL = not known
	PRIMARY KEY (store, layer, since)
) STRICT, WITHOUT ROWID;
INSERT INTO store_layer VALUES(2,1,3,NULL,1795472340);
INSERT INTO store_layer VALUES(2,2,3,NULL,1795472341);
INSERT INTO store_layer VALUES(2,3,3,NULL,1795472341);
INSERT INTO store_layer VALUES(2,4,3,NULL,1795472341);
CREATE TABLE appearance (
	id            INTEGER PRIMARY KEY,
	config        INTEGER NOT NULL REFERENCES digest,
	chain         INTEGER REFERENCES digest, -- NULL = no layers, or not known
	chain_unknown INTEGER NOT NULL,
	labels        TEXT NOT NULL
) STRICT;
INSERT INTO appearance VALUES(1,25,35,0,'{"manifests":["sha256:6b5b8e04523f4c676259ed54843757515442545dbd76f1819767bf13b76df628"],"names":["localhost/t/b:1"]}');
INSERT INTO appearance VALUES(2,32,34,0,'{"manifests":["sha256:a124e7b80d6efbfb1815ffd0800e8cc344bfa928ba08b065bdca58a468aace70"],"names":["localhost/t/cb:1"]}');
INSERT INTO appearance VALUES(3,29,33,0,'{"manifests":["sha256:c4dbc572326518b3bcbe69da4db6b3108dddc88b42146b566f71c748b6ce7acd"],"names":["localhost/t/c:1"]}');
INSERT INTO appearance VALUES(4,21,22,0,'{"manifests":["sha256:0a1fbd511caeb94a8f9a7f06018018f6e7f480e2e07a26fe02aee81a9f8dd18c"],"names":["localhost/t/base:1"]}');
CREATE TABLE store_image (
	store      INTEGER NOT NULL REFERENCES store,
	appearance INTEGER NOT NULL REFERENCES appearance,
	since      INTEGER NOT NULL REFERENCES scan,
	until      INTEGER REFERENCES scan,
	PRIMARY KEY (store, appearance, since)
) STRICT, WITHOUT ROWID;
INSERT INTO store_image VALUES(2,1,3,NULL);
INSERT INTO store_image VALUES(2,2,3,NULL);
INSERT INTO store_image VALUES(2,3,3,NULL);
INSERT INTO store_image VALUES(2,4,3,NULL);
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
INSERT INTO container VALUES(1,2,'19c6dbd6fdb90371581ad3577fa2d4d6139d4a4d516a006d122e87c74642c5fd',25,35,3,NULL,0,4096,NULL,NULL);
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
CREATE TABLE kept_blob (
	id      INTEGER PRIMARY KEY,
	digest  INTEGER NOT NULL REFERENCES digest,
	diff_id INTEGER REFERENCES digest,
	kept    INTEGER NOT NULL
) STRICT;
INSERT INTO kept_blob VALUES(1,20,22,302212);
INSERT INTO kept_blob VALUES(2,24,NULL,-1);
CREATE TABLE store_blob (
	store INTEGER NOT NULL REFERENCES store,
	blob  INTEGER NOT NULL REFERENCES kept_blob,
	since INTEGER NOT NULL REFERENCES scan,
	until INTEGER REFERENCES scan,
	PRIMARY KEY (store, blob, since)
) STRICT, WITHOUT ROWID;
INSERT INTO store_blob VALUES(2,1,3,NULL);
INSERT INTO store_blob VALUES(2,2,3,NULL);
CREATE TABLE chain_facts (
	chain      INTEGER PRIMARY KEY REFERENCES digest,
	os_id      TEXT,
	os_version TEXT,
	libc       INTEGER NOT NULL
) STRICT;
INSERT INTO chain_facts VALUES(22,'debian','12',2);
CREATE TABLE image_facts (
	config     INTEGER PRIMARY KEY REFERENCES digest,
	entrypoint INTEGER NOT NULL
) STRICT;
INSERT INTO image_facts VALUES(21,2);
CREATE TABLE resident (
	store    INTEGER NOT NULL REFERENCES store,
	scan     INTEGER NOT NULL REFERENCES scan,
	chain    INTEGER NOT NULL REFERENCES digest,
	size     INTEGER NOT NULL, -- bytes of all files
	measured INTEGER NOT NULL, -- of those that were asked about
	resident INTEGER NOT NULL, -- of these in memory
	PRIMARY KEY (store, scan, chain)
) STRICT, WITHOUT ROWID;
INSERT INTO resident VALUES(2,3,22,500,400,100);
CREATE INDEX scan_by_source ON scan (source, id);
CREATE UNIQUE INDEX reference_open ON reference (repository, tag, digest) WHERE until IS NULL;
CREATE INDEX manifest_by_subject ON manifest (subject) WHERE subject IS NOT NULL;
CREATE UNIQUE INDEX absent_open ON absent (source, digest) WHERE until IS NULL;
CREATE UNIQUE INDEX problem_open ON problem (source, place, message) WHERE until IS NULL;
CREATE INDEX appearance_by_config ON appearance (config);
CREATE UNIQUE INDEX container_open ON container (store, name) WHERE until IS NULL;
CREATE UNIQUE INDEX extra_open ON extra (store, part, unit) WHERE until IS NULL;
CREATE INDEX kept_blob_by_digest ON kept_blob (digest);
COMMIT;
