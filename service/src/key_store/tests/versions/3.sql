-- A store as version 3 of the tables left it; frozen. Master key: 32 times 07.
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
INSERT INTO meta (name, value) VALUES ('check', x'0c0d0e0f1011121314151617d1baa21c35536af895d4a77480f5c47ecaf006cafa264785c592713861c6ab66');
INSERT INTO key (auth_type, owner, provider, name, attributes, material)
    VALUES (1, 'web', 'a', 'k', x'0a020a0010401a080a02080112020a00', x'000102030405060708090a0b75e09d156f60b825e306e3650a1d031f8f1bf66eb1ed4121');
UPDATE key SET session = 7;
INSERT INTO intent (provider, object, removing) VALUES ('a', x'01', 1);
