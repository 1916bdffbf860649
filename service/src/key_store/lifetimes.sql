-- Version 2: expiry of keys.

-- The time at which the key expires, in seconds since 1970.
ALTER TABLE key ADD COLUMN expires_at INTEGER;
-- The connection with which the key expires; its number is unique in one run of the service.
ALTER TABLE key ADD COLUMN session INTEGER;

CREATE INDEX key_expires_at ON key (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX key_session ON key (session) WHERE session IS NOT NULL;

PRAGMA user_version = 2;
