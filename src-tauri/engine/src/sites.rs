//! Where released pages are served: by a process of their own, so that what is live stays live when the window closes. A page
//! is served as long as its marker file stands; taking the file away ends it, and no process has to be hunted down.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use workspace::{ServedSite, probe, serve};

use crate::ServiceError;

/// Who serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteHost {
    /// This process: the page goes when it ends.
    ThisProcess,
    /// A process of its own, started from this program with `serve-site`.
    Spawn(PathBuf),
}

pub(crate) struct Sites {
    host: SiteHost,
    here: Mutex<HashMap<String, ServedSite>>,
}

/// What the marker file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    release_id: String,
    dir: PathBuf,
    /// None until it is served.
    port: Option<u16>,
}

const POLL: Duration = Duration::from_millis(20);
/// How many times somebody who was stopped is looked for: they notice within a third of a second.
const ENDING: u32 = 100;

impl Sites {
    pub fn new(host: SiteHost) -> Sites {
        Sites {
            host,
            here: Mutex::default(),
        }
    }

    /// Serves `dir` under the release's name, on `port` if it can be had, and returns the port. Where it is served already, that
    /// stays.
    pub async fn start(&self, data: &Path, release_id: &str, dir: &Path, port: u16) -> Result<u16, ServiceError> {
        if port != 0 && probe(&url(port), release_id).await.ok {
            if self.is_served(data, release_id) {
                return Ok(port);
            }
            // It was stopped a moment ago: whoever still answers is about to end, and then the port is free again.
            for _ in 0..ENDING {
                if !probe(&url(port), release_id).await.ok {
                    break;
                }
                tokio::time::sleep(POLL).await;
            }
        }
        match &self.host {
            SiteHost::ThisProcess => {
                let site = serve(dir, release_id, port).await?;
                let port = site.port();
                self.here
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(release_id.to_owned(), site);
                Ok(port)
            }
            SiteHost::Spawn(program) => spawn(program, &marker_path(data, release_id), release_id, dir, port).await,
        }
    }

    /// Whether somebody is meant to serve it.
    fn is_served(&self, data: &Path, release_id: &str) -> bool {
        match &self.host {
            SiteHost::ThisProcess => self
                .here
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains_key(release_id),
            SiteHost::Spawn(_) => marker_path(data, release_id).is_file(),
        }
    }

    /// Ends the serving of a release, whoever does it.
    pub fn stop(&self, data: &Path, release_id: &str) {
        self.here
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(release_id);
        if let Err(error) = std::fs::remove_file(marker_path(data, release_id))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, release_id, "a released page could not be taken down");
        }
    }
}

pub(crate) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}/")
}

/// All that is kept of a release outside of the project.
pub(crate) fn site_folder(data: &Path, release_id: &str) -> PathBuf {
    data.join("sites").join(release_id)
}

pub(crate) fn site_dir(data: &Path, release_id: &str) -> PathBuf {
    site_folder(data, release_id).join("files")
}

fn marker_path(data: &Path, release_id: &str) -> PathBuf {
    site_folder(data, release_id).join("served.json")
}

async fn spawn(program: &Path, marker: &Path, release_id: &str, dir: &Path, port: u16) -> Result<u16, ServiceError> {
    let cannot = |what: String| ServiceError::invalid(format!("The released page could not be served: {what}"));
    if let Some(parent) = marker.parent() {
        std::fs::create_dir_all(parent).map_err(|error| cannot(error.to_string()))?;
    }
    let wanted = Marker {
        release_id: release_id.to_owned(),
        dir: dir.to_owned(),
        port: None,
    };
    write_marker(marker, &wanted).map_err(|error| cannot(error.to_string()))?;
    let mut command = std::process::Command::new(program);
    command
        .arg("serve-site")
        .arg(marker)
        .arg("--port")
        .arg(port.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| cannot(error.to_string()))?;
    for _ in 0..500 {
        if let Some(port) = read_marker(marker).and_then(|marker| marker.port) {
            return Ok(port);
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(cannot(format!("its process ended with {status}")));
        }
        tokio::time::sleep(POLL).await;
    }
    Err(cannot("its process did not answer within 10 s".to_owned()))
}

/// The process that serves one released page: until its marker is gone.
///
/// # Errors
/// A marker that cannot be read, or no port.
pub async fn serve_site(marker_path: &Path, port: u16) -> Result<(), ServiceError> {
    let Some(marker) = read_marker(marker_path) else {
        return Err(ServiceError::invalid(format!(
            "{} does not say what to serve.",
            marker_path.display()
        )));
    };
    let site = serve(&marker.dir, &marker.release_id, port).await?;
    let served = Marker {
        port: Some(site.port()),
        ..marker
    };
    write_marker(marker_path, &served).map_err(|error| ServiceError::invalid(error.to_string()))?;
    // A newer process of the same release writes its own port: then this one is no longer needed.
    while read_marker(marker_path).as_ref() == Some(&served) {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    Ok(())
}

fn read_marker(path: &Path) -> Option<Marker> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn write_marker(path: &Path, marker: &Marker) -> std::io::Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, serde_json::to_vec(marker)?)?;
    std::fs::rename(part, path)
}
