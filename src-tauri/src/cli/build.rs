//! Commands that carry builds out: `build`, `resume`, `retry`, `rollback`.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use engine::{Changed, Engine, Notice, ServiceError, SiteHost, StartBuild};
use models::Pace;
use store::workflows::{self, WorkflowRow};
use store::{events, messages, releases, remarks};
use workflow::{ApprovalPolicy, Request, RunStatus, State};

use super::show::{pick, print_json};
use super::{Approve, FAILED, LIVE, Stop, print};
use crate::dto::{Budget, BudgetUnit};
use crate::host::{self, ConfiguredModels, person, user};
use crate::settings::PRACTICE;

#[derive(Debug, Args)]
pub struct BuildArgs {
    /// The project's folder; a new one is made.
    #[arg(long, value_name = "DIR")]
    pub project: PathBuf,
    /// A file with what is wanted, or - for the standard input.
    #[arg(long, value_name = "FILE")]
    pub brief: String,
    /// The practice model, or the name of a connected one.
    #[arg(long, default_value = PRACTICE)]
    pub model: String,
    #[arg(long, value_enum, default_value = "every")]
    pub approve: Approve,
    /// How the project's tests are run; without it the command is found from what lies in the project.
    #[arg(long, value_name = "COMMAND")]
    pub test_command: Option<String>,
    /// A picture that goes with the brief; may be named several times.
    #[arg(long, value_name = "FILE")]
    pub image: Vec<PathBuf>,
    #[command(flatten)]
    pub budget: BudgetArgs,
    /// Events as JSON lines.
    #[arg(long)]
    pub json: bool,
}

/// What the models of a build may use.
#[derive(Debug, Args)]
pub struct BudgetArgs {
    /// The most that the build may cost, in US dollars; without it, as the settings say.
    #[arg(long, value_name = "DOLLARS", value_parser = dollars, conflicts_with = "budget_tokens")]
    pub budget: Option<f64>,
    /// The most tokens that it may use, in and out.
    #[arg(long, value_name = "TOKENS")]
    pub budget_tokens: Option<u32>,
}

/// An amount of dollars that a build may cost.
fn dollars(text: &str) -> Result<f64, String> {
    let amount: f64 = text
        .trim_start_matches('$')
        .parse()
        .map_err(|_| "is no amount of dollars")?;
    if (0.01..=1_000_000.0).contains(&amount) {
        Ok(amount)
    } else {
        Err("is no budget: it is at least a cent, and a million dollars at most".to_owned())
    }
}

impl BudgetArgs {
    fn asked(&self) -> Option<workflow::Budget> {
        let dollars = self.budget.map(|amount| (BudgetUnit::Dollars, amount));
        let tokens = self.budget_tokens.map(|amount| (BudgetUnit::Tokens, f64::from(amount)));
        dollars.or(tokens).map(|(unit, amount)| Budget { unit, amount }.into())
    }
}

#[derive(Debug, Args)]
pub struct ResumeArgs {
    pub workflow: Option<String>,
    /// More, where the build stands still for its budget.
    #[command(flatten)]
    pub budget: BudgetArgs,
    /// Which handoffs are asked from now on; without it, as before.
    #[arg(long, value_enum)]
    pub approve: Option<Approve>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RetryArgs {
    pub workflow: Option<String>,
    /// The state that the work goes back to; without it a blocked build tries the same phase again.
    #[arg(long, value_name = "STATE")]
    pub to: Option<String>,
    #[arg(long, default_value = "Asked for on the command line.")]
    pub reason: String,
    /// Which handoffs are asked from now on; without it, as before.
    #[arg(long, value_enum)]
    pub approve: Option<Approve>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RollbackArgs {
    pub workflow: Option<String>,
    /// The phase that everything goes back to.
    #[arg(long, value_name = "STATE")]
    pub to: String,
    #[arg(long, default_value = "Asked for on the command line.")]
    pub reason: String,
    #[arg(long)]
    pub json: bool,
}

/// An engine that no other program shares the data folder with.
struct Session {
    engine: Engine,
    models: Arc<ConfiguredModels>,
    _lock: std::fs::File,
}

fn session(data: &Path) -> Result<Session, Stop> {
    let lock = host::lock(data).map_err(Stop::failed)?;
    host::start_logging(data);
    let models = Arc::new(ConfiguredModels::new(data, Arc::default(), Pace::Instant));
    let program = std::env::current_exe().map_err(|error| Stop::failed(error.to_string()))?;
    let engine = host::engine(data, Arc::clone(&models), SiteHost::Spawn(program))
        .map_err(|error| Stop::failed(error.to_string()))?;
    engine.clear_left_over()?;
    Ok(Session {
        engine,
        models,
        _lock: lock,
    })
}

const fn policy(approve: Approve) -> ApprovalPolicy {
    match approve {
        Approve::Every => ApprovalPolicy::EveryHandoff,
        Approve::Release => ApprovalPolicy::BeforeRelease,
        Approve::All => ApprovalPolicy::HandsOff,
    }
}

pub(super) async fn build(data: &Path, args: BuildArgs) -> Result<u8, Stop> {
    let brief = read_brief(&args.brief)?;
    let session = session(data)?;
    let Some(model_id) = session.models.find(&args.model) else {
        return Err(Stop::usage(format!(
            "There is no model named {} in {}. Connect it in the window's settings first.",
            args.model,
            data.join(crate::settings::FILE).display()
        )));
    };
    let seed = models::sample_of(&brief).map(|sample| sample.seed).unwrap_or_default();
    let id = session
        .engine
        .start_build_from_chat(StartBuild {
            user_id: user(),
            folder: std::path::absolute(&args.project).unwrap_or(args.project),
            brief,
            model_id,
            policy: policy(args.approve),
            budget: args.budget.asked().or(session.models.settings().budget.map(Into::into)),
            language: session.models.settings().speaks(),
            shown: read_pictures(&args.image)?.into(),
            seed: seed
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
            idempotency_key: store::new_id(),
        })
        .await?;
    if let Some(command) = args.test_command {
        session.engine.set_test_command(&id, person(), &command)?;
    }
    see_through(&session.engine, &id, args.json).await
}

fn read_brief(from: &str) -> Result<String, Stop> {
    // A byte more than may be said, so that too much is noticed; what never ends does.
    let most = engine::service::MAX_MESSAGE_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let read = if from == "-" {
        std::io::stdin().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(from).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|error| Stop::usage(format!("The brief {from} cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|_| Stop::usage(format!("The brief {from} is not text.")))
}

fn read_pictures(files: &[PathBuf]) -> Result<Vec<store::images::Image>, Stop> {
    let most = engine::pictures::MAX_IMAGE_BYTES as u64 + 1;
    let read = |file: &PathBuf| {
        let mut bytes = Vec::new();
        // What is no file (a pipe, a device) might never end, or never begin.
        if !std::fs::metadata(file).is_ok_and(|found| found.is_file()) {
            return Err(Stop::usage(format!("The picture {} is not a file.", file.display())));
        }
        std::fs::File::open(file)
            .and_then(|open| open.take(most).read_to_end(&mut bytes))
            .map_err(|error| Stop::usage(format!("The picture {} cannot be read: {error}", file.display())))?;
        Ok(bytes)
    };
    let pictures = files.iter().map(read).collect::<Result<Vec<_>, Stop>>()?;
    engine::pictures::accept(pictures).map_err(|error| Stop::usage(error.to_string()))
}

pub(super) async fn resume(data: &Path, args: ResumeArgs) -> Result<u8, Stop> {
    let session = session(data)?;
    let id = pick(session.engine.service(), args.workflow.as_deref())?;
    set_policy(&session.engine, &id, args.approve)?;
    if let Some(budget) = args.budget.asked() {
        session.engine.set_budget(&id, person(), Some(budget))?;
    }
    session.engine.resume_all().await?;
    session.engine.go_on_with(&id, Request::Resume { by: person() })?;
    see_through(&session.engine, &id, args.json).await
}

pub(super) async fn retry(data: &Path, args: RetryArgs) -> Result<u8, Stop> {
    let session = session(data)?;
    let id = pick(session.engine.service(), args.workflow.as_deref())?;
    match &args.to {
        None => session.engine.go_on_with(&id, Request::Resume { by: person() })?,
        Some(name) => {
            let target = State::from_wire(name).ok_or_else(|| Stop::usage(format!("There is no state {name}.")))?;
            session
                .engine
                .request_retry(&id, person(), &args.reason, Some(target))?;
        }
    }
    // After the work went back: an open handoff is what it went back from, and not to be waved through.
    set_policy(&session.engine, &id, args.approve)?;
    see_through(&session.engine, &id, args.json).await
}

fn set_policy(engine: &Engine, id: &str, approve: Option<Approve>) -> Result<(), Stop> {
    let Some(approve) = approve else { return Ok(()) };
    let by = person();
    let policy = policy(approve);
    Ok(engine
        .service()
        .request(id, Request::SetPolicy { by, policy })
        .map(|_| ())?)
}

pub(super) async fn rollback(data: &Path, args: RollbackArgs) -> Result<u8, Stop> {
    let session = session(data)?;
    let id = pick(session.engine.service(), args.workflow.as_deref())?;
    let target = State::from_wire(&args.to).ok_or_else(|| Stop::usage(format!("There is no state {}.", args.to)))?;
    session
        .engine
        .rollback_workflow(&id, person(), target, &args.reason)
        .await?;
    session.engine.settled(&id).await;
    let status = session.engine.service().get_workflow_status(&id)?;
    if let Some(standstill) = &status.standstill {
        return Err(Stop::failed(standstill.reason.clone()));
    }
    if args.json {
        print_json(&status)?;
    } else {
        print(format_args!("Back in {}. Resume it to go on.", status.current_state));
    }
    Ok(LIVE)
}

/// How often Q Assistant is told to choose by itself: a model that is not content with that would ask, and cost, for ever.
const ANSWERS: u32 = 8;

/// Goes with a build until it is live, or stands still.
async fn see_through(engine: &Engine, id: &str, json: bool) -> Result<u8, Stop> {
    let mut printer = Printer {
        json,
        events: 0,
        messages: 0,
    };
    let mut notices = engine.publisher().subscribe();
    let mut answers = 0;
    loop {
        loop {
            tokio::select! {
                () = engine.settled(id) => break,
                notice = notices.recv() => {
                    match notice {
                        Ok(Notice::Changed { what, .. }) if what.contains(&Changed::Build) || what.contains(&Changed::Conversation) => {
                            printer.print_new(engine, id)?;
                        }
                        Ok(Notice::ModelWait { why, seconds, .. }) => say_wait(&why, seconds),
                        Ok(_) | Err(_) => {}
                    }
                }
            }
        }
        printer.print_new(engine, id)?;
        let row = load(engine, id)?;
        match &row.workflow.status {
            RunStatus::Complete => {
                announce(engine, &row, json)?;
                return Ok(LIVE);
            }
            RunStatus::Blocked(standstill) => return Err(Stop::failed(standstill.reason.clone())),
            RunStatus::Paused => return Err(Stop::failed("The build is paused. Resume it to go on.")),
            RunStatus::Cancelled => {
                return Err(Stop {
                    code: FAILED,
                    what: "The build was cancelled.".to_owned(),
                });
            }
            RunStatus::AwaitingApproval => ask_approval(engine, &row)?,
            RunStatus::Active => {
                answers += 1;
                if answers > ANSWERS {
                    return Err(Stop::failed(
                        "Q Assistant goes on asking, and nobody answers here. The conversation is kept: open the window and \
                         answer it there.",
                    ));
                }
                answer(engine, &row).await?;
            }
        }
    }
}

/// A wait is news for the person, and not part of what a script reads.
fn say_wait(why: &str, seconds: u64) {
    let _ = writeln!(std::io::stderr(), "{why} It is asked again in {} s.", seconds.max(1));
}

fn load(engine: &Engine, id: &str) -> Result<WorkflowRow, Stop> {
    let id = id.to_owned();
    Ok(engine
        .service()
        .store()
        .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &id)?))?)
}

/// Discovery waits for an answer, or planning for the click.
async fn answer(engine: &Engine, row: &WorkflowRow) -> Result<(), Stop> {
    let id = &row.workflow.id;
    let asks = row.workflow.policy == ApprovalPolicy::EveryHandoff;
    if row.workflow.state == State::Planning && row.workflow.phases.planning.is_some() {
        if asks && !yes("Ready to Build? [y/n] ")? {
            return Err(Stop::failed("Not built. The plan is kept; resume it to go on."));
        }
        return Ok(engine.ready_to_build(id, person(), row.workflow.plan_revision).await?);
    }
    let text = if asks && std::io::stdin().is_terminal() {
        line("> ")?
    } else {
        "Choose what you think best, and write it down as a requirement.".to_owned()
    };
    engine.send_message(id, &text, Vec::new(), &store::new_id())?;
    Ok(())
}

fn ask_approval(engine: &Engine, row: &WorkflowRow) -> Result<(), Stop> {
    let Some(open) = &row.workflow.open_handoff else {
        return Err(Stop::failed("The build waits for an approval that is not there."));
    };
    let (from, to) = (open.handoff.from_role().title(), open.handoff.to_role().title());
    let handoff_id = open.id.clone();
    let remark = engine
        .service()
        .store()
        .read(move |db| Ok::<_, ServiceError>(remarks::of(db, &handoff_id)?))?;
    if let Some(remark) = remark.filter(|text| !text.is_empty()) {
        print(format_args!("{:<22} {}", "q_assistant thinks", harmless(&remark)));
    }
    let tree: String = open.pin.tree_hash.chars().take(7).collect();
    if yes(&format!("{from} hands over to {to} (tree {tree}). Approve? [y/n] "))? {
        return Ok(engine.approve_handoff(&row.workflow.id, person(), &open.id, open.pin.clone(), false)?);
    }
    let reason = line("What should change? ")?;
    Ok(engine.request_retry(&row.workflow.id, person(), &reason, None)?)
}

fn yes(question: &str) -> Result<bool, Stop> {
    Ok(line(question)?.trim().to_lowercase().starts_with('y'))
}

fn line(question: &str) -> Result<String, Stop> {
    let mut stderr = std::io::stderr();
    let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
    let mut text = String::new();
    match std::io::stdin().lock().read_line(&mut text) {
        Ok(0) | Err(_) => Err(Stop::failed(
            "\nThe build waits for you, and nobody answers here. Resume it on a terminal, or with --approve all.",
        )),
        Ok(_) => Ok(text.trim().to_owned()),
    }
}

fn announce(engine: &Engine, row: &WorkflowRow, json: bool) -> Result<(), Stop> {
    let id = row.workflow.id.clone();
    let newest = engine
        .service()
        .store()
        .read(move |db| Ok::<_, ServiceError>(releases::newest(db, &id)?))?;
    let url = row.workflow.evidence.release.as_ref().and_then(|r| r.url.clone());
    if json {
        let probe = newest.map(|r| r.probe);
        return print_json(
            &serde_json::json!({"event_type": "live", "workflow_id": row.workflow.id, "url": url, "probe": probe}),
        );
    }
    print(format_args!("Your build is live!"));
    if let Some(url) = url {
        print(format_args!("{url}"));
    } else if let Some(release) = newest {
        print(format_args!("{} on {}", release.tag, release.onto));
    }
    Ok(())
}

/// What a model says, without what would steer the terminal.
fn harmless(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\n' | '\t' => letter.to_string(),
        letter if letter.is_control() => letter.escape_default().to_string(),
        letter => letter.to_string(),
    };
    text.chars().map(shown).collect()
}

/// Ends a build for good; what a release of it left is taken back.
pub(super) async fn cancel(data: &Path, args: &super::show::One) -> Result<u8, Stop> {
    let session = session(data)?;
    let id = pick(session.engine.service(), args.workflow.as_deref())?;
    session.engine.cancel(&id, person()).await?;
    session.engine.settled(&id).await;
    let status = session.engine.service().get_workflow_status(&id)?;
    if args.json {
        print_json(&status)?;
    } else {
        print("Cancelled. What was said, planned and committed is kept.");
    }
    Ok(LIVE)
}

/// Prints what is new since the last time.
struct Printer {
    json: bool,
    events: u32,
    messages: u32,
}

impl Printer {
    fn print_new(&mut self, engine: &Engine, id: &str) -> Result<(), Stop> {
        let id = id.to_owned();
        let (events, said) = engine.service().store().read(move |db| {
            Ok::<_, ServiceError>((events::of_workflow(db, &id)?, messages::all_of_workflow(db, &id)?))
        })?;
        if self.json {
            for event in events.iter().filter(|event| event.seq > self.events) {
                print_json(event)?;
            }
        } else {
            for message in said.iter().filter(|m| m.seq > self.messages && m.author != "you") {
                print(format_args!("{:<22} {}", message.author, harmless(&message.text)));
            }
        }
        self.events = events.last().map_or(self.events, |event| event.seq);
        self.messages = said.last().map_or(self.messages, |message| message.seq);
        Ok(())
    }
}
