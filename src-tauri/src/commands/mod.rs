//! The door to the window. Each command is thin: it asks the desk, and what comes back is shown.

mod builds;
mod data;
mod desktop;
mod evidence;
mod save_dialog;
mod search;
mod settings;
mod steering;
mod voice;

use std::sync::Arc;

use crate::desk::Desk;
use crate::dto::{AskedFor, BackupsChanged, BuildChanged, UpdateAsked, WireError};

/// Tauri hands the desk to each command.
type TheDesk<'a> = tauri::State<'a, Arc<Desk>>;
type Answer<T> = Result<T, WireError>;

/// Every command and event, with the types that the window gets.
#[must_use]
pub fn all() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::<tauri::Wry>::new()
        .disable_serde_phases()
        .typ::<crate::dto::Opening>()
        .commands(tauri_specta::collect_commands![
            builds::list_builds,
            builds::get_build,
            builds::conversation,
            builds::activity,
            builds::in_and_out,
            builds::start_build,
            builds::send_message,
            builds::say_anew,
            builds::attached_file,
            builds::image,
            builds::stop_reply,
            builds::edit_requirements,
            builds::edit_plan,
            builds::restore_revision,
            builds::forecast,
            builds::watch_build,
            search::search,
            evidence::changes,
            evidence::file_patch,
            evidence::test_runs,
            evidence::test_run,
            evidence::step,
            evidence::plan_revisions,
            evidence::checks,
            evidence::timeline,
            evidence::told,
            evidence::usage,
            evidence::statistics,
            evidence::replay_build,
            evidence::verify_history,
            evidence::report_text,
            evidence::save_report,
            steering::ready_to_build,
            steering::approve_handoff,
            steering::request_changes,
            steering::request_retry,
            steering::try_again,
            steering::raise_retry_limit,
            steering::set_budget,
            steering::use_model,
            steering::set_test_command,
            steering::pause_build,
            steering::resume_build,
            steering::cancel_build,
            steering::preview_rollback,
            steering::rollback_workflow,
            steering::undo_rollback,
            settings::get_settings,
            settings::save_settings,
            settings::save_model,
            settings::remove_model,
            settings::connection_kinds,
            settings::list_models,
            settings::check_model,
            settings::key_storage,
            settings::find_local_servers,
            voice::voice_status,
            voice::microphones,
            voice::begin_dictation,
            voice::dictate_hands_free,
            voice::finish_dictation,
            voice::dictate_again,
            voice::let_dictation_go,
            voice::begin_microphone_trial,
            voice::end_microphone_trial,
            voice::remove_speech_server,
            voice::try_recogniser,
            voice::use_recogniser,
            voice::choose_speech_file,
            voice::fetch_speech_model,
            voice::stop_fetching,
            voice::delete_speech_model,
            voice::read_aloud,
            voice::hush,
            data::move_to_trash,
            data::restore_build,
            data::list_trash,
            data::delete_for_good,
            data::empty_trash,
            data::choose_export_folder,
            data::export_build,
            data::export_all,
            data::open_folder,
            data::data_status,
            data::backup_status,
            data::back_up_now,
            data::choose_backup_folder,
            data::set_backup_folder,
            data::choose_backup,
            data::restore_backup,
            data::delete_everything,
            desktop::app_status,
            desktop::open_again,
            desktop::choose_folder,
            desktop::open_link,
            desktop::open_in,
            desktop::surroundings,
            desktop::take_wanted,
            desktop::take_dropped,
            desktop::update_status,
            desktop::save_draft,
            desktop::load_draft,
        ])
        .events(tauri_specta::collect_events![
            BuildChanged,
            BackupsChanged,
            AskedFor,
            UpdateAsked
        ])
}
