-- What a run cost, where that is known.

-- US dollars, by the price that held when it was spent. NULL: at least one of its turns had no known price.
ALTER TABLE role_runs ADD COLUMN cost REAL CHECK (cost IS NULL OR cost >= 0);
