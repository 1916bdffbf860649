-- Version 4: applications that an administrator has disabled.

CREATE TABLE disabled_client (
    auth_type INTEGER NOT NULL, -- as in `key`
    owner     TEXT    NOT NULL,
    since     INTEGER NOT NULL DEFAULT (unixepoch()),
    PRIMARY KEY (auth_type, owner)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 4;
