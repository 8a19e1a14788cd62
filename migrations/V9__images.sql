-- Pictures that the person shows. Each is kept once, whoever shows it.

CREATE TABLE images (
    -- SHA-256 of the bytes.
    hash        TEXT PRIMARY KEY,
    media_type  TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/gif', 'image/webp')),
    bytes       BLOB NOT NULL
) STRICT;

CREATE TABLE message_images (
    message_id  TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    hash        TEXT NOT NULL REFERENCES images (hash),
    PRIMARY KEY (message_id, position)
) STRICT, WITHOUT ROWID;
