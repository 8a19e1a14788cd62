//! What a tool call costs beside the model: from the end of the turn that asks for it to the next question, everything recorded.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use engine::{Engine, EngineConfig, Limits, ModelSource, SiteHost, StartBuild};
use models::{Delta, Model, ModelError, Price, ToolCall, Turn, TurnRequest};
use serde_json::{Value, json};
use store::Store;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use workflow::{ApprovalPolicy, Role, Standstill, State};

use crate::build::{answer, load};

const FOLDERS: usize = 1_000;
const FILES: usize = 100;
const ROUNDS: usize = 60;
const SEARCHES: usize = 5;

/// Says its calls one after the other, and notes how long each answer took.
struct Caller {
    calls: Vec<(&'static str, Value)>,
    said: Mutex<(usize, Option<Instant>)>,
    took: Mutex<Vec<(&'static str, Duration)>>,
    done: Notify,
}

struct Source(Arc<Caller>);

impl ModelSource for Source {
    fn models(&self, _: &str, _: Role) -> Result<Vec<Arc<dyn Model>>, Standstill> {
        Ok(vec![Arc::clone(&self.0) as Arc<dyn Model>])
    }
}

fn call(name: &str, arguments: Value) -> Turn {
    Turn {
        tool_calls: vec![ToolCall {
            id: "c".to_owned(),
            name: name.to_owned(),
            arguments,
        }],
        ..Turn::default()
    }
}

#[async_trait]
impl Model for Caller {
    fn name(&self) -> &str {
        "caller"
    }

    fn price(&self) -> Option<Price> {
        None
    }

    async fn turn(
        &self,
        request: &TurnRequest,
        _: &UnboundedSender<Delta>,
        cancel: &CancellationToken,
    ) -> Result<Turn, ModelError> {
        let feature =
            json!({"id": "R1", "text": "It shall be.", "priority": "must", "acceptance": ["When asked, it shall be."]});
        match request.task.phase.as_str() {
            "discovery" => {
                let result = json!({"title": "Bench", "summary": "", "features": [feature], "open_questions": []});
                return Ok(call("finish_phase", json!({"result": result})));
            }
            "planning" => {
                let task = json!({"id": "T1", "title": "All", "detail": "", "files": [], "serves": ["R1"]});
                let result = json!({"summary": "All at once.", "tasks": [task], "test_strategy": {"summary": "none", "cases": []},
                    "release": {"kind": "library", "site_dir": null, "how": "Merged."}});
                return Ok(call("finish_phase", json!({"result": result})));
            }
            _ => {}
        }
        let next = {
            let mut said = self.said.lock().unwrap();
            if let Some(asked) = said.1.take() {
                let (tool, _) = self.calls[said.0 - 1];
                self.took.lock().unwrap().push((tool, asked.elapsed()));
            }
            let next = self.calls.get(said.0).cloned();
            said.0 += 1;
            said.1 = Some(Instant::now());
            next
        };
        let Some((tool, arguments)) = next else {
            self.done.notify_one();
            cancel.cancelled().await;
            return Err(ModelError::Cancelled);
        };
        Ok(call(tool, arguments))
    }
}

/// Prints medians, and the search next to git's own.
pub fn overhead_in_a_large_repository() {
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("large");
    make(&project);
    let mut calls = Vec::new();
    for round in 0..ROUNDS {
        let file = format!("folder{:04}/file{:03}.txt", round * 7 % FOLDERS, round % FILES);
        let new = format!("folder{:04}/new{round}.txt", round * 11 % FOLDERS);
        calls.extend([
            ("read_file", json!({"path": file})),
            (
                "edit_file",
                json!({"path": file, "old": "the needle", "new": format!("the needle {round}")}),
            ),
            ("write_file", json!({"path": new, "content": "new\n"})),
            (
                "list_files",
                json!({"path": format!("folder{:04}", round * 13 % FOLDERS)}),
            ),
            ("move_file", json!({"from": new, "to": format!("moved/{round}.txt")})),
            ("delete_file", json!({"path": format!("moved/{round}.txt")})),
        ]);
    }
    calls.extend((0..SEARCHES).map(|_| ("list_files", json!({}))));
    calls.extend((0..SEARCHES).map(|round| ("search", json!({"pattern": format!("number 9999{round}\\b")}))));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let took = runtime.block_on(run(dir.path(), &project, calls));
    println!(
        "a tool call in a repository of {} files, recorded (median, milliseconds)",
        FOLDERS * FILES
    );
    let small = [
        "read_file",
        "edit_file",
        "write_file",
        "list_files",
        "move_file",
        "delete_file",
    ];
    let mut all = Vec::new();
    for tool in small {
        let times = times_of(&took[..took.len() - 2 * SEARCHES], tool);
        println!("{tool:<24}{:>9.2}", median(&times));
        all.extend(times);
    }
    println!("{:<24}{:>9.2}", "all of these", median(&all));
    let outline = median(&times_of(&took[took.len() - 2 * SEARCHES..], "list_files"));
    let search = median(&times_of(&took, "search"));
    println!("{:<24}{outline:>9.2}", "outline of it all");
    for (name, beside) in [("git grep", git_grep(&project)), ("rg", ripgrep(&project))] {
        match beside {
            Some(beside) => println!(
                "{:<24}{search:>9.2}   {name} {beside:.2}, ratio {:.2}",
                "search of it all",
                search / beside
            ),
            None => println!(
                "{:<24}{search:>9.2}   {name} is not on this machine",
                "search of it all"
            ),
        }
    }
}

fn make(project: &Path) {
    for folder in 0..FOLDERS {
        let at = project.join(format!("folder{folder:04}"));
        std::fs::create_dir_all(&at).unwrap();
        for file in 0..FILES {
            let number = folder * FILES + file;
            let text = format!("A file of many.\nIt holds the needle.\nIts number {number} is its own.\n");
            std::fs::write(at.join(format!("file{file:03}.txt")), text).unwrap();
        }
    }
    for arguments in [
        &["init", "-q"][..],
        &["add", "-A"],
        &[
            "-c",
            "user.name=Bench",
            "-c",
            "user.email=bench@localhost",
            "commit",
            "-q",
            "-m",
            "all",
        ],
    ] {
        let done = Command::new("git")
            .arg("-C")
            .arg(project)
            .args(arguments)
            .status()
            .unwrap();
        assert!(done.success());
    }
}

async fn run(dir: &Path, project: &Path, calls: Vec<(&'static str, Value)>) -> Vec<(&'static str, Duration)> {
    let caller = Arc::new(Caller {
        calls,
        said: Mutex::default(),
        took: Mutex::default(),
        done: Notify::new(),
    });
    let engine = Engine::new(EngineConfig {
        store: Store::open(&dir.join("q.db")).unwrap(),
        data: dir.join("data"),
        models: Arc::new(Source(Arc::clone(&caller))),
        limits: Limits::default(),
        sites: SiteHost::ThisProcess,
    });
    let id = engine
        .start_build_from_chat(StartBuild {
            user_id: "mira".to_owned(),
            folder: project.to_owned(),
            brief: "All of it".to_owned(),
            model_id: "caller".to_owned(),
            policy: ApprovalPolicy::HandsOff,
            budget: None,
            language: workflow::Language::default(),
            shown: Vec::new().into(),
            seed: Vec::new(),
            idempotency_key: "tools".to_owned(),
        })
        .await
        .unwrap();
    while load(&engine, &id).workflow.state < State::HandoffToCoder {
        engine.settled(&id).await;
        answer(&engine, &id).await;
    }
    tokio::select! {
        () = caller.done.notified() => {}
        () = engine.settled(&id) => panic!("{:?}", load(&engine, &id).workflow.status),
    }
    engine.cancel(&id, crate::support::person()).await.unwrap();
    engine.settled(&id).await;
    caller.took.lock().unwrap().clone()
}

fn times_of(took: &[(&'static str, Duration)], tool: &str) -> Vec<f64> {
    let of_tool = took.iter().filter(|(name, _)| *name == tool);
    of_tool.map(|(_, took)| took.as_secs_f64() * 1000.0).collect()
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn git_grep(project: &Path) -> Option<f64> {
    timed(project, "git", &["grep", "-n", "-E", "number 99990\\b"])
}

fn ripgrep(project: &Path) -> Option<f64> {
    timed(project, "rg", &["-n", "number 99990\\b"])
}

fn timed(project: &Path, program: &str, arguments: &[&str]) -> Option<f64> {
    let mut times = Vec::new();
    for _ in 0..SEARCHES {
        let begun = Instant::now();
        let output = Command::new(program)
            .args(arguments)
            .current_dir(project)
            .output()
            .ok()?;
        assert!(!output.stdout.is_empty(), "{program} finds it, too");
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Some(median(&times))
}
