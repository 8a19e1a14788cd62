//! Backups and sizes as the window shows them.

use store::backups::{BackupFile, Occasion};

use crate::dto;

#[must_use]
pub fn backup(file: BackupFile) -> dto::Backup {
    dto::Backup {
        path: file.path.to_string_lossy().into_owned(),
        occasion: match file.occasion {
            Occasion::Daily => dto::BackupOccasion::Daily,
            Occasion::Asked => dto::BackupOccasion::Asked,
            Occasion::BeforeRestore => dto::BackupOccasion::BeforeRestore,
        },
        made_at: file.made_at.to_rfc3339(),
        bytes: file.bytes as f64,
    }
}
