-- Text files that the person attaches. Each text is kept once, whoever attaches it under whatever name.

CREATE TABLE files (
    -- SHA-256 of the text.
    hash   TEXT PRIMARY KEY,
    text   TEXT NOT NULL,
    -- In bytes, so that a list of names and sizes reads no text.
    bytes  INTEGER NOT NULL
) STRICT;

CREATE TABLE message_files (
    message_id  TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    name        TEXT NOT NULL CHECK (trim(name) <> ''),
    hash        TEXT NOT NULL REFERENCES files (hash),
    PRIMARY KEY (message_id, position)
) STRICT, WITHOUT ROWID;

-- The person said something anew: what they and Q Assistant had said since then is kept, but no longer counts. The number is the revision
-- of the workflow at which it was taken back; the runs of that talk go with their messages, also with those that they say later.
ALTER TABLE role_runs ADD COLUMN taken_back INTEGER;

-- Whether what the window knows of old messages still holds: how many were taken back, and when last.
CREATE INDEX messages_taken_back ON messages (workflow_id, taken_back) WHERE taken_back IS NOT NULL;
-- The newest message of the build's work: what was said in the talk after it can be said anew.
CREATE INDEX messages_of_the_work ON messages (workflow_id, seq)
    WHERE taken_back IS NULL AND state NOT IN ('discovery', 'planning');
