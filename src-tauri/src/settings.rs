//! The person's settings: a JSON file that the window writes through its store and the command line only reads.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use workflow::Language;

use crate::dto::{
    ApprovalPolicy, DesktopSettings, Graphics, LanguageChoice, Settings, SpeechBy, SpeechServer, Theme, VoiceSettings,
};

/// The file in the data folder, and the one key in it.
pub const FILE: &str = "settings.json";
pub const KEY: &str = "settings";
/// How small and how large the window's content may be drawn, in percent.
pub const ZOOM: std::ops::RangeInclusive<i32> = 80..=200;
/// Id of the model that needs no connection.
pub const PRACTICE: &str = "practice";

impl Settings {
    /// What holds before anything was set: environment over default, under their first names.
    #[must_use]
    pub fn first() -> Settings {
        let from_env = |name: &str, default: i32| {
            std::env::var(name)
                .ok()
                .and_then(|text| text.parse().ok())
                .filter(|n| *n > 0)
                .unwrap_or(default)
        };
        Settings {
            theme: Theme::System,
            language: LanguageChoice::System,
            high_contrast: false,
            zoom: 100,
            policy: ApprovalPolicy::EveryHandoff,
            max_retries: from_env("WORKFLOW_MAX_RETRIES", 3),
            phase_timeout_seconds: from_env("WORKFLOW_TIMEOUT", 3600),
            notifications: true,
            builds_folder: builds_folder().to_string_lossy().into_owned(),
            default_model: PRACTICE.to_owned(),
            models: Vec::new(),
            role_models: Vec::new(),
            model_tries: 5,
            budget: None,
            voice: first_voice(),
            desktop: first_desktop(),
            daily_backups: true,
            backup_folder: None,
        }
    }

    /// What is spoken with the person.
    #[must_use]
    pub fn speaks(&self) -> Language {
        match self.language {
            LanguageChoice::System => systems_language(),
            LanguageChoice::English => Language::English,
            LanguageChoice::German => Language::German,
            LanguageChoice::Spanish => Language::Spanish,
        }
    }

    /// What the person calls the model of that id; one that is no longer connected keeps its id.
    #[must_use]
    pub fn model_name(&self, id: &str) -> String {
        let connected = self.models.iter().find(|model| model.id == id);
        connected.map_or_else(|| id.to_owned(), |model| model.name.clone())
    }

    /// Settings out of the stored JSON value; what is missing or unreadable in it falls back, field by field. The environment
    /// goes before the file.
    #[must_use]
    pub fn from_json(stored: Option<&serde_json::Value>) -> Settings {
        let first = Settings::first();
        let Some(serde_json::Value::Object(stored)) = stored else {
            return first;
        };
        let mut merged = serde_json::to_value(&first).unwrap_or_default();
        for (name, value) in stored {
            let before = merged.clone();
            if let Some(slot) = merged.get_mut(name) {
                *slot = value.clone();
                if name == "models" {
                    complete_models(slot);
                } else if name == "voice" {
                    complete::<VoiceSettings>(slot, &before["voice"]);
                } else if name == "desktop" {
                    complete::<DesktopSettings>(slot, &before["desktop"]);
                }
            }
            if serde_json::from_value::<Settings>(merged.clone()).is_err() {
                merged = before;
            }
        }
        let mut settings: Settings = serde_json::from_value(merged).unwrap_or_else(|_| first.clone());
        settings = settings.within_bounds();
        if std::env::var_os("WORKFLOW_MAX_RETRIES").is_some() {
            settings.max_retries = first.max_retries;
        }
        if std::env::var_os("WORKFLOW_TIMEOUT").is_some() {
            settings.phase_timeout_seconds = first.phase_timeout_seconds;
        }
        settings
    }

    /// What a file or a field may say and nobody could mean.
    #[must_use]
    pub fn within_bounds(mut self) -> Settings {
        self.max_retries = self.max_retries.clamp(1, 20);
        self.phase_timeout_seconds = self.phase_timeout_seconds.clamp(10, 24 * 3600);
        self.model_tries = self.model_tries.clamp(1, 20);
        self.zoom = self.zoom.clamp(*ZOOM.start(), *ZOOM.end());
        self.voice = self.voice.within_bounds();
        self.desktop.update_address = self.desktop.update_address.trim().to_owned();
        self
    }

    /// Reads the file of a data folder; the first settings where there is none, and where it is damaged: then it is kept beside, so that
    /// the next change does not write over what may still be read by a person.
    #[must_use]
    pub fn read(data: &Path) -> Settings {
        let file = data.join(FILE);
        let Ok(text) = std::fs::read(&file) else {
            return Settings::from_json(None);
        };
        let all: serde_json::Value = serde_json::from_slice(&text).unwrap_or_else(|error| {
            let aside = data.join(format!("{FILE}.damaged"));
            let kept = std::fs::copy(&file, &aside).is_ok();
            tracing::warn!(%error, kept, "the settings file is damaged; the first settings are used");
            serde_json::Value::Null
        });
        Settings::from_json(all.get(KEY))
    }
}

/// Connections of earlier versions knew one kind of server and one form of tools.
fn complete_models(models: &mut serde_json::Value) {
    for model in models.as_array_mut().into_iter().flatten() {
        if let Some(model) = model.as_object_mut() {
            model.entry("kind").or_insert_with(|| "compatible".into());
            model.entry("tools").or_insert_with(|| "native".into());
            model.entry("price").or_insert(serde_json::Value::Null);
        }
    }
}

/// The key that is held where nothing else was chosen.
const HELD_KEY: &str = "F2";

impl VoiceSettings {
    /// What a file may say and nobody could mean: a letter as the key that is held could not be typed any more.
    #[must_use]
    pub fn within_bounds(mut self) -> VoiceSettings {
        self.silence_ms = self.silence_ms.clamp(400, 10_000);
        let number = self.key.strip_prefix('F').and_then(|number| number.parse::<u8>().ok());
        if !number.is_some_and(|number| (1..=24).contains(&number)) {
            HELD_KEY.clone_into(&mut self.key);
        }
        self
    }
}

/// What is missing, or is of another kind, is as it was at first.
fn complete<Part: DeserializeOwned>(part: &mut serde_json::Value, first: &serde_json::Value) {
    let mut whole = first.clone();
    for (name, value) in part.as_object().into_iter().flatten() {
        let before = whole.clone();
        whole[name] = value.clone();
        if serde_json::from_value::<Part>(whole.clone()).is_err() {
            whole = before;
        }
    }
    *part = whole;
}

/// The desktop before anything was chosen: the program ends with its window, and nobody is asked for newer versions.
fn first_desktop() -> DesktopSettings {
    DesktopSettings {
        keep_in_background: false,
        start_minimised: false,
        editor: None,
        terminal: None,
        check_for_updates: false,
        update_address: String::new(),
        graphics: Graphics::Automatic,
    }
}

/// Voice before anything was chosen: nothing listens, nothing speaks, nothing is kept.
fn first_voice() -> VoiceSettings {
    VoiceSettings {
        by: SpeechBy::Nobody,
        server: SpeechServer {
            base_url: String::new(),
            model: String::new(),
            has_key: false,
        },
        whisper_model: "base".to_owned(),
        whisper_file: None,
        language: None,
        microphone: None,
        silence_ms: 1_500,
        key: HELD_KEY.to_owned(),
        commands: false,
        read_aloud: false,
        keep_recordings: false,
    }
}

/// The first of the system's languages that the product speaks; English where it speaks none of them.
#[must_use]
pub fn systems_language() -> Language {
    sys_locale::get_locales()
        .find_map(|locale| Language::of_locale(&locale))
        .unwrap_or_default()
}

/// The data folder: what was asked for, or the platform's place for it.
#[must_use]
pub fn data_folder(asked: Option<PathBuf>) -> PathBuf {
    let folder = asked
        .or_else(|| std::env::var_os("Q_ASSISTANT_DATA").map(PathBuf::from))
        .or_else(|| dirs::data_dir().map(|dir| dir.join("dev.qassistant.desktop")))
        .unwrap_or_else(|| PathBuf::from(".q-assistant"));
    // Git and other programs run in folders of their own, where a relative path would be another one.
    std::path::absolute(&folder).unwrap_or(folder)
}

fn builds_folder() -> PathBuf {
    dirs::home_dir().unwrap_or_default().join("Builds")
}
