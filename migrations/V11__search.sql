-- Builds and what was said in them can be found by any part of a word: a piece of a German compound, of a file's name, of an identifier.
-- The indexes hold trigrams and no text: what is shown is read from the row itself.

-- The numbers that the indexes know rows by. The rows have none of their own that stays: VACUUM may give rowids anew.
CREATE TABLE searched_messages (
    number      INTEGER PRIMARY KEY,
    message_id  TEXT NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE searched_builds (
    number       INTEGER PRIMARY KEY,
    workflow_id  TEXT NOT NULL UNIQUE REFERENCES build_workflows (id) ON DELETE CASCADE
) STRICT;

CREATE VIRTUAL TABLE message_index USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1');

CREATE VIRTUAL TABLE build_index USING fts5 (
    title, project, brief, plan, content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1');

-- What a build is found by. `plan`: every sentence of its requirements and of its plan, without ids and kinds.
CREATE VIEW build_texts AS
SELECT w.id AS workflow_id, w.title, p.name AS project, w.brief,
    coalesce((SELECT group_concat(t.atom, char(10))
        FROM (SELECT atom, type, key, path FROM json_tree(coalesce(w.discovery_phase, '{}'))
            UNION ALL SELECT atom, type, key, path FROM json_tree(coalesce(w.planning_phase, '{}'))) t
        WHERE t.type = 'text' AND t.key NOT IN ('id', 'priority', 'kind', 'requirement') AND t.path NOT LIKE '%.serves'), '') AS plan
FROM build_workflows w JOIN projects p ON p.id = w.project_id;

CREATE TRIGGER messages_are_found
AFTER INSERT ON messages
BEGIN
    INSERT INTO searched_messages (message_id) VALUES (NEW.id);
    INSERT INTO message_index (rowid, text)
    SELECT number, NEW.text FROM searched_messages WHERE message_id = NEW.id;
END;

CREATE TRIGGER messages_are_found_as_they_are
AFTER UPDATE OF text ON messages
WHEN NEW.text IS NOT OLD.text
BEGIN
    UPDATE message_index SET text = NEW.text
    WHERE rowid = (SELECT number FROM searched_messages WHERE message_id = NEW.id);
END;

-- Also when the message goes with its build: the reference takes the number along.
CREATE TRIGGER messages_are_not_found_any_longer
AFTER DELETE ON searched_messages
BEGIN
    DELETE FROM message_index WHERE rowid = OLD.number;
END;

CREATE TRIGGER builds_are_found
AFTER INSERT ON build_workflows
BEGIN
    INSERT INTO searched_builds (workflow_id) VALUES (NEW.id);
    INSERT INTO build_index (rowid, title, project, brief, plan)
    SELECT s.number, t.title, t.project, t.brief, t.plan
    FROM searched_builds s JOIN build_texts t ON t.workflow_id = s.workflow_id WHERE s.workflow_id = NEW.id;
END;

-- Every decision writes all columns: only where one of these really changed is there something to do.
CREATE TRIGGER builds_are_found_as_they_are
AFTER UPDATE OF title, brief, discovery_phase, planning_phase ON build_workflows
WHEN NEW.title IS NOT OLD.title OR NEW.brief IS NOT OLD.brief
    OR NEW.discovery_phase IS NOT OLD.discovery_phase OR NEW.planning_phase IS NOT OLD.planning_phase
BEGIN
    UPDATE build_index SET (title, project, brief, plan) =
        (SELECT t.title, t.project, t.brief, t.plan FROM build_texts t WHERE t.workflow_id = NEW.id)
    WHERE rowid = (SELECT number FROM searched_builds WHERE workflow_id = NEW.id);
END;

CREATE TRIGGER projects_are_found_as_they_are
AFTER UPDATE OF name ON projects
WHEN NEW.name IS NOT OLD.name
BEGIN
    INSERT OR REPLACE INTO build_index (rowid, title, project, brief, plan)
    SELECT s.number, t.title, t.project, t.brief, t.plan
    FROM build_workflows w JOIN searched_builds s ON s.workflow_id = w.id JOIN build_texts t ON t.workflow_id = w.id
    WHERE w.project_id = NEW.id;
END;

CREATE TRIGGER builds_are_not_found_any_longer
AFTER DELETE ON searched_builds
BEGIN
    DELETE FROM build_index WHERE rowid = OLD.number;
END;

-- What is there already.
INSERT INTO searched_messages (message_id) SELECT id FROM messages ORDER BY created_at;
INSERT INTO message_index (rowid, text)
SELECT s.number, m.text FROM searched_messages s JOIN messages m ON m.id = s.message_id;

INSERT INTO searched_builds (workflow_id) SELECT id FROM build_workflows ORDER BY created_at;
INSERT INTO build_index (rowid, title, project, brief, plan)
SELECT s.number, t.title, t.project, t.brief, t.plan
FROM searched_builds s JOIN build_texts t ON t.workflow_id = s.workflow_id;
