-- Version 3: what is on a device without a key.

-- An object that is about to be made, until its key is stored; or whose key was removed, until it
-- is gone from the device. No object that a key here needs is ever in this table.
CREATE TABLE intent (
    provider TEXT    NOT NULL, -- as in `key`
    object   BLOB    NOT NULL, -- its name on the device
    removing INTEGER NOT NULL, -- 1 if there was a key
    PRIMARY KEY (provider, object)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
