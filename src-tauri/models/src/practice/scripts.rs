//! What the practice model says and does, step by step.

use serde_json::{Value, json};

use super::{Step, sample_of};
use crate::{Message, ModelError, TurnRequest};

/// The next step of the script for this request.
pub(super) fn step(request: &TurnRequest) -> Result<Step, ModelError> {
    let task = &request.task;
    let sample = sample_of(&task.brief).ok_or(ModelError::NotASample)?;
    let turn = request
        .messages
        .iter()
        .filter(|m| matches!(m, Message::Assistant { .. }))
        .count();
    let step = match (task.role.as_str(), task.phase.as_str()) {
        ("q_assistant", "discovery") => discovery(sample.id, turn),
        ("q_assistant", "planning") if turn == 0 => Some(say(
            "The plan is written. Read it, change what you like, then click Ready to Build.",
            vec![("finish_phase", json!({"result": plan(sample.id)}))],
        )),
        ("q_assistant", "planning") => Some(say(
            "I am the practice model, so I cannot change the plan from a conversation. You can edit every line of it by hand on \
             the Plan page.",
            vec![],
        )),
        ("q_assistant", _) => Some(say(
            "I am the practice model and cannot look into the work for you. The Work and Timeline pages show every step as it \
             happens. Your message is kept for the role at work.",
            vec![],
        )),
        ("code_writer", _) => implementation(sample.id, turn, task.attempt),
        ("test_auditor", _) => testing(sample.id, turn, task.attempt, &last_result(request)),
        ("verification_overseer", _) => verification(sample.id, turn, &last_result(request)),
        ("release_manager", _) => deployment(turn, &last_result(request)),
        _ => None,
    };
    Ok(step.unwrap_or_else(|| {
        say("I am the practice model, and this is past the end of what I have practised. Try again, or connect a model.", vec![])
    }))
}

fn say(text: &str, calls: Vec<(&'static str, Value)>) -> Step {
    Step {
        text: text.to_owned(),
        calls,
    }
}

struct LastResult {
    text: String,
    failed: bool,
}

fn last_result(request: &TurnRequest) -> LastResult {
    match request.messages.last() {
        Some(Message::ToolResult { content, is_error, .. }) => LastResult {
            text: content.clone(),
            failed: *is_error,
        },
        Some(Message::User { .. } | Message::Assistant { .. }) | None => LastResult {
            text: String::new(),
            failed: false,
        },
    }
}

/// What a sample's role writes: (path, content).
type Files = &'static [(&'static str, &'static str)];

const TIP_FILES: Files = &[
    ("package.json", include_str!("tip_calculator/package.json")),
    ("tip.js", include_str!("tip_calculator/tip.js")),
    ("index.html", include_str!("tip_calculator/index.html")),
    ("styles.css", include_str!("tip_calculator/styles.css")),
    ("app.js", include_str!("tip_calculator/app.js")),
    ("README.md", include_str!("tip_calculator/README.md")),
];
const RENAMER_FILES: Files = &[
    ("photo_renamer.py", include_str!("photo_renamer/photo_renamer.py")),
    ("README.md", include_str!("photo_renamer/README.md")),
];

fn write_all(files: Files) -> Vec<(&'static str, Value)> {
    files
        .iter()
        .map(|(path, content)| ("write_file", json!({"path": path, "content": content})))
        .collect()
}

fn discovery(sample: &str, turn: usize) -> Option<Step> {
    let all = || json!({"requirements": requirements(sample)});
    let finish = || vec![("finish_phase", json!({"result": requirements(sample)}))];
    match (sample, turn) {
        ("tip_calculator", 0) => Some(say(
            "Understood: bill, tip and number of people in, what each pays out, with a dark mode that remembers.",
            vec![(
                "update_requirements",
                json!({"requirements": without_last(requirements(sample))}),
            )],
        )),
        ("tip_calculator", 1) => Some(say(
            "",
            vec![(
                "ask_person",
                json!({
                    "question": "Should it round up to the next full amount, or show cents?",
                    "choices": ["Show cents", "Round up", "Let me choose in the app"],
                }),
            )],
        )),
        ("tip_calculator", 2) => Some(say(
            "It will show cents, with a switch to round each share up.",
            vec![("update_requirements", all())],
        )),
        ("tip_calculator", 3) => Some(say("", finish())),
        ("photo_renamer", 0) => Some(say(
            "A tool for the command line: it names each photo after the moment it was taken, shows first what it would do, and \
             never puts one photo in the place of another.",
            vec![("update_requirements", all())],
        )),
        ("photo_renamer", 1) => Some(say("Nothing in it is left open.", finish())),
        ("fix_a_bug", 0) => Some(say("First I look at what is there.", vec![("list_files", json!({}))])),
        ("fix_a_bug", 1) => Some(say("", vec![("read_file", json!({"path": "src/slugify.js"}))])),
        ("fix_a_bug", 2) => Some(say(
            "I see both: the pattern keeps only plain letters, and only a dash at the beginning is taken away.",
            vec![("update_requirements", all())],
        )),
        ("fix_a_bug", 3) => Some(say(
            "That is all it has to do; the tests that are there must still pass.",
            finish(),
        )),
        // Back from a later phase: nothing has been said that the practice model could understand anew.
        ("photo_renamer", 2..) | (_, 4..) => Some(say("What we agreed on stands.", finish())),
        _ => None,
    }
}

fn implementation(sample: &str, turn: usize, attempt: u32) -> Option<Step> {
    let finish = |summary: &str, tasks: &[&str]| {
        let tasks: Vec<_> = tasks
            .iter()
            .map(|id| json!({"id": id, "status": "done", "note": ""}))
            .collect();
        vec![("finish_phase", json!({"result": {"summary": summary, "tasks": tasks}}))]
    };
    match (sample, turn, attempt) {
        ("tip_calculator", 0, _) => Some(say(
            "The arithmetic first, in whole cents and apart from the page, so that it can be tested.",
            write_all(TIP_FILES.get(..2)?),
        )),
        ("tip_calculator", 1, _) => Some(say("Now the page around it.", write_all(TIP_FILES.get(2..)?))),
        ("tip_calculator", 2, _) => Some(say(
            "",
            finish(
                "A page with bill, tip, people and theme; the arithmetic is in tip.js.",
                &["T1", "T2", "T3"],
            ),
        )),
        ("photo_renamer", 0, 1) => Some(say(
            "One file with a plan and a step that carries it out.",
            write_all(RENAMER_FILES),
        )),
        ("photo_renamer", 1, 1) => Some(say(
            "",
            finish(
                "photo_renamer.py shows what it would do; --apply does it.",
                &["T1", "T2", "T3"],
            ),
        )),
        ("photo_renamer", 0, _) => Some(say(
            "Two photos of one second get the same new name, so the second takes the first one's place. I look at how the plan \
             is made.",
            vec![(
                "read_file",
                json!({"path": "photo_renamer.py", "from_line": 25, "lines": 15}),
            )],
        )),
        ("photo_renamer", 1, _) => Some(say(
            "Each new name has to be free, in the folder and in the plan itself.",
            vec![(
                "edit_file",
                json!({
                    "path": "photo_renamer.py",
                    "old": include_str!("photo_renamer/bug_old.py.txt"),
                    "new": include_str!("photo_renamer/bug_new.py.txt"),
                }),
            )],
        )),
        ("photo_renamer", 2, _) => Some(say(
            "",
            finish("A name that is taken gets the next free number.", &["T1", "T2", "T3"]),
        )),
        ("fix_a_bug", 0, _) => Some(say("", vec![("read_file", json!({"path": "src/slugify.js"}))])),
        ("fix_a_bug", 1, _) => Some(say(
            "Splitting letters from their accents keeps them, and the pattern takes a dash from both ends.",
            vec![(
                "edit_file",
                json!({
                    "path": "src/slugify.js",
                    "old": include_str!("fix_a_bug/bug_old.js.txt"),
                    "new": include_str!("fix_a_bug/bug_new.js.txt"),
                }),
            )],
        )),
        ("fix_a_bug", 2, _) => Some(say(
            "",
            finish("Accents are dropped, letters kept; no dash at either end.", &["T1"]),
        )),
        _ => None,
    }
}

fn testing(sample: &str, turn: usize, attempt: u32, last: &LastResult) -> Option<Step> {
    let (path, content) = match sample {
        "tip_calculator" => ("test/tip.test.mjs", include_str!("tip_calculator/tip.test.mjs")),
        "photo_renamer" => (
            "tests/test_photo_renamer.py",
            include_str!("photo_renamer/test_photo_renamer.py"),
        ),
        _ => ("test/regression.test.js", include_str!("fix_a_bug/regression.test.js")),
    };
    let mut files = vec![("write_file", json!({"path": path, "content": content}))];
    if sample == "photo_renamer" {
        files.push(("write_file", json!({"path": "tests/__init__.py", "content": ""})));
    }
    match (turn, attempt) {
        (0, 1) => Some(say("I write a test for each requirement, the borders first.", files)),
        (1, 1) | (0, _) => Some(say("Now they run.", vec![("run_tests", json!({}))])),
        (2, 1) | (1, _) => Some(judge(sample, last)),
        _ => None,
    }
}

/// Hands on what passes; sends back what fails, with the names that the runner printed.
fn judge(sample: &str, last: &LastResult) -> Step {
    if !last.failed && last.text.starts_with("exit code 0;") {
        let claims: Vec<_> = test_claims(sample)
            .iter()
            .map(|(id, test)| json!({"requirement": id, "test": test}))
            .collect();
        let result = json!({"summary": "Every requirement has a test, and all of them pass.", "tests": claims});
        return say("All of them pass.", vec![("finish_phase", json!({"result": result}))]);
    }
    let failing: Vec<_> = last
        .text
        .lines()
        .filter(|line| line.contains("FAIL") || line.trim_start().starts_with("not ok"))
        .filter(|line| line.contains("test"))
        .take(2)
        .map(str::trim)
        .collect();
    let what = if failing.is_empty() {
        last.text.lines().next().unwrap_or("the tests did not run")
    } else {
        &failing.join("; ")
    };
    say(
        "Something is lost here: I send it back with the test that shows it.",
        vec![(
            "send_back",
            json!({"to": "implementation", "reason": format!("A test fails: {what}")}),
        )],
    )
}

fn verification(sample: &str, turn: usize, last: &LastResult) -> Option<Step> {
    match turn {
        0 => Some(say(
            "I run the checks on exactly the tree that was tested.",
            vec![("run_checks", json!({}))],
        )),
        1 if last.failed => Some(say(
            "The checks do not pass, so I send it back.",
            vec![(
                "send_back",
                json!({"to": "implementation", "reason": format!("The checks fail: {}", last.text)}),
            )],
        )),
        1 => {
            let verdicts: Vec<_> = ids(sample)
                .into_iter()
                .map(|id| json!({"id": id, "verdict": "met", "evidence": "traced to passing tests on this tree"}))
                .collect();
            let result = json!({"summary": "Each requirement is met and traced to a test.", "requirements": verdicts});
            Some(say(
                "Each requirement leads to a test that ran.",
                vec![("finish_phase", json!({"result": result}))],
            ))
        }
        _ => None,
    }
}

fn deployment(turn: usize, last: &LastResult) -> Option<Step> {
    match turn {
        0 => Some(say("I release the verified tree.", vec![("release", json!({}))])),
        1 if last.failed => Some(say(&format!("The release did not happen: {}", last.text), vec![])),
        1 if last.text.contains("http://") => Some(say("", vec![("probe_health", json!({}))])),
        1 => Some(released(
            "It is merged and tagged; there is no page to serve.",
            "Released into the project on this machine.",
        )),
        2 => Some(released(
            "It answers.",
            "Released on this machine; the health probe answered.",
        )),
        _ => None,
    }
}

fn released(text: &str, summary: &str) -> Step {
    say(text, vec![("finish_phase", json!({"result": {"summary": summary}}))])
}

fn ids(sample: &str) -> Vec<String> {
    let requirements = requirements(sample);
    let features = requirements
        .get("features")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    features
        .iter()
        .filter_map(|f| f.get("id").and_then(Value::as_str).map(str::to_owned))
        .collect()
}

/// What was known before the question was answered.
fn without_last(mut requirements: Value) -> Value {
    if let Some(features) = requirements.get_mut("features").and_then(Value::as_array_mut) {
        features.retain(|feature| feature.get("id").and_then(Value::as_str) != Some("R4"));
    }
    requirements
}

fn feature(id: &str, priority: &str, text: &str, acceptance: &[&str]) -> Value {
    json!({"id": id, "text": text, "priority": priority, "acceptance": acceptance})
}

fn requirements(sample: &str) -> Value {
    let (title, summary, features) = match sample {
        "tip_calculator" => (
            "Tip calculator with dark mode",
            "A page for the phone: bill, tip and people in, each share out.",
            vec![
                feature(
                    "R1",
                    "must",
                    "The app shall work out the tip on a bill.",
                    &["When a bill and a tip are entered, the app shall show tip and total."],
                ),
                feature(
                    "R2",
                    "must",
                    "The app shall split the total between people without losing a cent.",
                    &["When 10.00 is split between 3, the shares shall add up to 10.00."],
                ),
                feature(
                    "R3",
                    "must",
                    "The app shall have a dark mode that it remembers.",
                    &["When dark mode was chosen, the app shall open in it the next time."],
                ),
                feature(
                    "R4",
                    "should",
                    "The app shall show cents, or round each share up when the person chooses so.",
                    &["When rounding is on, each share shall be the next full amount."],
                ),
                feature(
                    "R5",
                    "must",
                    "The app shall open on a phone.",
                    &["When the page is opened on a phone, it shall fit its width and load nothing from elsewhere."],
                ),
            ],
        ),
        "photo_renamer" => (
            "Photo renamer",
            "A command line tool that names photos after the moment they were taken.",
            vec![
                feature(
                    "R1",
                    "must",
                    "The tool shall name each photo after the moment it was taken.",
                    &["When a name holds a date, the tool shall use it; else the time of the file."],
                ),
                feature(
                    "R2",
                    "must",
                    "The tool shall show what it would do, and do it only when asked.",
                    &["When --apply is missing, the tool shall change nothing."],
                ),
                feature(
                    "R3",
                    "must",
                    "The tool shall never lose a photo.",
                    &["When two photos were taken in one second, both shall be there afterwards."],
                ),
                feature(
                    "R4",
                    "should",
                    "The tool shall leave other files alone and say what is wrong.",
                    &["When the folder is not there, the tool shall say so and end with code 2."],
                ),
            ],
        ),
        _ => (
            "Fix slugify for accents",
            "Two faults of slugify(), mended without changing anything else.",
            vec![
                feature(
                    "R1",
                    "must",
                    "slugify shall keep letters that carry accents, without the accents.",
                    &[
                        "When the title is \u{201c}Crème brûlée\u{201d}, the result shall be \u{201c}creme-brulee\u{201d}.",
                    ],
                ),
                feature(
                    "R2",
                    "must",
                    "slugify shall not leave a dash at the end.",
                    &["When the title ends with punctuation, the result shall end with a letter or digit."],
                ),
                feature(
                    "R3",
                    "must",
                    "Everything else shall stay as it is.",
                    &["When the tests that were there run, they shall pass unchanged."],
                ),
            ],
        ),
    };
    json!({"title": title, "summary": summary, "features": features, "open_questions": []})
}

fn task(id: &str, title: &str, detail: &str, files: &[&str], serves: &[&str]) -> Value {
    json!({"id": id, "title": title, "detail": detail, "files": files, "serves": serves})
}

fn plan(sample: &str) -> Value {
    let (summary, tasks, strategy, release) = match sample {
        "tip_calculator" => (
            "Arithmetic in one module, a page around it, nothing to install.",
            vec![
                task(
                    "T1",
                    "The arithmetic, in whole cents",
                    "Tip, split with remainder, rounding up, reading amounts.",
                    &["tip.js", "package.json"],
                    &["R1", "R2", "R4"],
                ),
                task(
                    "T2",
                    "The page",
                    "Form, result, and a layout that fits a phone.",
                    &["index.html", "styles.css", "README.md"],
                    &["R1", "R5"],
                ),
                task(
                    "T3",
                    "Theme and live result",
                    "Dark mode that is remembered; results while typing.",
                    &["app.js"],
                    &["R3", "R4"],
                ),
            ],
            "Unit tests of the arithmetic with node, and a look at the page's source.",
            json!({"kind": "web_page", "site_dir": ".", "how": "Merged into the project's branch and served on this machine."}),
        ),
        "photo_renamer" => (
            "One Python file without dependencies; planning and renaming apart.",
            vec![
                task(
                    "T1",
                    "When a photo was taken",
                    "From the name, else from the file.",
                    &["photo_renamer.py"],
                    &["R1"],
                ),
                task(
                    "T2",
                    "The plan and --apply",
                    "Pairs of old and new names; carried out only with --apply.",
                    &["photo_renamer.py"],
                    &["R2", "R3"],
                ),
                task(
                    "T3",
                    "Other files and errors",
                    "Only photos are touched; a missing folder is said.",
                    &["photo_renamer.py", "README.md"],
                    &["R4"],
                ),
            ],
            "unittest over real files in a temporary folder.",
            json!({"kind": "command_line_tool", "how": "Merged into the project's branch and tagged."}),
        ),
        _ => (
            "Two changes in one function.",
            vec![task(
                "T1",
                "Accents and the last dash",
                "Normalise, drop accents, take dashes from both ends.",
                &["src/slugify.js"],
                &["R1", "R2", "R3"],
            )],
            "New tests for both faults beside the tests that are there.",
            json!({"kind": "library", "how": "Merged into the project's branch and tagged."}),
        ),
    };
    let cases: Vec<_> = test_claims(sample)
        .iter()
        .map(|(id, test)| json!({"requirement": id, "test": test}))
        .collect();
    json!({"summary": summary, "tasks": tasks, "test_strategy": {"summary": strategy, "cases": cases}, "release": release})
}

/// Which test proves which requirement, by the names that the runner prints.
fn test_claims(sample: &str) -> &'static [(&'static str, &'static str)] {
    match sample {
        "tip_calculator" => &[
            ("R1", "R1 works out the tip on the bill"),
            ("R1", "R1 reads an amount as a person types it"),
            ("R2", "R2 splits the total between people"),
            ("R2", "R2 shares of 10.00 between three add up to 10.00"),
            ("R2", "R2 never divides by nobody"),
            ("R3", "R3 remembers the chosen theme and else follows the system"),
            ("R4", "R4 rounds each share up to the next full amount when asked"),
            ("R4", "R4 shows cents otherwise"),
            ("R5", "R5 the page fits a phone and loads nothing from elsewhere"),
        ],
        "photo_renamer" => &[
            ("R1", "test_R1_takes_the_date_from_the_name"),
            ("R1", "test_R1_takes_the_time_of_the_file_otherwise"),
            ("R2", "test_R2_changes_nothing_without_apply"),
            ("R3", "test_R3_two_photos_of_one_second_both_stay"),
            ("R3", "test_R3_a_file_that_is_there_is_never_overwritten"),
            ("R4", "test_R4_leaves_other_files_alone"),
            ("R4", "test_R4_says_what_is_wrong_with_a_folder_that_is_not_there"),
        ],
        _ => &[
            ("R1", "R1 keeps letters that carry accents"),
            ("R2", "R2 does not end with a dash"),
            ("R3", "R3 leaves everything else as it was"),
        ],
    }
}
