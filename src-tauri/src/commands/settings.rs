//! Settings and models. The file is written through the store plugin; keys go to the keyring and never come back.

use std::time::Duration;

use models::{EndpointConfig, find_local};
use secrecy::SecretString;
use tauri::AppHandle;
use tauri_plugin_store::StoreExt;

use super::{Answer, TheDesk};
use crate::desk::{Desk, problem};
use crate::dto::{KeyStorage, LocalServer, ModelCheck, ModelDraft, ModelSetting, Settings};
use crate::settings::{FILE, KEY, PRACTICE};
use crate::{host, view};

#[tauri::command]
#[specta::specta]
pub async fn get_settings(desk: TheDesk<'_>) -> Answer<Settings> {
    Ok(desk.models.settings())
}

#[tauri::command]
#[specta::specta]
pub async fn save_settings(app: AppHandle, desk: TheDesk<'_>, settings: Settings) -> Answer<Settings> {
    // Models change through commands of their own; what a window remembers of them may be old.
    let models = desk.models.settings().models;
    keep(&app, &desk, Settings { models, ..settings })
}

#[tauri::command]
#[specta::specta]
pub async fn save_model(app: AppHandle, desk: TheDesk<'_>, draft: ModelDraft) -> Answer<Settings> {
    let mut settings = desk.models.settings();
    let (setting, key) = checked(&desk, draft)?;
    if let Some(key) = key {
        desk.models
            .keys()
            .set(&setting.id, &key)
            .map_err(|why| problem("keyring", why))?;
    }
    let id = setting.id.clone();
    match settings.models.iter_mut().find(|model| model.id == id) {
        Some(known) => *known = setting,
        None => settings.models.push(setting),
    }
    // The first model that is connected is meant to be used.
    if settings.default_model == PRACTICE && settings.models.len() == 1 {
        settings.default_model = id;
    }
    keep(&app, &desk, settings)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_model(app: AppHandle, desk: TheDesk<'_>, model_id: String) -> Answer<Settings> {
    let mut settings = desk.models.settings();
    settings.models.retain(|model| model.id != model_id);
    if settings.default_model == model_id {
        settings.default_model = PRACTICE.to_owned();
    }
    let forgotten = desk.models.keys().set(&model_id, &SecretString::from(String::new()));
    forgotten.map_err(|why| {
        problem(
            "keyring",
            format!("The key could not be removed from the keyring: {why}"),
        )
    })?;
    keep(&app, &desk, settings)
}

/// Asks the endpoint what it offers.
#[tauri::command]
#[specta::specta]
pub async fn check_model(desk: TheDesk<'_>, draft: ModelDraft) -> Answer<ModelCheck> {
    let (setting, key) = checked(
        &desk,
        ModelDraft {
            model: or(&draft.model, "unknown"),
            ..draft
        },
    )?;
    let key = key.or_else(|| desk.models.keys().get(&setting.id));
    let config = EndpointConfig {
        name: setting.name,
        base_url: setting.base_url,
        key,
        model: setting.model.clone(),
        silence: Duration::from_secs(10),
    };
    Ok(match models::list_models(&config, Duration::from_secs(10)).await {
        Ok(models) if models.is_empty() || setting.model == "unknown" || models.contains(&setting.model) => {
            ModelCheck {
                ok: true,
                detail: format!("It answers and offers {} models.", models.len()),
                models,
            }
        }
        Ok(models) => ModelCheck {
            ok: false,
            detail: format!("It answers, but does not offer {}.", setting.model),
            models,
        },
        Err(error) => ModelCheck {
            ok: false,
            detail: error.to_string(),
            models: Vec::new(),
        },
    })
}

#[tauri::command]
#[specta::specta]
pub async fn key_storage(desk: TheDesk<'_>) -> Answer<KeyStorage> {
    Ok(desk.models.keys().storage())
}

#[tauri::command]
#[specta::specta]
pub async fn find_local_servers() -> Answer<Vec<LocalServer>> {
    Ok(find_local().await.into_iter().map(view::local_server).collect())
}

fn or(text: &str, other: &str) -> String {
    if text.trim().is_empty() {
        other.to_owned()
    } else {
        text.to_owned()
    }
}

/// A draft as a setting, and the key if one was typed.
fn checked(desk: &Desk, draft: ModelDraft) -> Answer<(ModelSetting, Option<SecretString>)> {
    let base_url = draft.base_url.trim();
    if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
        return Err(problem(
            "invalid_input",
            "The address must begin with http:// or https://, such as http://127.0.0.1:11434/v1/.",
        ));
    }
    if draft.model.trim().is_empty() {
        return Err(problem("invalid_input", "Name the model that the endpoint should use."));
    }
    let known = draft
        .id
        .as_ref()
        .and_then(|id| desk.models.settings().models.into_iter().find(|model| &model.id == id));
    let had_key = known.is_some_and(|model| model.has_key);
    let setting = ModelSetting {
        id: draft.id.unwrap_or_else(store::new_id),
        name: or(&draft.name, &draft.model).trim().to_owned(),
        // Relative paths are appended to the address: without its last slash its last part would be lost.
        base_url: if base_url.ends_with('/') {
            base_url.to_owned()
        } else {
            format!("{base_url}/")
        },
        model: draft.model.trim().to_owned(),
        has_key: draft.key.as_ref().map_or(had_key, |key| !key.is_empty()),
    };
    Ok((setting, draft.key.map(SecretString::from)))
}

fn keep(app: &AppHandle, desk: &Desk, mut settings: Settings) -> Answer<Settings> {
    settings.max_retries = settings.max_retries.clamp(1, 20);
    settings.phase_timeout_seconds = settings.phase_timeout_seconds.clamp(10, 24 * 3600);
    if !desk.knows_model(&settings.default_model) && !settings.models.iter().any(|m| m.id == settings.default_model) {
        settings.default_model = PRACTICE.to_owned();
    }
    let unwritable =
        |error: &dyn std::fmt::Display| problem("io", format!("The settings could not be written: {error}."));
    let file = app.store(desk.data.join(FILE)).map_err(|error| unwritable(&error))?;
    file.set(
        KEY,
        serde_json::to_value(&settings).map_err(|error| unwritable(&error))?,
    );
    file.save().map_err(|error| unwritable(&error))?;
    desk.models.replace(settings.clone());
    desk.engine()?.set_limits(host::limits(&settings));
    Ok(settings)
}
