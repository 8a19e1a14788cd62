//! An engine with a folder of its own, and models that tests bring along.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use engine::{Engine, EngineConfig, Limits, ModelSource, ServiceError, SiteHost, StartBuild};
use models::{Model, samples};
use store::workflows::{self, WorkflowRow};
use store::{Store, messages};
use tempfile::TempDir;
use workflow::{Actor, ApprovalPolicy, NextAction, Role, Standstill};

pub struct Desk {
    pub folder: TempDir,
    pub engine: Engine,
    pub models: Arc<Models>,
}

/// The model of each role; a role without one has none.
#[derive(Default)]
pub struct Models(Mutex<HashMap<Role, Arc<dyn Model>>>);

impl Models {
    pub fn set(&self, role: Role, model: Option<Arc<dyn Model>>) {
        let mut all = self.0.lock().unwrap();
        match model {
            Some(model) => all.insert(role, model),
            None => all.remove(&role),
        };
    }
}

impl ModelSource for Models {
    fn models(&self, _: &str, role: Role) -> Result<Vec<Arc<dyn Model>>, Standstill> {
        let model = self.0.lock().unwrap().get(&role).cloned();
        model.map(|model| vec![model]).ok_or_else(|| Standstill {
            code: "no_model".to_owned(),
            reason: "The model is gone.".to_owned(),
            next_action: NextAction::ConnectModel,
            facts: None,
            pending_return: None,
        })
    }
}

pub fn person() -> Actor {
    Actor::Person("mira".to_owned())
}

impl Desk {
    pub fn with(model: Arc<dyn Model>) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let models = Arc::new(Models::default());
        for role in Role::ALL {
            models.set(role, Some(Arc::clone(&model)));
        }
        let engine = Engine::new(EngineConfig {
            store: Store::open(&folder.path().join("data").join("q-assistant.db")).unwrap(),
            data: folder.path().join("data"),
            models: Arc::clone(&models) as Arc<dyn ModelSource>,
            limits: Limits::default(),
            sites: SiteHost::ThisProcess,
        });
        Desk { folder, engine, models }
    }

    /// Starts a sample and waits until somebody is awaited.
    pub async fn start(&self, sample: &str) -> String {
        let sample = samples().iter().find(|known| known.id == sample).unwrap();
        let seed = sample.seed.iter();
        let start = StartBuild {
            user_id: "mira".to_owned(),
            folder: self.folder.path().join("project"),
            brief: sample.brief.to_owned(),
            model_id: "m1".to_owned(),
            policy: ApprovalPolicy::EveryHandoff,
            budget: None,
            // What is spoken is told to the roles: a replay has to tell them the same.
            language: workflow::Language::German,
            shown: Vec::new().into(),
            seed: seed
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
            idempotency_key: store::new_id(),
        };
        let id = self.engine.start_build_from_chat(start).await.unwrap();
        self.engine.settled(&id).await;
        id
    }

    pub fn row(&self, id: &str) -> WorkflowRow {
        let id = id.to_owned();
        let store = self.engine.service().store();
        store
            .read(move |db| Ok::<_, ServiceError>(workflows::get(db, &id)?))
            .unwrap()
    }

    pub async fn ready(&self, id: &str) {
        let revision = self.row(id).workflow.plan_revision;
        self.engine.ready_to_build(id, person(), revision).await.unwrap();
        self.engine.settled(id).await;
    }

    pub async fn approve(&self, id: &str) {
        let open = self.row(id).workflow.open_handoff.clone().expect("a handoff waits");
        self.engine
            .approve_handoff(id, person(), &open.id, open.pin, false)
            .unwrap();
        self.engine.settled(id).await;
    }

    /// What was said, by whom.
    pub fn said(&self, id: &str) -> Vec<(String, String)> {
        let id = id.to_owned();
        let store = self.engine.service().store();
        let all = store
            .read(move |db| Ok::<_, ServiceError>(messages::of_workflow(db, &id)?))
            .unwrap();
        all.into_iter().map(|message| (message.author, message.text)).collect()
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}
