-- A rollback takes the conversation back with state, files and release: what was said since is kept, but no longer counts.

-- The revision of the rollback that took the message back.
ALTER TABLE messages ADD COLUMN taken_back INTEGER;

-- Said as the reason for sending work back: the role that gets it back reads it, and Q Assistant has nothing to answer.
ALTER TABLE messages ADD COLUMN is_reason INTEGER NOT NULL DEFAULT 0 CHECK (is_reason IN (0, 1));
