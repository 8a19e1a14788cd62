-- What the person throws away stays whole and readable until they delete it for good.

-- Since when a build is in the trash. NULL: it is not.
ALTER TABLE build_workflows ADD COLUMN trashed_at TEXT;

-- The trash, newest first.
CREATE INDEX build_workflows_in_trash ON build_workflows (trashed_at) WHERE trashed_at IS NOT NULL;

CREATE TRIGGER build_workflows_rest_in_the_trash
BEFORE UPDATE OF current_state ON build_workflows
WHEN OLD.trashed_at IS NOT NULL AND NEW.trashed_at IS NOT NULL AND NEW.current_state <> OLD.current_state
BEGIN
    SELECT RAISE(ABORT, 'in_trash: work does not go on in the trash');
END;

CREATE TRIGGER build_workflows_go_through_the_trash
BEFORE DELETE ON build_workflows
WHEN OLD.trashed_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'not_in_trash: only what is in the trash is deleted');
END;

-- What builds that were deleted for good left outside the database: a row until it is gone there, too.
CREATE TABLE leftovers (
    workflow_id  TEXT PRIMARY KEY,
    -- The project's folder.
    project      TEXT NOT NULL,
    worktree     TEXT,
    branch       TEXT,
    -- Ids of the releases whose pages were kept.
    releases     TEXT NOT NULL CHECK (json_valid(releases)),
    created_at   TEXT NOT NULL,
    CHECK ((worktree IS NULL) = (branch IS NULL))
) STRICT, WITHOUT ROWID;
