-- What statistics add up over many builds, without reading the conversations that stand in the same rows.

-- Time per phase.
CREATE INDEX role_runs_measured ON role_runs (workflow_id, phase, role, status, started_at, ended_at, model_ms, command_ms);
-- Tokens and cost per role and model.
CREATE INDEX exchanges_measured ON exchanges (workflow_id, run_id, model, input_tokens, output_tokens, cost);
-- What went back and what stood still.
CREATE INDEX workflow_events_by_type ON workflow_events (event_type, workflow_id);
