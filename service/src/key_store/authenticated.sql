-- Version 5: the material of a key is bound to every column of its row, and `meta` holds, as `rows`,
-- a digest of all rows of all other tables. Both need the master key, so the service writes them in the
-- transaction that runs this migration.

PRAGMA user_version = 5;
