-- Version 3: objects on devices without a key.

-- An object that is about to be created, until its key is stored; or whose key was removed, until it is
-- gone from the device. No key needs an object in this table with `removing` 0 or 1.
CREATE TABLE intent (
    provider TEXT    NOT NULL, -- as in `key`
    object   BLOB    NOT NULL, -- its name on the device
    removing INTEGER NOT NULL, -- 0 it is being made; 1 it is to be removed; 2 its key's owner destroys
                               -- it; 3 the service stopped while the owner destroyed it
    PRIMARY KEY (provider, object)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
