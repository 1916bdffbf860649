-- A store as version 5 of the tables left it; frozen. Master key: 32 times 07.
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
PRAGMA user_version = 5;
INSERT INTO meta (name, value) VALUES ('check', x'0c0d0e0f1011121314151617d1baa21c35536af895d4a77480f5c47ecaf006cafa264785c592713861c6ab66');
INSERT INTO meta (name, value) VALUES ('rows', x'404142434445464748494a4baed0c4ca5130fbcec940b9d0367a0c4b18d39ba9ce4c69e350c8298f825e5c39962f5c5d95195f598b0d8afc57660bc609821f10f2321d90');
INSERT INTO key (id, auth_type, owner, provider, name, attributes, material, created_at, expires_at, session)
    VALUES (1, 1, 'web', 'a', 'k', x'0a020a0010401a080a02080112020a00', x'202122232425262728292a2b01106cd998875bb750ee3ff189e8f30819a11f3c87ebe47e', 1764000000, NULL, 7);
INSERT INTO intent (provider, object, removing) VALUES ('a', x'01', 1);
INSERT INTO disabled_client (auth_type, owner, since) VALUES (1, 'mail', 1764000000);
