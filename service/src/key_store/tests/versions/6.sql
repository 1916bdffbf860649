-- A store as version 6 of the tables left it; frozen. Master key: 32 times 07.
PRAGMA application_id = 0x50525343;
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;
CREATE TABLE key (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    auth_type  INTEGER NOT NULL,
    owner      TEXT    NOT NULL,
    provider   TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    attributes BLOB    NOT NULL,
    material   BLOB    NOT NULL,
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    UNIQUE (auth_type, owner, provider, name)
) STRICT;
PRAGMA user_version = 1;
ALTER TABLE key ADD COLUMN expires_at INTEGER;
ALTER TABLE key ADD COLUMN session INTEGER;
CREATE INDEX key_expires_at ON key (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX key_session ON key (session) WHERE session IS NOT NULL;
PRAGMA user_version = 2;
CREATE TABLE intent (
    provider TEXT    NOT NULL,
    object   BLOB    NOT NULL,
    removing INTEGER NOT NULL,
    PRIMARY KEY (provider, object)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 3;
CREATE TABLE disabled_client (
    auth_type INTEGER NOT NULL,
    owner     TEXT    NOT NULL,
    since     INTEGER NOT NULL DEFAULT (unixepoch()),
    PRIMARY KEY (auth_type, owner)
) STRICT, WITHOUT ROWID;
CREATE TABLE device (
    provider     TEXT PRIMARY KEY, -- as in `key`
    name         TEXT,             -- a serial number or a storage key's name; NULL: the next device
    manufacturer TEXT    NOT NULL DEFAULT '',
    model        TEXT    NOT NULL DEFAULT '',
    description  TEXT    NOT NULL DEFAULT '',
    bound_at     INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT, WITHOUT ROWID;
CREATE TABLE missing_key (
    id    INTEGER PRIMARY KEY, -- the key's
    since INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT;
PRAGMA user_version = 6;
INSERT INTO meta (name, value) VALUES ('check', x'0c0d0e0f1011121314151617d1baa21c35536af895d4a77480f5c47ecaf006cafa264785c592713861c6ab66');
INSERT INTO meta (name, value) VALUES ('rows', x'133f050aee48306ee1c2045c07982b46b46450656e0e39a5d2cd610e2df0fc4e63d257d2b83c71a3c4682ad5729b9c1cb72b4d4a693e77bcf3522230f0df19ece1e52029');
INSERT INTO key (id, auth_type, owner, provider, name, attributes, material, created_at, expires_at, session) VALUES (1, 1, 'web', 'a', 'k', x'0a020a0010401a080a02080112020a00', x'202122232425262728292a2b01106cd998875bb750ee3ff189e8f30819a11f3c87ebe47e', 1764000000, NULL, 7);
INSERT INTO intent (provider, object, removing) VALUES ('a', x'01', 1);
INSERT INTO disabled_client (auth_type, owner, since) VALUES (1, 'mail', 1764000000);
INSERT INTO device (provider, name, manufacturer, model, description, bound_at) VALUES ('30e39502-eba6-4d60-a4af-c518b7f5e38f/hsm', NULL, '', '', '', 1796084322);
