-- What a role was told is kept word for word, so that a person can read it.

-- The system prompt and the first message of the run.
ALTER TABLE role_runs ADD COLUMN told TEXT NOT NULL DEFAULT '';
