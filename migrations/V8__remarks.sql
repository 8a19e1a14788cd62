-- What Q Assistant says of a handoff while the person decides. It recommends; it never decides.

CREATE TABLE handoff_remarks (
    handoff_id  TEXT PRIMARY KEY REFERENCES workflow_handoffs (id) ON DELETE CASCADE,
    -- Empty: it was asked and could not say anything.
    text        TEXT NOT NULL,
    created_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
