-- Version 5: the material of a key is bound to every column of its row, and `meta` holds, as `rows`,
-- a digest over every row of every other table. Both take the master key, so the service writes them
-- in the transaction in which it runs this.

PRAGMA user_version = 5;
