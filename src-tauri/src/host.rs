//! Putting the program together: store, settings, models, engine. The window and the command line start from the same place.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use engine::{Engine, EngineConfig, Limits, ModelSource, SiteHost};
use models::prices::Table;
use models::{Connection, Endpoint, Model, Pace, Patience, PracticeModel, Price};
use store::{Store, StoreError};
use workflow::{Actor, NextAction, Role, Standstill};

use crate::dto::{ModelSetting, Settings};
use crate::keys::Keys;
use crate::settings::PRACTICE;

/// The models of the person's settings.
pub struct ConfiguredModels {
    settings: RwLock<Settings>,
    keys: Arc<Keys>,
    pace: Pace,
    /// A table that the person keeps.
    prices: Option<Table>,
}

impl ConfiguredModels {
    #[must_use]
    pub fn new(data: &Path, keys: Arc<Keys>, pace: Pace) -> ConfiguredModels {
        ConfiguredModels {
            settings: RwLock::new(Settings::read(data)),
            keys,
            pace,
            prices: persons_prices(data),
        }
    }

    /// The settings as they are now.
    pub fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn replace(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// The id of the model of that id or name, if there is one.
    #[must_use]
    pub fn find(&self, asked: &str) -> Option<String> {
        if asked == PRACTICE {
            return Some(PRACTICE.to_owned());
        }
        self.settings()
            .models
            .into_iter()
            .find(|m| m.id == asked || m.name == asked)
            .map(|m| m.id)
    }

    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }
}

impl ModelSource for ConfiguredModels {
    fn models(&self, build_model_id: &str, role: Role) -> Result<Vec<Arc<dyn Model>>, Standstill> {
        let settings = self.settings();
        let own = settings.role_models.into_iter().find(|own| own.role == role.into());
        let (chosen, fallback) = own.map_or((None, None), |own| (own.model_id, own.fallback_id));
        let first = chosen.unwrap_or_else(|| build_model_id.to_owned());
        let mut models = vec![self.model(&first)?];
        // A fallback that is gone is no reason to stand still before it is needed.
        models.extend(fallback.filter(|id| *id != first).and_then(|id| self.model(&id).ok()));
        Ok(models)
    }

    fn secrets(&self) -> Vec<String> {
        self.keys.in_use()
    }
}

impl ConfiguredModels {
    fn model(&self, id: &str) -> Result<Arc<dyn Model>, Standstill> {
        if id == PRACTICE {
            return Ok(Arc::new(PracticeModel::new(self.pace)));
        }
        let blocked = |code: &str, reason: String| Standstill {
            code: code.to_owned(),
            reason,
            facts: None,
            next_action: NextAction::ConnectModel,
            pending_return: None,
        };
        let Some(setting) = self.settings().models.into_iter().find(|model| model.id == id) else {
            return Err(blocked(
                "no_model",
                "The model of this build is no longer connected. Connect one to go on.".to_owned(),
            ));
        };
        match Endpoint::new(self.connection(setting)) {
            Ok(endpoint) => Ok(Arc::new(endpoint)),
            Err(error) => Err(blocked("model_unreachable", error.to_string())),
        }
    }

    /// The connection of a setting, with its key.
    #[must_use]
    pub fn connection(&self, setting: ModelSetting) -> Connection {
        let own = setting.price.map(|own| Price::simple(own.input, own.output));
        let kind = models::Kind::from(setting.kind);
        let price = own
            .or_else(|| self.prices.as_ref()?.price(kind, &setting.model))
            .or_else(|| models::prices::known(kind, &setting.model));
        Connection {
            key: if setting.has_key {
                self.keys.get(&setting.id)
            } else {
                None
            },
            name: setting.name,
            kind: setting.kind.into(),
            base_url: setting.base_url,
            model: setting.model,
            tools: setting.tools.into(),
            patience: Patience::of(setting.kind.into()),
            price,
        }
    }
}

/// The person's own table of prices, where there is one that can be read.
fn persons_prices(data: &Path) -> Option<Table> {
    let text = std::fs::read_to_string(data.join("prices.json")).ok()?;
    models::prices::read(&text)
        .inspect_err(|why| tracing::warn!(why, "prices.json of the data folder cannot be read"))
        .ok()
}

/// The database of a data folder.
#[must_use]
pub fn database(data: &Path) -> PathBuf {
    data.join("q-assistant.db")
}

/// The engine over a data folder.
///
/// # Errors
/// A database that must not be touched.
pub fn engine(data: &Path, models: Arc<ConfiguredModels>, sites: SiteHost) -> Result<Engine, StoreError> {
    let store = Store::open(&database(data))?;
    let limits = limits(&models.settings());
    Ok(Engine::new(EngineConfig {
        store,
        data: data.to_owned(),
        models,
        limits,
        sites,
    }))
}

/// The limits that the settings name.
#[must_use]
pub fn limits(settings: &Settings) -> Limits {
    Limits {
        max_retries: u32::try_from(settings.max_retries).unwrap_or(3),
        phase_timeout: Duration::from_secs(u64::try_from(settings.phase_timeout_seconds).unwrap_or(3600)),
        model_tries: u32::try_from(settings.model_tries).unwrap_or(5),
        ..Limits::default()
    }
}

/// How long a program that is still closing is waited for.
const CLOSING: Duration = Duration::from_secs(3);

/// Only one program carries out the builds of a data folder: two would run the same role twice. One that was just closed may still
/// be ending its commands, so it is given a moment.
///
/// # Errors
/// A sentence for the person when another one does, or the folder cannot be written.
pub fn lock(data: &Path) -> Result<std::fs::File, String> {
    std::fs::create_dir_all(data)
        .map_err(|error| format!("The data folder {} cannot be made: {error}", data.display()))?;
    let file = std::fs::File::create(data.join("engine.lock"))
        .map_err(|error| format!("The data folder {} cannot be written: {error}", data.display()))?;
    let end = Instant::now() + CLOSING;
    while file.try_lock().is_err() {
        if Instant::now() > end {
            return Err(format!(
                "Q Assistant is already at work with the data folder {}. Close it, or name another one with --data.",
                data.display()
            ));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(file)
}

/// The person at this machine, as the audit trail names them.
#[must_use]
pub fn person() -> Actor {
    Actor::Person(user())
}

#[must_use]
pub fn user() -> String {
    std::env::var("USER")
        .or_else(|_| std::env::var("USERNAME"))
        .unwrap_or_else(|_| "person".to_owned())
}

/// Days for which logs are kept.
const LOG_DAYS: usize = 7;

/// Logs to a file a day in the data folder, at LOG_LEVEL. The terminal stays the person's: what they need to hear is said there
/// as a sentence. The model library's own log is left out, because it prints what endpoints answer.
pub fn start_logging(data: &Path) {
    let level = std::env::var("LOG_LEVEL").unwrap_or_else(|_| "info".to_owned());
    let quiet = "genai=off,hyper=warn,reqwest=warn,tao=warn,wry=warn,zbus=warn";
    let filter = tracing_subscriber::EnvFilter::try_new(format!("{level},{quiet}")).unwrap_or_default();
    let folder = data.join("logs");
    // The appender looks for old files before it makes the folder, and complains.
    let _ = std::fs::create_dir_all(&folder);
    let file = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("q-assistant")
        .filename_suffix("log")
        .max_log_files(LOG_DAYS)
        .build(folder);
    // A folder that cannot be written is said where it is first needed; it is no reason not to start.
    if let Ok(file) = file {
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(std::sync::Mutex::new(file))
            .try_init();
    }
}
