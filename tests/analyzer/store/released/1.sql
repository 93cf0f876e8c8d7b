-- Two nights of one registry, as version 1 wrote them.
PRAGMA application_id = 0x4c595348; PRAGMA user_version = 1;
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
CREATE TABLE source (
	id   INTEGER PRIMARY KEY,
	kind INTEGER NOT NULL,
	name TEXT NOT NULL,
	UNIQUE (kind, name)
) STRICT;
INSERT INTO source VALUES(1,1,'r');
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
CREATE TABLE config_details (
	config INTEGER PRIMARY KEY REFERENCES config,
	json   TEXT NOT NULL
) STRICT;
INSERT INTO config_details VALUES(4,'{"labels":{}}');
INSERT INTO config_details VALUES(9,'{"labels":{}}');
INSERT INTO config_details VALUES(17,'{"labels":{}}');
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
CREATE INDEX scan_by_source ON scan (source, id);
CREATE UNIQUE INDEX reference_open ON reference (repository, tag, digest) WHERE until IS NULL;
CREATE INDEX manifest_by_subject ON manifest (subject) WHERE subject IS NOT NULL;
CREATE UNIQUE INDEX absent_open ON absent (source, digest) WHERE until IS NULL;
CREATE UNIQUE INDEX problem_open ON problem (source, place, message) WHERE until IS NULL;
COMMIT;
