-- The person may say how a project's tests are run; without it the command is found from what lies in the project.
ALTER TABLE projects ADD COLUMN test_command TEXT CHECK (test_command IS NULL OR trim(test_command) <> '');
