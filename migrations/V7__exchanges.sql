-- Every exchange with a model is kept: what was asked, what came of it, and what it used.

CREATE TABLE exchanges (
    id             INTEGER PRIMARY KEY,
    workflow_id    TEXT NOT NULL REFERENCES build_workflows (id) ON DELETE CASCADE,
    run_id         TEXT NOT NULL REFERENCES role_runs (id) ON DELETE CASCADE,
    -- How many times the work was in this phase, and how many turns the conversation had before: where an answer belongs in a replay.
    attempt        INTEGER NOT NULL CHECK (attempt >= 1),
    turn           INTEGER NOT NULL CHECK (turn >= 0),
    model          TEXT NOT NULL,
    -- What the request added to the one before it in the same run. Keys and other secrets are taken out.
    asked          TEXT NOT NULL CHECK (json_valid(asked)),
    -- A turn, or an error.
    answer         TEXT NOT NULL CHECK (json_valid(answer)),
    input_tokens   INTEGER NOT NULL DEFAULT 0,
    output_tokens  INTEGER NOT NULL DEFAULT 0,
    -- US dollars. NULL: the price was not known.
    cost           REAL CHECK (cost IS NULL OR cost >= 0),
    ms             INTEGER NOT NULL,
    -- The newest event and message when it was asked and when it was answered: what the person did meanwhile is found by them.
    asked_event    INTEGER NOT NULL,
    asked_message  INTEGER NOT NULL,
    ended_event    INTEGER NOT NULL,
    ended_message  INTEGER NOT NULL,
    ended_at       TEXT NOT NULL
) STRICT;

-- A build's recording, and what each call used, in order.
CREATE INDEX exchanges_by_workflow ON exchanges (workflow_id, id);
-- What a run used.
CREATE INDEX exchanges_by_run ON exchanges (run_id);

CREATE TRIGGER exchanges_never_change
BEFORE UPDATE ON exchanges
BEGIN
    SELECT RAISE(ABORT, 'append_only: an exchange never changes');
END;

-- A run's sums now grow with each exchange. What earlier versions did not know of interrupted runs stays out of a build's cost.
UPDATE role_runs SET cost = 0 WHERE cost IS NULL AND status IN ('running', 'interrupted');
