-- The product's memory. What must never be broken is enforced here too, so that no code path can.

CREATE TABLE projects (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    path        TEXT NOT NULL UNIQUE,
    created_at  TEXT NOT NULL
) STRICT;

CREATE TABLE build_workflows (
    id                    TEXT PRIMARY KEY,
    build_id              TEXT NOT NULL UNIQUE,
    project_id            TEXT NOT NULL REFERENCES projects (id),
    user_id               TEXT NOT NULL,
    current_state         TEXT NOT NULL CHECK (current_state IN (
        'discovery', 'planning', 'handoff_to_coder', 'implementation', 'handoff_to_tester', 'testing',
        'handoff_to_verifier', 'verification', 'handoff_to_releaser', 'deployment', 'complete')),
    discovery_phase       TEXT CHECK (discovery_phase IS NULL OR json_valid(discovery_phase)),
    planning_phase        TEXT CHECK (planning_phase IS NULL OR json_valid(planning_phase)),
    implementation_phase  TEXT CHECK (implementation_phase IS NULL OR json_valid(implementation_phase)),
    testing_phase         TEXT CHECK (testing_phase IS NULL OR json_valid(testing_phase)),
    verification_phase    TEXT CHECK (verification_phase IS NULL OR json_valid(verification_phase)),
    deployment_phase      TEXT CHECK (deployment_phase IS NULL OR json_valid(deployment_phase)),
    workflow_metadata     TEXT NOT NULL CHECK (json_valid(workflow_metadata)),
    status                TEXT NOT NULL CHECK (status IN (
        'active', 'awaiting_approval', 'paused', 'blocked', 'cancelled', 'complete')),
    -- Why it is blocked and what to do; set exactly while it is.
    standstill            TEXT CHECK (standstill IS NULL OR json_valid(standstill)),
    -- Grows with every decision; a write names the one it read.
    revision              INTEGER NOT NULL CHECK (revision >= 1),
    title                 TEXT NOT NULL,
    brief                 TEXT NOT NULL,
    model_id              TEXT NOT NULL,
    created_at            TEXT NOT NULL,
    updated_at            TEXT NOT NULL,
    completed_at          TEXT,
    CHECK ((status = 'blocked') = (standstill IS NOT NULL)),
    CHECK ((status = 'complete') = (current_state = 'complete')),
    CHECK (current_state <> 'complete' OR completed_at IS NOT NULL)
) STRICT;

-- get_workflow_stats, and the builds of one project.
CREATE INDEX build_workflows_by_project ON build_workflows (project_id, created_at);
-- The builds list, newest first, and recovery at start (what was at work).
CREATE INDEX build_workflows_by_status ON build_workflows (status, updated_at);

CREATE TRIGGER build_workflows_move_along_the_roads
BEFORE UPDATE OF current_state ON build_workflows
WHEN NEW.current_state <> OLD.current_state
    AND (OLD.current_state || '>' || NEW.current_state) NOT IN (
        'discovery>planning', 'planning>handoff_to_coder', 'handoff_to_coder>implementation',
        'implementation>handoff_to_tester', 'handoff_to_tester>testing', 'testing>handoff_to_verifier',
        'testing>verification', 'handoff_to_verifier>verification', 'verification>handoff_to_releaser',
        'verification>deployment', 'handoff_to_releaser>deployment', 'deployment>complete',
        'planning>discovery', 'implementation>planning', 'implementation>discovery', 'testing>implementation',
        'verification>implementation', 'verification>testing', 'deployment>implementation', 'deployment>verification',
        'handoff_to_coder>planning', 'handoff_to_coder>discovery', 'handoff_to_tester>implementation',
        'handoff_to_tester>discovery', 'handoff_to_verifier>testing', 'handoff_to_verifier>implementation',
        'handoff_to_releaser>verification', 'handoff_to_releaser>implementation')
    AND NOT EXISTS (
        SELECT 1 FROM workflow_rollbacks
        WHERE workflow_id = NEW.id AND revision = NEW.revision
            AND from_state = OLD.current_state AND to_state = NEW.current_state)
BEGIN
    SELECT RAISE(ABORT, 'transition_refused: this pair is neither one of the 28 nor a recorded rollback');
END;

CREATE TRIGGER build_workflows_revision_grows
BEFORE UPDATE ON build_workflows
WHEN NEW.revision < OLD.revision
BEGIN
    SELECT RAISE(ABORT, 'stale_state: the revision cannot go back');
END;

CREATE TABLE workflow_handoffs (
    id                  TEXT PRIMARY KEY,
    workflow_id         TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    from_role           TEXT NOT NULL CHECK (from_role IN (
        'q_assistant', 'code_writer', 'test_auditor', 'verification_overseer', 'release_manager')),
    to_role             TEXT NOT NULL CHECK (to_role IN (
        'q_assistant', 'code_writer', 'test_auditor', 'verification_overseer', 'release_manager')),
    from_state          TEXT NOT NULL,
    to_state            TEXT NOT NULL,
    data_transferred    TEXT NOT NULL CHECK (json_valid(data_transferred)),
    notes               TEXT NOT NULL,
    timestamp           TEXT NOT NULL,
    -- What an approval binds.
    pin_plan_revision   INTEGER NOT NULL,
    pin_tree_hash       TEXT NOT NULL,
    pin_evidence_hash   TEXT NOT NULL,
    -- The answer: written once, together, and never changed.
    decision            TEXT CHECK (decision IN ('approved', 'rejected', 'void')),
    decided_by          TEXT,
    decided_at          TEXT,
    decision_reason     TEXT,
    CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL))
) STRICT;

-- get_workflow_history.
CREATE INDEX workflow_handoffs_by_workflow ON workflow_handoffs (workflow_id);

CREATE TRIGGER workflow_handoffs_only_answered_once
BEFORE UPDATE ON workflow_handoffs
WHEN OLD.decision IS NOT NULL OR NEW.decision IS NULL
    OR NEW.id IS NOT OLD.id OR NEW.workflow_id IS NOT OLD.workflow_id
    OR NEW.from_role IS NOT OLD.from_role OR NEW.to_role IS NOT OLD.to_role
    OR NEW.from_state IS NOT OLD.from_state OR NEW.to_state IS NOT OLD.to_state
    OR NEW.data_transferred IS NOT OLD.data_transferred OR NEW.notes IS NOT OLD.notes
    OR NEW.timestamp IS NOT OLD.timestamp OR NEW.pin_plan_revision IS NOT OLD.pin_plan_revision
    OR NEW.pin_tree_hash IS NOT OLD.pin_tree_hash OR NEW.pin_evidence_hash IS NOT OLD.pin_evidence_hash
BEGIN
    SELECT RAISE(ABORT, 'append_only: a handoff is answered once and never changed');
END;

CREATE TRIGGER workflow_handoffs_stay
BEFORE DELETE ON workflow_handoffs
WHEN EXISTS (SELECT 1 FROM build_workflows WHERE id = OLD.workflow_id)
BEGIN
    SELECT RAISE(ABORT, 'append_only: a handoff goes only with its workflow');
END;

CREATE TABLE workflow_events (
    id            TEXT NOT NULL,
    workflow_id   TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    seq           INTEGER NOT NULL CHECK (seq >= 1),
    event_type    TEXT NOT NULL,
    triggered_by  TEXT NOT NULL,
    event_data    TEXT NOT NULL CHECK (json_valid(event_data)),
    timestamp     TEXT NOT NULL,
    prev_hash     TEXT NOT NULL,
    hash          TEXT NOT NULL,
    -- get_workflow_history reads in this order; the newest event gives the chain's head.
    PRIMARY KEY (workflow_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER workflow_events_follow_one_another
BEFORE INSERT ON workflow_events
WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM workflow_events WHERE workflow_id = NEW.workflow_id), 0)
    OR NEW.prev_hash <> coalesce((SELECT hash FROM workflow_events WHERE workflow_id = NEW.workflow_id
                                  ORDER BY seq DESC LIMIT 1), '')
BEGIN
    SELECT RAISE(ABORT, 'append_only: an event follows the newest one');
END;

CREATE TRIGGER workflow_events_never_change
BEFORE UPDATE ON workflow_events
BEGIN
    SELECT RAISE(ABORT, 'append_only: an event never changes');
END;

CREATE TRIGGER workflow_events_stay
BEFORE DELETE ON workflow_events
WHEN EXISTS (SELECT 1 FROM build_workflows WHERE id = OLD.workflow_id)
BEGIN
    SELECT RAISE(ABORT, 'append_only: an event goes only with its workflow');
END;

-- Rollbacks, and rollbacks taken back: the only changes of state beside the 28.
CREATE TABLE workflow_rollbacks (
    workflow_id  TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    revision     INTEGER NOT NULL,
    from_state   TEXT NOT NULL,
    to_state     TEXT NOT NULL,
    reason       TEXT NOT NULL,
    timestamp    TEXT NOT NULL,
    PRIMARY KEY (workflow_id, revision)
) STRICT, WITHOUT ROWID;

-- What has to be done outside the database because of what was decided. Carried out after the commit, at least once.
CREATE TABLE pending_effects (
    id           INTEGER PRIMARY KEY,
    workflow_id  TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    effect       TEXT NOT NULL CHECK (json_valid(effect)),
    created_at   TEXT NOT NULL,
    done_at      TEXT
) STRICT;

-- What the engine has still to carry out, in order.
CREATE INDEX pending_effects_open ON pending_effects (workflow_id, id) WHERE done_at IS NULL;

-- The first answer to a key is the only one.
CREATE TABLE idempotency_keys (
    key           TEXT PRIMARY KEY,
    request_hash  TEXT NOT NULL,
    answer        TEXT NOT NULL CHECK (json_valid(answer)),
    created_at    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    id           TEXT PRIMARY KEY,
    workflow_id  TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    -- "you", "product", or a role's wire name.
    author       TEXT NOT NULL,
    text         TEXT NOT NULL,
    choices      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(choices)),
    is_error     INTEGER NOT NULL DEFAULT 0 CHECK (is_error IN (0, 1)),
    -- The state the work was in when it was said.
    state        TEXT NOT NULL,
    -- The run that said it: what an interrupted run said goes with the rest of the attempt.
    run_id       TEXT,
    created_at   TEXT NOT NULL,
    -- The conversation, in order.
    UNIQUE (workflow_id, seq)
) STRICT;

-- One attempt of one role at one phase.
CREATE TABLE role_runs (
    id             TEXT PRIMARY KEY,
    workflow_id    TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    phase          TEXT NOT NULL,
    role           TEXT NOT NULL,
    attempt        INTEGER NOT NULL,
    model          TEXT NOT NULL,
    -- "interrupted": the program ended in the middle of it; what it had done was thrown away.
    status         TEXT NOT NULL CHECK (status IN (
        'running', 'finished', 'sent_back', 'waiting', 'failed', 'cancelled', 'interrupted')),
    input_tokens   INTEGER NOT NULL DEFAULT 0,
    output_tokens  INTEGER NOT NULL DEFAULT 0,
    model_ms       INTEGER NOT NULL DEFAULT 0,
    command_ms     INTEGER NOT NULL DEFAULT 0,
    -- The newest message of the person that this run has read.
    read_up_to     INTEGER NOT NULL DEFAULT 0,
    -- The conversation with the model, as JSON, so that a later run of the same phase can take it up.
    transcript     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(transcript)),
    started_at     TEXT NOT NULL,
    ended_at       TEXT
) STRICT;

-- The runs of a build, in order, for the rail, usage and statistics.
CREATE INDEX role_runs_by_workflow ON role_runs (workflow_id, started_at);
-- Recovery at start: what was cut off.
CREATE INDEX role_runs_running ON role_runs (workflow_id) WHERE status = 'running';

CREATE TABLE tool_calls (
    id           TEXT PRIMARY KEY,
    run_id       TEXT NOT NULL REFERENCES role_runs (id) ON DELETE CASCADE,
    workflow_id  TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    tool         TEXT NOT NULL,
    subject      TEXT NOT NULL,
    input        TEXT NOT NULL,
    output       TEXT NOT NULL DEFAULT '',
    status       TEXT NOT NULL CHECK (status IN ('running', 'ok', 'failed', 'interrupted')),
    started_at   TEXT NOT NULL,
    ended_at     TEXT
) STRICT;

-- The Work page, in order.
CREATE INDEX tool_calls_by_workflow ON tool_calls (workflow_id, seq);

-- Test runs that the product made itself.
CREATE TABLE test_runs (
    id           TEXT PRIMARY KEY,
    workflow_id  TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    phase        TEXT NOT NULL,
    attempt      INTEGER NOT NULL,
    tree_hash    TEXT NOT NULL,
    command      TEXT NOT NULL,
    exit_code    INTEGER,
    counts       TEXT CHECK (counts IS NULL OR json_valid(counts)),
    duration_ms  INTEGER NOT NULL,
    log          TEXT NOT NULL,
    created_at   TEXT NOT NULL
) STRICT;

-- The Tests page, newest first.
CREATE INDEX test_runs_by_workflow ON test_runs (workflow_id, created_at);

-- Releases: the intent is a row before anything happens, so that a kill leaves no doubt about what was tried.
CREATE TABLE releases (
    id               TEXT PRIMARY KEY,
    workflow_id      TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    status           TEXT NOT NULL CHECK (status IN ('intended', 'released', 'failed', 'undone')),
    tree_hash        TEXT NOT NULL,
    commit_id        TEXT NOT NULL,
    onto             TEXT NOT NULL,
    tag              TEXT NOT NULL,
    merged_commit    TEXT,
    previous_commit  TEXT,
    site             TEXT,
    port             INTEGER,
    probe            TEXT NOT NULL DEFAULT '',
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL
) STRICT;

-- The newest release of a build.
CREATE INDEX releases_by_workflow ON releases (workflow_id, created_at);
-- What is served again at start.
CREATE INDEX releases_served ON releases (status) WHERE status = 'released';

-- The worktree of a build.
CREATE TABLE build_worktrees (
    workflow_id  TEXT PRIMARY KEY REFERENCES build_workflows (id) ON DELETE CASCADE,
    path         TEXT NOT NULL,
    branch       TEXT NOT NULL,
    base_commit  TEXT NOT NULL,
    onto         TEXT NOT NULL
) STRICT;

-- Drafts and the window's layout: small texts by name.
CREATE TABLE notes (
    key         TEXT PRIMARY KEY,
    text        TEXT NOT NULL,
    updated_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
