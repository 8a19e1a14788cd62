//! What the engine itself costs in a practice build: wall time without child processes and the model, per phase.

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Engine, EngineConfig, Limits, ModelSource, Notice, ServiceError, SiteHost, StartBuild};
use models::{Model, Pace, PracticeModel, samples};
use store::{Store, role_runs, workflows};
use workflow::{ApprovalPolicy, Role, RunStatus, Standstill, State};
use workspace::child_time;

use crate::support::person;

const BUILDS: usize = 5;

struct Practice;

impl ModelSource for Practice {
    fn models(&self, _: &str, _: Role) -> Result<Vec<Arc<dyn Model>>, Standstill> {
        Ok(vec![Arc::new(PracticeModel::new(Pace::Instant))])
    }
}

/// Wall, child and model time of one state, in milliseconds.
#[derive(Clone, Copy, Default)]
struct Spent {
    wall: f64,
    children: f64,
    model: f64,
}

/// Prints a table of medians over a few builds.
pub fn overhead_per_phase() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let runs: Vec<Vec<(State, Spent)>> = (0..BUILDS).map(|_| runtime.block_on(one_build())).collect();
    println!("a practice build, phase by phase (median of {BUILDS} builds, milliseconds)");
    println!(
        "{:<24}{:>9}{:>11}{:>8}{:>9}",
        "state", "wall", "children", "model", "engine"
    );
    let mut total = Spent::default();
    for state in State::ALL.into_iter().filter(|state| *state != State::Complete) {
        let of = |pick: fn(&Spent) -> f64| {
            let mut all: Vec<f64> = runs
                .iter()
                .flatten()
                .filter(|(s, _)| *s == state)
                .map(|(_, spent)| pick(spent))
                .collect();
            all.sort_by(f64::total_cmp);
            all.get(all.len() / 2).copied().unwrap_or_default()
        };
        let spent = Spent {
            wall: of(|s| s.wall),
            children: of(|s| s.children),
            model: of(|s| s.model),
        };
        print(state.wire(), spent);
        total = Spent {
            wall: total.wall + spent.wall,
            children: total.children + spent.children,
            model: total.model + spent.model,
        };
    }
    print("all", total);
    println!(
        "the engine's own share: {:.1} %",
        (total.wall - total.children - total.model) / total.wall * 100.0
    );
}

fn print(name: &str, spent: Spent) {
    let own = (spent.wall - spent.children - spent.model).max(0.0);
    println!(
        "{name:<24}{:>9.1}{:>11.1}{:>8.1}{own:>9.1}",
        spent.wall, spent.children, spent.model
    );
}

async fn one_build() -> Vec<(State, Spent)> {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("q.db")).unwrap();
    let engine = Engine::new(EngineConfig {
        store,
        data: dir.path().join("data"),
        models: Arc::new(Practice),
        limits: Limits::default(),
        sites: SiteHost::ThisProcess,
    });
    let mut notices = engine.publisher().subscribe();
    let mut clock = Clock {
        at: State::Discovery,
        begun: Instant::now(),
        children: child_time(),
        spent: Vec::new(),
    };
    let id = engine
        .start_build_from_chat(StartBuild {
            user_id: "mira".to_owned(),
            folder: dir.path().join("tips"),
            brief: samples()[0].brief.to_owned(),
            model_id: "practice".to_owned(),
            policy: ApprovalPolicy::HandsOff,
            budget: None,
            language: workflow::Language::default(),
            shown: Vec::new().into(),
            seed: Vec::new(),
            idempotency_key: "bench".to_owned(),
        })
        .await
        .unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let row = load(&engine, &id);
        clock.see(row.workflow.state);
        if row.workflow.status == RunStatus::Complete {
            break;
        }
        assert!(
            Instant::now() < end,
            "the build does not end: {:?}",
            row.workflow.status
        );
        tokio::select! {
            () = engine.settled(&id) => answer(&engine, &id).await,
            notice = notices.recv() => drop::<Result<Notice, _>>(notice),
        }
    }
    let read = id.clone();
    let runs = engine
        .service()
        .store()
        .read(move |db| Ok::<_, ServiceError>(role_runs::of_workflow(db, &read)?))
        .unwrap();
    for (state, spent) in &mut clock.spent {
        spent.model = runs
            .iter()
            .filter(|run| run.phase == state.wire())
            .map(|run| f64::from(run.model_ms))
            .sum();
    }
    clock.spent
}

struct Clock {
    at: State,
    begun: Instant,
    children: Duration,
    spent: Vec<(State, Spent)>,
}

impl Clock {
    fn see(&mut self, state: State) {
        if state == self.at {
            return;
        }
        let children = child_time();
        let spent = Spent {
            wall: self.begun.elapsed().as_secs_f64() * 1000.0,
            children: (children - self.children).as_secs_f64() * 1000.0,
            model: 0.0,
        };
        self.spent.push((self.at, spent));
        (self.at, self.begun, self.children) = (state, Instant::now(), children);
    }
}

pub fn load(engine: &Engine, id: &str) -> workflows::WorkflowRow {
    let id = id.to_owned();
    engine
        .service()
        .store()
        .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &id)?))
        .unwrap()
}

/// The person at once answers what is asked, and clicks as soon as there is a plan.
pub async fn answer(engine: &Engine, id: &str) {
    let row = load(engine, id);
    if row.workflow.status == RunStatus::Complete {
        return;
    }
    assert_eq!(row.workflow.status, RunStatus::Active);
    if row.workflow.phases.planning.is_some() && row.workflow.state == State::Planning {
        engine
            .ready_to_build(id, person(), row.workflow.plan_revision)
            .await
            .unwrap();
    } else if row.workflow.state == State::Discovery {
        engine
            .send_message(id, "Show cents", Vec::new(), &store::new_id())
            .unwrap();
    }
}
