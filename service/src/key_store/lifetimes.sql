-- Version 2: keys that end by themselves.

-- Seconds since 1970 at which the key ends, if it does.
ALTER TABLE key ADD COLUMN expires_at INTEGER;
-- The connection with which the key ends, if it does; numbers are of one run of the service.
ALTER TABLE key ADD COLUMN session INTEGER;

CREATE INDEX key_expires_at ON key (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX key_session ON key (session) WHERE session IS NOT NULL;

PRAGMA user_version = 2;
