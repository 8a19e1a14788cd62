//! The person's data: trash, backups, sizes.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A build was moved to the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MovedToTrash {
    /// A role was at work and was stopped: whoever undoes the move lets it go on.
    pub stopped: bool,
}

/// Where the data lies, and what takes how much room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct DataStatus {
    pub folder: String,
    pub parts: Vec<DataPart>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct DataPart {
    pub kind: DataKind,
    pub bytes: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DataKind {
    Database,
    Worktrees,
    /// Released pages.
    Pages,
    /// Of the program, and the long outputs of commands.
    Logs,
    Recordings,
    SpeechModels,
    Backups,
}

/// Where backups are, and how it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct BackupStatus {
    pub folder: String,
    /// Why the daily backup could not be made, while that is so.
    pub problem: Option<String>,
    /// The newest first.
    pub backups: Vec<Backup>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Backup {
    pub path: String,
    pub occasion: BackupOccasion,
    pub made_at: String,
    pub bytes: f64,
}

/// Why it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BackupOccasion {
    Daily,
    Asked,
    BeforeRestore,
}

/// A daily backup was made, or could not be made. The window asks again for what it shows of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct BackupsChanged {
    /// Why it could not be made.
    pub problem: Option<String>,
}
