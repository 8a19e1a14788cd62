//! Settings and models. The file is written through the store plugin; keys go to the keyring and never come back.

use std::sync::PoisonError;
use std::time::Duration;

use models::{Connection, ConnectionProblem, connection, find_local};
use secrecy::{ExposeSecret, SecretString};
use tauri::AppHandle;
use tauri_plugin_store::StoreExt;
use tokio_util::sync::CancellationToken;

use super::{Answer, TheDesk};
use crate::desk::{Desk, problem};
use crate::desktop::updates;
use crate::dto::{
    ConnectionKindInfo, KeyStorage, LocalServer, ModelCheck, ModelDraft, ModelList, ModelSetting, Settings, ToolForm,
    WireError,
};
use crate::settings::{FILE, KEY, PRACTICE};
use crate::{host, view, window};

#[tauri::command]
#[specta::specta]
pub async fn get_settings(desk: TheDesk<'_>) -> Answer<Settings> {
    Ok(desk.models.settings())
}

#[tauri::command]
#[specta::specta]
pub async fn save_settings(app: AppHandle, desk: TheDesk<'_>, settings: Settings) -> Answer<Settings> {
    change(&app, &desk, |known| {
        // Models change through commands of their own; what a window remembers of them may be old.
        let models = std::mem::take(&mut known.models);
        // So does the speech server.
        let server = known.voice.server.clone();
        *known = Settings { models, ..settings };
        known.voice.server = server;
    })
}

#[tauri::command]
#[specta::specta]
pub async fn save_model(app: AppHandle, desk: TheDesk<'_>, draft: ModelDraft) -> Answer<Settings> {
    let (setting, key) = typed(&desk, draft)?;
    if let Some(key) = key {
        desk.models
            .keys()
            .set(&setting.id, &key)
            .map_err(|why| problem("keyring", why))?;
    }
    change(&app, &desk, |settings| {
        let id = setting.id.clone();
        match settings.models.iter_mut().find(|model| model.id == id) {
            Some(known) => *known = setting,
            None => settings.models.push(setting),
        }
        // The first model that is connected is meant to be used.
        if settings.default_model == PRACTICE && settings.models.len() == 1 {
            settings.default_model = id;
        }
    })
}

#[tauri::command]
#[specta::specta]
pub async fn remove_model(app: AppHandle, desk: TheDesk<'_>, model_id: String) -> Answer<Settings> {
    let forgotten = desk.models.keys().set(&model_id, &SecretString::from(String::new()));
    forgotten.map_err(|why| {
        problem(
            "keyring",
            format!("The key could not be removed from the keyring: {why}"),
        )
    })?;
    change(&app, &desk, |settings| {
        settings.models.retain(|model| model.id != model_id);
        if settings.default_model == model_id {
            settings.default_model = PRACTICE.to_owned();
        }
        for own in &mut settings.role_models {
            for chosen in [&mut own.model_id, &mut own.fallback_id] {
                chosen.take_if(|id| *id == model_id);
            }
        }
    })
}

#[tauri::command]
#[specta::specta]
pub async fn connection_kinds() -> Answer<Vec<ConnectionKindInfo>> {
    Ok(view::connection_kinds())
}

/// Asks the provider what it offers.
#[tauri::command]
#[specta::specta]
pub async fn list_models(desk: TheDesk<'_>, draft: ModelDraft) -> Answer<ModelList> {
    let draft = ModelDraft {
        name: or(&draft.name, models::Kind::from(draft.kind).title()),
        model: or(&draft.model, "any"),
        ..draft
    };
    let listed = match typed(&desk, draft) {
        Ok((setting, key)) => models::list_models(&drafted(&desk, setting, key), LISTING)
            .await
            .map_err(WireError::from),
        Err(problem) => Err(problem),
    };
    Ok(match listed {
        Ok(models) => ModelList { models, problem: None },
        Err(problem) => ModelList {
            models: Vec::new(),
            problem: Some(problem),
        },
    })
}

/// Makes one real call, and says what works.
#[tauri::command]
#[specta::specta]
pub async fn check_model(desk: TheDesk<'_>, draft: ModelDraft) -> Answer<ModelCheck> {
    let (setting, key) = typed(&desk, draft)?;
    let tried = models::try_out(&drafted(&desk, setting, key), &CancellationToken::new()).await;
    Ok(match tried {
        Ok(seen) => view::model_check(&seen),
        Err(error) => ModelCheck {
            ok: false,
            answered_ms: None,
            problem: Some(error.into()),
            findings: Vec::new(),
            tools: ToolForm::Native,
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

/// How long a provider may take to say what it offers.
const LISTING: Duration = Duration::from_secs(10);

/// What was typed, as a setting, and the key if one was typed.
fn typed(desk: &Desk, draft: ModelDraft) -> Answer<(ModelSetting, Option<SecretString>)> {
    let kind = models::Kind::from(draft.kind);
    let base_url = connection::address(kind, &draft.base_url)?;
    let model = draft.model.trim();
    if model.is_empty() {
        return Err(ConnectionProblem::NoModel.into());
    }
    let key = draft.key.as_deref().map(connection::key).transpose()?;
    let known = draft
        .id
        .as_ref()
        .and_then(|id| desk.models.settings().models.into_iter().find(|model| &model.id == id));
    let has_key = match &key {
        Some(key) => !key.expose_secret().is_empty(),
        None => known.as_ref().is_some_and(|known| known.has_key),
    };
    if kind.needs_key() && !has_key {
        return Err(ConnectionProblem::NoKey { kind }.into());
    }
    let same_model = known.filter(|known| known.model == model && known.base_url == base_url);
    let setting = ModelSetting {
        id: draft.id.unwrap_or_else(store::new_id),
        name: or(&draft.name, model).trim().to_owned(),
        kind: draft.kind,
        base_url,
        model: model.to_owned(),
        has_key,
        tools: draft
            .tools
            .or(same_model.map(|known| known.tools))
            .unwrap_or(ToolForm::Native),
        price: draft.price.filter(|price| {
            [price.input, price.output]
                .iter()
                .all(|each| each.is_finite() && *each >= 0.0)
        }),
    };
    Ok((setting, key))
}

/// The connection as it was typed; a key that was not typed again is the one that is kept.
fn drafted(desk: &Desk, setting: ModelSetting, key: Option<SecretString>) -> Connection {
    let mut connection = desk.models.connection(setting);
    if let Some(key) = key {
        connection.key = Some(key).filter(|key| !key.expose_secret().is_empty());
    }
    connection
}

/// Changes the settings as they are now, keeps them, and lets them take effect. One change comes after the other: none undoes another one.
pub(super) fn change(app: &AppHandle, desk: &Desk, make: impl FnOnce(&mut Settings)) -> Answer<Settings> {
    let _one_at_a_time = desk.changing_settings.lock().unwrap_or_else(PoisonError::into_inner);
    let mut settings = desk.models.settings();
    make(&mut settings);
    keep(app, desk, settings)
}

fn keep(app: &AppHandle, desk: &Desk, settings: Settings) -> Answer<Settings> {
    let mut settings = settings.within_bounds();
    settings
        .role_models
        .retain(|own| own.model_id.is_some() || own.fallback_id.is_some());
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
    window::draw(app, &settings);
    desk.engine()?.set_limits(host::limits(&settings));
    let app = app.clone();
    tauri::async_runtime::spawn(async move { updates::ask_if_due(&app).await });
    Ok(settings)
}
