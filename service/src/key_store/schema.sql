-- Version 1 of the key store.

-- "PRSC": identifies the file as a key store.
PRAGMA application_id = 0x50525343;

-- Properties of the whole store. `check` is a text sealed under the master key.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- One row per key. AUTOINCREMENT: numbers are never reused, because providers cache by them.
CREATE TABLE key (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    auth_type  INTEGER NOT NULL, -- the authenticator's number in the protocol
    owner      TEXT    NOT NULL, -- the application's name
    provider   TEXT    NOT NULL, -- the provider's UUID, a slash, its name in the configuration
    name       TEXT    NOT NULL,
    attributes BLOB    NOT NULL, -- KeyAttributes, protobuf
    material   BLOB    NOT NULL, -- nonce, then AES-256-GCM over the provider's material
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    UNIQUE (auth_type, owner, provider, name)
) STRICT;

PRAGMA user_version = 1;
