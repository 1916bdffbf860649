-- Version 6: the device that each provider's keys are on, and keys missing from it.

CREATE TABLE device (
    provider     TEXT PRIMARY KEY, -- as in `key`
    name         TEXT,             -- a serial number or a storage key's name; NULL: the next device
    manufacturer TEXT    NOT NULL DEFAULT '',
    model        TEXT    NOT NULL DEFAULT '',
    description  TEXT    NOT NULL DEFAULT '',
    bound_at     INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT, WITHOUT ROWID;

-- Keys whose object the device did not show at the last comparison.
CREATE TABLE missing_key (
    id    INTEGER PRIMARY KEY, -- the key's
    since INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT;

PRAGMA user_version = 6;
