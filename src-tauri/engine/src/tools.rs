//! The tools, and which role may use which. The list is checked for every call, whatever a model says.

use models::ToolSpec;
use serde_json::{Value, json};
use workflow::Role;

/// Every tool there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    ListFiles,
    ReadFile,
    Search,
    WriteFile,
    EditFile,
    DeleteFile,
    MoveFile,
    RunCommand,
    ReadOutput,
    RunTests,
    RunChecks,
    Release,
    ProbeHealth,
    UpdateRequirements,
    AskPerson,
    FinishPhase,
    SendBack,
}

use Tool::{
    AskPerson, DeleteFile, EditFile, FinishPhase, ListFiles, MoveFile, ProbeHealth, ReadFile, ReadOutput, Release,
    RunChecks, RunCommand, RunTests, Search, SendBack, UpdateRequirements, WriteFile,
};

impl Tool {
    const ALL: [Tool; 17] = [
        ListFiles,
        ReadFile,
        Search,
        WriteFile,
        EditFile,
        DeleteFile,
        MoveFile,
        RunCommand,
        ReadOutput,
        RunTests,
        RunChecks,
        Release,
        ProbeHealth,
        UpdateRequirements,
        AskPerson,
        FinishPhase,
        SendBack,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            ListFiles => "list_files",
            ReadFile => "read_file",
            Search => "search",
            WriteFile => "write_file",
            EditFile => "edit_file",
            DeleteFile => "delete_file",
            MoveFile => "move_file",
            RunCommand => "run_command",
            ReadOutput => "read_output",
            RunTests => "run_tests",
            RunChecks => "run_checks",
            Release => "release",
            ProbeHealth => "probe_health",
            UpdateRequirements => "update_requirements",
            AskPerson => "ask_person",
            FinishPhase => "finish_phase",
            SendBack => "send_back",
        }
    }

    /// The tool of that name, if there is one.
    pub(crate) fn named(name: &str) -> Option<Tool> {
        Tool::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// What the role may use. Q Assistant has nothing that could write code; the overseer has nothing that could edit.
    pub(crate) const fn of(role: Role) -> &'static [Tool] {
        match role {
            Role::QAssistant => &[
                ListFiles,
                ReadFile,
                Search,
                UpdateRequirements,
                AskPerson,
                FinishPhase,
                SendBack,
            ],
            Role::CodeWriter => &[
                ListFiles,
                ReadFile,
                Search,
                WriteFile,
                EditFile,
                DeleteFile,
                MoveFile,
                RunCommand,
                ReadOutput,
                FinishPhase,
                SendBack,
            ],
            Role::TestAuditor => &[
                ListFiles,
                ReadFile,
                Search,
                WriteFile,
                EditFile,
                DeleteFile,
                MoveFile,
                RunTests,
                FinishPhase,
                SendBack,
            ],
            Role::VerificationOverseer => &[ListFiles, ReadFile, Search, RunTests, RunChecks, FinishPhase, SendBack],
            Role::ReleaseManager => &[ListFiles, ReadFile, Release, ProbeHealth, FinishPhase, SendBack],
        }
    }

    const fn description(self) -> &'static str {
        match self {
            ListFiles => {
                "Lists the files of the project, below a folder if one is given, without what git ignores. A large project is shown in \
                 outline: list its folders to see more."
            }
            ReadFile => {
                "Reads a text file, with line numbers. Without from_line it begins at the first line; a long file is read in parts."
            }
            Search => {
                "Finds lines that match a regular expression (Rust syntax), in files that git does not ignore. path limits it to a \
                 folder or file, glob to names such as *.ts."
            }
            WriteFile => {
                "Writes a file, whole. Folders are made as needed. For a change in a file that is there, edit_file is safer."
            }
            EditFile => {
                "Replaces a text that occurs exactly once in a file. Copy old exactly, without the line numbers of read_file, and take \
                 enough lines around it to be the only place."
            }
            DeleteFile => "Deletes a file.",
            MoveFile => "Moves or renames a file. Refused where another one is in its new place.",
            RunCommand => {
                "Runs a shell command in the project's folder: no input, ten minutes at most. Of a long output you get the beginning \
                 and the end; read_output shows the rest."
            }
            ReadOutput => "Reads lines of a command's whole output, by the number that run_command gave.",
            RunTests => {
                "Runs the project's tests on a clean checkout of the present files and returns what they print."
            }
            RunChecks => "Runs the product's checks on the tree that was handed over and returns them as JSON.",
            Release => "Releases the verified tree: merges it into the project's branch, tags it, serves it.",
            ProbeHealth => "Asks the released result whether it answers.",
            UpdateRequirements => "Shows the person what you have understood so far.",
            AskPerson => "Asks the person one question, with short answers to choose from. Ends your turn.",
            FinishPhase => "Hands in the result of your phase. Refused with the reason while something is missing.",
            SendBack => "Sends the work back to an earlier phase, with the reason.",
        }
    }

    /// What it is about, for the one line that a person sees: a path, a command, a pattern.
    pub(crate) fn subject(self, arguments: &Value) -> String {
        let field = match self {
            ListFiles | ReadFile | WriteFile | EditFile | DeleteFile => "path",
            MoveFile => "to",
            Search => "pattern",
            RunCommand => "command",
            AskPerson => "question",
            SendBack => "to",
            ReadOutput | RunTests | RunChecks | Release | ProbeHealth | UpdateRequirements | FinishPhase => {
                return String::new();
            }
        };
        let text = arguments.get(field).and_then(Value::as_str).unwrap_or_default();
        text.chars().take(200).collect()
    }

    /// JSON schema of the arguments.
    fn parameters(self) -> Value {
        let text = || json!({"type": "string"});
        match self {
            ListFiles => object(json!({"path": text()}), &[]),
            ReadFile => object(
                json!({"path": text(), "from_line": {"type": "integer", "minimum": 1}, "lines": {"type": "integer", "minimum": 1}}),
                &["path"],
            ),
            Search => object(
                json!({"pattern": text(), "path": text(), "glob": text(), "ignore_case": {"type": "boolean"}}),
                &["pattern"],
            ),
            WriteFile => object(json!({"path": text(), "content": text()}), &["path", "content"]),
            EditFile => object(
                json!({"path": text(), "old": text(), "new": text()}),
                &["path", "old", "new"],
            ),
            DeleteFile => object(json!({"path": text()}), &["path"]),
            MoveFile => object(json!({"from": text(), "to": text()}), &["from", "to"]),
            RunCommand => object(json!({"command": text()}), &["command"]),
            ReadOutput => object(
                json!({
                    "output": {"type": "integer", "minimum": 1},
                    "from_line": {"type": "integer", "minimum": 1},
                    "lines": {"type": "integer", "minimum": 1}
                }),
                &["output"],
            ),
            RunTests | RunChecks | Release | ProbeHealth => object(json!({}), &[]),
            UpdateRequirements => object(json!({"requirements": {"type": "object"}}), &["requirements"]),
            AskPerson => object(
                json!({"question": text(), "choices": {"type": "array", "items": {"type": "string"}, "maxItems": 6}}),
                &["question"],
            ),
            FinishPhase => object(json!({"result": {"type": "object"}}), &["result"]),
            SendBack => object(json!({"to": text(), "reason": text()}), &["reason"]),
        }
    }

    pub(crate) fn spec(self) -> ToolSpec {
        ToolSpec {
            name: self.name().to_owned(),
            description: self.description().to_owned(),
            parameters: self.parameters(),
        }
    }

    /// Checks arguments against the tool's schema.
    ///
    /// # Errors
    /// What does not fit, as a sentence for the model.
    pub(crate) fn check_arguments(self, arguments: &Value) -> Result<(), String> {
        if let Value::String(text) = arguments {
            let why = serde_json::from_str::<Value>(text).err();
            let why = why.map_or_else(|| "it is a text".to_owned(), |error| error.to_string());
            return Err(format!("The arguments of {} are not a JSON object: {why}", self.name()));
        }
        crate::schema::check(&self.parameters(), arguments)
            .map_err(|why| format!("The arguments of {} do not fit: {why}", self.name()))
    }
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": properties, "required": required})
}
