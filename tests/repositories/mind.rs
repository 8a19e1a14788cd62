//! A model that answers by rule: it knows what is to be made, and finds out everything else from what it is told and what its tools
//! answer. It remembers nothing between two requests.

use serde_json::{Value, json};

use crate::support::model_server::{Say, turn};

/// What it is to make, and what it knows of the trade.
pub struct Craft {
    pub title: &'static str,
    pub brief: &'static str,
    /// What it asks the person, with the answers to choose from.
    pub question: Option<(&'static str, &'static [&'static str])>,
    /// Text and acceptance; R1, R2 … in this order.
    pub features: &'static [(&'static str, &'static str)],
    pub release: Value,
    pub changes: Vec<Change>,
    /// How Code Writer sees for itself whether it holds.
    pub check: &'static str,
    /// Path and content of the tests.
    pub tests: (&'static str, &'static str),
    /// The tests of each requirement, as the runner prints them.
    pub proofs: &'static [(&'static str, &'static str)],
    /// What Verification Overseer looks for beside the checks, and what it says where it is not there.
    pub promise: Option<(&'static str, &'static str)>,
}

pub struct Change {
    pub when: When,
    pub what: What,
}

pub enum When {
    /// When the work comes to it for the first time.
    First,
    /// When it came back and the reason names this.
    CameBack(&'static str),
    /// When its own check failed and says this.
    CheckSays(&'static str),
}

pub enum What {
    /// The line is looked for in the whole project, and `old` is replaced where it is found.
    Edit {
        look_for: &'static str,
        old: &'static str,
        new: &'static str,
    },
    Write {
        path: &'static str,
        content: &'static str,
    },
}

/// A tool call that was made, and what came of it.
pub struct Made {
    pub tool: String,
    pub arguments: Value,
    pub answer: String,
}

/// What a request says.
pub struct View {
    pub system: String,
    pub first: String,
    pub made: Vec<Made>,
    pub has_tools: bool,
}

impl View {
    pub fn of(request: &Value) -> View {
        let messages = request["messages"].as_array().cloned().unwrap_or_default();
        let of = |role: &str| {
            let found = messages.iter().find(|message| message["role"] == role);
            found.map(|message| words(&message["content"])).unwrap_or_default()
        };
        let mut made: Vec<(String, Made)> = Vec::new();
        for message in &messages {
            for call in message["tool_calls"].as_array().into_iter().flatten() {
                let arguments = call["function"]["arguments"].as_str().unwrap_or_default();
                made.push((
                    call["id"].as_str().unwrap_or_default().to_owned(),
                    Made {
                        tool: call["function"]["name"].as_str().unwrap_or_default().to_owned(),
                        arguments: serde_json::from_str(arguments).unwrap_or_else(|_| json!(arguments)),
                        answer: String::new(),
                    },
                ));
            }
            if message["role"] == "tool" {
                let id = message["tool_call_id"].as_str().unwrap_or_default();
                // Ids come again from turn to turn: the newest call that has no answer is meant.
                let open = made
                    .iter_mut()
                    .find(|(known, made)| known == id && made.answer.is_empty());
                if let Some((_, made)) = open {
                    made.answer = words(&message["content"]);
                }
            }
        }
        View {
            system: of("system"),
            first: of("user"),
            made: made.into_iter().map(|(_, made)| made).collect(),
            has_tools: request["tools"].as_array().is_some_and(|tools| !tools.is_empty()),
        }
    }

    pub fn is(&self, role: &str) -> bool {
        self.system.starts_with(&format!("# {role}"))
    }

    pub fn is_in(&self, phase: &str) -> bool {
        self.system.contains(&format!("The work is in {phase},"))
    }

    /// Why the work came back, if it did.
    fn reason(&self) -> Option<&str> {
        let (_, rest) = self.system.split_once("It came back to you. The reason: ")?;
        rest.lines().next()
    }

    /// What was handed over, as data.
    fn assignment(&self) -> Value {
        let (_, data) = self.first.split_once("as data:\n").unwrap_or_default();
        serde_json::Deserializer::from_str(data)
            .into_iter()
            .next()
            .and_then(Result::ok)
            .unwrap_or_default()
    }

    pub fn calls<'a>(&'a self, tool: &'a str) -> impl DoubleEndedIterator<Item = &'a Made> {
        self.made.iter().filter(move |made| made.tool == tool)
    }

    fn did(&self, tool: &str) -> bool {
        self.calls(tool).next().is_some()
    }

    fn with<'a>(&'a self, tool: &'a str, field: &'a str, value: &str) -> Option<&'a Made> {
        self.calls(tool).rfind(|made| made.arguments[field] == value)
    }
}

fn words(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    }
}

fn call(text: &str, tool: &str, arguments: Value) -> Say {
    turn(text, &[(tool, arguments)])
}

/// The next turn.
pub fn think(craft: &Craft, view: &View) -> Say {
    if !view.has_tools {
        return turn("The record says how far it is; I have nothing to add to it.", &[]);
    }
    if view.is("Q Assistant") && view.is_in("discovery") {
        understand(craft, view)
    } else if view.is("Q Assistant") {
        plan(craft, view)
    } else if view.is("Code Writer") {
        write(craft, view)
    } else if view.is("Test Auditor") {
        audit(craft, view)
    } else if view.is("Verification Overseer") {
        verify(craft, view)
    } else {
        release(view)
    }
}

fn understand(craft: &Craft, view: &View) -> Say {
    let Some(listed) = view.calls("list_files").last() else {
        return call("I look at what is there.", "list_files", json!({}));
    };
    if listed.answer.contains("README.md") && !view.did("read_file") {
        return call("", "read_file", json!({"path": "README.md"}));
    }
    if let Some((question, choices)) = craft.question
        && !view.did("ask_person")
    {
        return call("", "ask_person", json!({"question": question, "choices": choices}));
    }
    let features = craft.features.iter().enumerate().map(|(at, (text, acceptance))| {
        json!({"id": format!("R{}", at + 1), "text": text, "priority": "must", "acceptance": [acceptance]})
    });
    let features: Vec<Value> = features.collect();
    let requirements =
        json!({"title": craft.title, "summary": craft.brief, "features": features, "open_questions": []});
    if !view.did("update_requirements") {
        return call(
            "This is what I understood.",
            "update_requirements",
            json!({"requirements": requirements}),
        );
    }
    call("Nothing is left open.", "finish_phase", json!({"result": requirements}))
}

fn plan(craft: &Craft, view: &View) -> Say {
    let wanted = craft.changes.iter().filter(|change| matches!(change.when, When::First));
    let mut files = Vec::new();
    for change in wanted {
        match change.what {
            What::Write { path, .. } => files.push(path.to_owned()),
            What::Edit { look_for, .. } => {
                let Some(searched) = view.with("search", "pattern", look_for) else {
                    return call("I look where it belongs.", "search", json!({"pattern": look_for}));
                };
                files.extend(searched.answer.split(':').next().map(str::to_owned));
            }
        }
    }
    let all: Vec<_> = (1..=craft.features.len()).map(|at| format!("R{at}")).collect();
    let cases: Vec<_> = craft
        .proofs
        .iter()
        .map(|(requirement, test)| json!({"requirement": requirement, "test": test}))
        .collect();
    let result = json!({
        "summary": craft.title,
        "tasks": [{"id": "T1", "title": craft.title, "detail": craft.brief, "files": files, "serves": all}],
        "test_strategy": {"summary": craft.check, "cases": cases},
        "release": craft.release,
    });
    call(
        "Here is the plan. Change what you like, then click Ready to Build.",
        "finish_phase",
        json!({"result": result}),
    )
}

fn write(craft: &Craft, view: &View) -> Say {
    if !view.did("list_files") {
        return call("I look at the project first.", "list_files", json!({}));
    }
    let checked = view
        .calls("run_command")
        .filter(|made| made.arguments["command"] == craft.check);
    let failures: Vec<&str> = checked
        .map(|made| made.answer.as_str())
        .filter(|answer| !answer.starts_with("exit code 0"))
        .collect();
    let due = |change: &&Change| match change.when {
        When::First => view.reason().is_none(),
        When::CameBack(word) => view.reason().is_some_and(|reason| reason.contains(word)),
        When::CheckSays(word) => failures.iter().any(|failure| failure.contains(word)),
    };
    for change in craft.changes.iter().filter(due) {
        if let Some(step) = next_step(view, &change.what) {
            return step;
        }
    }
    let changed = view
        .made
        .iter()
        .rposition(|made| made.answer.ends_with("is changed.") || made.answer.contains(" is written ("));
    let ran = view
        .made
        .iter()
        .rposition(|made| made.tool == "run_command" && made.arguments["command"] == craft.check);
    match ran.and_then(|at| view.made.get(at)) {
        Some(made) if ran > changed && made.answer.starts_with("exit code 0") => {}
        Some(made) if ran > changed => {
            let why = format!("It cannot be done as planned: {}", made.answer);
            return call("", "send_back", json!({"to": "planning", "reason": why}));
        }
        _ => {
            return call(
                "Now I see whether it holds.",
                "run_command",
                json!({"command": craft.check}),
            );
        }
    }
    let tasks = view.assignment()["plan"]["tasks"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let tasks: Vec<_> = tasks
        .iter()
        .map(|task| json!({"id": task["id"], "status": "done", "note": ""}))
        .collect();
    call(
        "It holds.",
        "finish_phase",
        json!({"result": {"summary": craft.title, "tasks": tasks}}),
    )
}

/// What is still to be done for a change, if anything is.
fn next_step(view: &View, what: &What) -> Option<Say> {
    match what {
        What::Write { path, content } => {
            let done = view
                .calls("write_file")
                .any(|made| made.arguments["path"] == *path && made.arguments["content"] == *content);
            (!done).then(|| call("", "write_file", json!({"path": path, "content": content})))
        }
        What::Edit { look_for, old, new } => {
            let tries: Vec<_> = view
                .calls("edit_file")
                .filter(|made| made.arguments["new"].as_str().is_some_and(|text| text.contains(new)))
                .collect();
            if tries.iter().any(|made| made.answer.ends_with("is changed.")) {
                return None;
            }
            let Some(searched) = view.with("search", "pattern", look_for) else {
                return Some(call("", "search", json!({"pattern": look_for})));
            };
            let path = searched.answer.split(':').next().unwrap_or_default();
            let Some(read) = view.with("read_file", "path", path) else {
                return Some(call("", "read_file", json!({"path": path})));
            };
            // Where one line was not enough, the lines before it are taken in.
            let (before, say) = match tries.len() {
                0 => (String::new(), ""),
                more => (
                    lines_before(&read.answer, old, more),
                    "Once more, with what stands around it.",
                ),
            };
            let (old, new) = (format!("{before}{old}"), format!("{before}{new}"));
            Some(call(say, "edit_file", json!({"path": path, "old": old, "new": new})))
        }
    }
}

/// So many lines of a numbered listing before the last place at which a text begins.
fn lines_before(listing: &str, text: &str, count: usize) -> String {
    let lines: Vec<&str> = listing
        .lines()
        .filter_map(|line| line.split_once('\t').map(|(_, line)| line))
        .collect();
    let first = text.lines().next().unwrap_or_default();
    let at = lines.iter().rposition(|line| line.contains(first)).unwrap_or(0);
    let indent = lines.get(at).map(|line| line.split(first).next().unwrap_or_default());
    let mut before: String = lines[at.saturating_sub(count)..at]
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    before.push_str(indent.unwrap_or_default());
    before
}

fn audit(craft: &Craft, view: &View) -> Say {
    if !view.did("list_files") {
        return call("I look at the tests that are there.", "list_files", json!({}));
    }
    let (path, content) = craft.tests;
    if view.with("write_file", "path", path).is_none() {
        return call(
            "A test for each requirement.",
            "write_file",
            json!({"path": path, "content": content}),
        );
    }
    let Some(ran) = view.calls("run_tests").last() else {
        return call("", "run_tests", json!({}));
    };
    if !ran.answer.starts_with("exit code 0;") {
        let failing = |line: &&str| line.contains("FAILED") || line.contains("FAIL:") || line.contains("not ok");
        let named: Vec<_> = ran.answer.lines().filter(failing).take(2).map(str::trim).collect();
        let reason = format!("Tests fail: {}", named.join("; "));
        return call(
            "I send it back with what fails.",
            "send_back",
            json!({"to": "implementation", "reason": reason}),
        );
    }
    let claims: Vec<_> = craft
        .proofs
        .iter()
        .filter(|(_, test)| ran.answer.contains(test))
        .map(|(requirement, test)| json!({"requirement": requirement, "test": test}))
        .collect();
    let summary = format!("{} tests of the requirements pass.", claims.len());
    call(
        "They pass.",
        "finish_phase",
        json!({"result": {"summary": summary, "tests": claims}}),
    )
}

fn verify(craft: &Craft, view: &View) -> Say {
    let Some(checks) = view.calls("run_checks").last() else {
        return call("", "run_checks", json!({}));
    };
    if checks.answer.contains("\"ok\": false") {
        let why = format!("A check fails: {}", checks.answer);
        return call("", "send_back", json!({"to": "implementation", "reason": why}));
    }
    if checks.answer.contains("\"tests\": []") {
        let why = "A requirement has no test that ran and passed.";
        return call("", "send_back", json!({"to": "testing", "reason": why}));
    }
    if let Some((pattern, why)) = craft.promise {
        let Some(searched) = view.with("search", "pattern", pattern) else {
            return call(
                "I look for what the tests cannot see.",
                "search",
                json!({"pattern": pattern}),
            );
        };
        if searched.answer.contains("Nothing matches") {
            return call("", "send_back", json!({"to": "implementation", "reason": why}));
        }
    }
    let verdicts: Vec<_> = (1..=craft.features.len())
        .map(|at| json!({"id": format!("R{at}"), "verdict": "met", "evidence": "its test passes on this tree"}))
        .collect();
    call(
        "Each requirement is met.",
        "finish_phase",
        json!({"result": {"summary": "Every requirement is met.", "requirements": verdicts}}),
    )
}

fn release(view: &View) -> Say {
    let Some(released) = view.calls("release").last() else {
        return call("", "release", json!({}));
    };
    if released.answer.contains("http://") && !view.did("probe_health") {
        return call("", "probe_health", json!({}));
    }
    call(
        "It is released.",
        "finish_phase",
        json!({"result": {"summary": "Released."}}),
    )
}
