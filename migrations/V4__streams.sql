-- What a model thought before it spoke, and what it said before it was interrupted.

-- The thinking that came with the message, where the model's provider sends it.
ALTER TABLE messages ADD COLUMN reasoning TEXT NOT NULL DEFAULT '';

-- The stream ended before the message did: this is what had come.
ALTER TABLE messages ADD COLUMN is_interrupted INTEGER NOT NULL DEFAULT 0 CHECK (is_interrupted IN (0, 1));
