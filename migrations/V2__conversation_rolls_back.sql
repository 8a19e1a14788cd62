-- A rollback takes the conversation back with state, files and release: what was said since is kept, but no longer counts.

-- The revision of the rollback that took the message back.
ALTER TABLE messages ADD COLUMN taken_back INTEGER;
