-- The cases that a test run reported, beside their counts: looked at one run at a time.

ALTER TABLE test_runs ADD COLUMN cases TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(cases));
