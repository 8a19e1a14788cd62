//! A backup of all, and an export of one build, as files.

use std::path::{Path, PathBuf};

use chrono::Utc;
use clap::Args;
use store::backups::{self, Occasion};

use super::show::open;
use super::{LIVE, Stop, print};
use crate::dto::Settings;
use crate::keeping::backup_folder;

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file that is written; without it, a new one in the folder for backups. A file that is there is not written over.
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Id of the build's workflow.
    pub workflow: String,
    /// The folder in which the export gets a folder of its own.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

pub(super) fn backup(data: &Path, args: BackupArgs) -> Result<u8, Stop> {
    let service = open(data)?;
    let made = match args.to {
        Some(file) => backups::write(service.store(), &file).map(|()| file),
        None => {
            let folder = backup_folder(data, &Settings::read(data));
            backups::make(service.store(), &folder, Occasion::Asked, Utc::now()).map(|made| made.path)
        }
    };
    print(made.map_err(|error| Stop::failed(error.to_string()))?.display());
    Ok(LIVE)
}

pub(super) fn export(data: &Path, args: &ExportArgs) -> Result<u8, Stop> {
    let service = open(data)?;
    print(engine::export::build(&service, &args.workflow, &args.to)?.display());
    Ok(LIVE)
}
