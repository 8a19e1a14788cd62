//! Whisper's models on this machine: which there are to have, fetching one, throwing it away.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

/// A model that can be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    pub id: &'static str,
    pub title: &'static str,
    pub file: &'static str,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: &'static str,
}

/// Where the files come from: the place that whisper.cpp's own `download-ggml-model.sh` names.
pub const SOURCE: &str = "https://huggingface.co/ggerganov/whisper.cpp/resolve/main";

/// All of them know many languages. Sizes and checksums as the place above gives them.
pub const OFFERED: [Offered; 4] = [
    Offered {
        id: "tiny",
        title: "Tiny",
        file: "ggml-tiny.bin",
        size: 77_691_713,
        sha256: "be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21",
    },
    Offered {
        id: "base",
        title: "Base",
        file: "ggml-base.bin",
        size: 147_951_465,
        sha256: "60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe",
    },
    Offered {
        id: "small",
        title: "Small",
        file: "ggml-small.bin",
        size: 487_601_967,
        sha256: "1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b",
    },
    Offered {
        id: "large-v3-turbo-q5_0",
        title: "Large, turbo",
        file: "ggml-large-v3-turbo-q5_0.bin",
        size: 574_041_195,
        sha256: "394221709cd5ad1f40c46e6031ca61bce88931e6e088c188294c6d5a55ffa7e2",
    },
];

/// How long a server may take to be reached, and how long it may be silent in the middle.
const CONNECT: Duration = Duration::from_secs(10);
const SILENT: Duration = Duration::from_secs(30);

/// What there is of a model on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Nothing,
    /// So many bytes of it; fetching goes on from there.
    Part(u64),
    Whole,
}

/// Why a model was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchProblem {
    #[error("{host} cannot be reached: {why}. What has arrived is kept; try again when you are connected.")]
    Unreachable { host: String, why: String },
    #[error("{host} answered {status}. Try again later, or choose a model file that you have.")]
    Refused { host: String, status: u16 },
    #[error("{host} sent something else than the model. Is there a login page in between? Nothing was kept.")]
    SomethingElse { host: String },
    #[error("The file arrived damaged: its checksum is wrong. It was thrown away; download it again.")]
    WrongChecksum,
    #[error("The model cannot be written to {}: {why}. What has arrived is kept.", path.display())]
    Unwritable { path: PathBuf, why: String },
    #[error("The download was stopped. What has arrived is kept.")]
    Stopped,
}

impl FetchProblem {
    /// Stable code of what happened.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            FetchProblem::Unreachable { .. } => "fetch_unreachable",
            FetchProblem::Refused { .. } => "fetch_refused",
            FetchProblem::SomethingElse { .. } => "fetch_something_else",
            FetchProblem::WrongChecksum => "fetch_wrong_checksum",
            FetchProblem::Unwritable { .. } => "fetch_unwritable",
            FetchProblem::Stopped => "fetch_stopped",
        }
    }

    /// What it is about, for whoever says it in another language.
    #[must_use]
    pub fn facts(&self) -> Value {
        match self {
            FetchProblem::Unreachable { host, why } => json!({"host": host, "why": why}),
            FetchProblem::Refused { host, status } => json!({"host": host, "status": status}),
            FetchProblem::SomethingElse { host } => json!({"host": host}),
            FetchProblem::Unwritable { path, why } => json!({"path": path.display().to_string(), "why": why}),
            FetchProblem::WrongChecksum | FetchProblem::Stopped => json!({}),
        }
    }
}

/// The folder of models.
#[derive(Debug, Clone)]
pub struct ModelStore {
    folder: PathBuf,
    source: String,
}

impl ModelStore {
    /// Models in `folder`, fetched from below the address `source`.
    #[must_use]
    pub fn new(folder: PathBuf, source: &str) -> ModelStore {
        ModelStore {
            folder,
            source: source.trim_end_matches('/').to_owned(),
        }
    }

    /// Where the model is, once it is here.
    #[must_use]
    pub fn path(&self, model: &Offered) -> PathBuf {
        self.folder.join(model.file)
    }

    fn part(&self, model: &Offered) -> PathBuf {
        self.folder.join(format!("{}.part", model.file))
    }

    #[must_use]
    pub fn kept(&self, model: &Offered) -> Kept {
        let length = |path: &Path| fs::metadata(path).ok().map(|data| data.len());
        if length(&self.path(model)) == Some(model.size) {
            return Kept::Whole;
        }
        match length(&self.part(model)) {
            Some(bytes) if bytes > 0 => Kept::Part(bytes.min(model.size)),
            _ => Kept::Nothing,
        }
    }

    /// Throws away the model, whole or in part.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn delete(&self, model: &Offered) -> Result<(), FetchProblem> {
        for path in [self.path(model), self.part(model)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(unwritable(&path, &error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Fetches a model, from where an earlier attempt ended; `progress` gets the bytes that are here. The file counts as a model
    /// only when all of it is here and its checksum is right.
    ///
    /// # Errors
    /// Why not; what has arrived is kept for the next attempt, unless it is of no use.
    pub async fn fetch(
        &self,
        model: &Offered,
        progress: impl Fn(u64) + Send,
        stop: &CancellationToken,
    ) -> Result<(), FetchProblem> {
        let part = self.part(model);
        fs::create_dir_all(&self.folder).map_err(|error| unwritable(&self.folder, &error))?;
        let here = fs::metadata(&part).map_or(0, |data| data.len());
        if here > model.size {
            fs::remove_file(&part).map_err(|error| unwritable(&part, &error))?;
        }
        if here != model.size {
            tokio::select! {
                () = stop.cancelled() => return Err(FetchProblem::Stopped),
                arrived = self.transfer(model, &part, &progress) => arrived?,
            }
        }
        let (from, to) = (part.clone(), self.path(model));
        let expected = model.sha256;
        let checked = tokio::task::spawn_blocking(move || {
            if checksum(&from).map_err(|error| unwritable(&from, &error))? != expected {
                let _ = fs::remove_file(&from);
                return Err(FetchProblem::WrongChecksum);
            }
            fs::rename(&from, &to).map_err(|error| unwritable(&to, &error))
        });
        checked.await.unwrap_or(Err(FetchProblem::Stopped))
    }

    async fn transfer(
        &self,
        model: &Offered,
        part: &Path,
        progress: &(impl Fn(u64) + Send),
    ) -> Result<(), FetchProblem> {
        let mut here = fs::metadata(part).map_or(0, |data| data.len());
        let mut answer = self.ask(model, here).await?;
        if answer.status() == StatusCode::RANGE_NOT_SATISFIABLE {
            here = 0;
            answer = self.ask(model, 0).await?;
        }
        let goes_on = answer.status() == StatusCode::PARTIAL_CONTENT && starts_at(&answer) == Some(here);
        if !goes_on {
            here = 0;
        }
        if !answer.status().is_success() {
            return Err(FetchProblem::Refused {
                host: self.host(),
                status: answer.status().as_u16(),
            });
        }
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let wrong_size = answer
            .content_length()
            .is_some_and(|length| here + length != model.size);
        if wrong_size || kind.is_some_and(|kind| kind.starts_with("text/")) {
            return Err(FetchProblem::SomethingElse { host: self.host() });
        }
        let mut file = OpenOptions::new()
            .create(true)
            .write(true)
            .append(goes_on)
            .truncate(!goes_on)
            .open(part)
            .map_err(|error| unwritable(part, &error))?;
        progress(here);
        while here < model.size {
            let chunk = tokio::time::timeout(SILENT, answer.chunk()).await;
            let chunk = chunk.map_err(|_| self.unreachable(&format!("nothing arrived for {} s", SILENT.as_secs())))?;
            let Some(chunk) = chunk.map_err(|error| self.unreachable(&cause(&error)))? else {
                return Err(self.unreachable("the connection ended too early"));
            };
            here += chunk.len() as u64;
            if here > model.size {
                drop(file);
                let _ = fs::remove_file(part);
                return Err(FetchProblem::SomethingElse { host: self.host() });
            }
            file.write_all(&chunk).map_err(|error| unwritable(part, &error))?;
            progress(here);
        }
        file.sync_all().map_err(|error| unwritable(part, &error))
    }

    async fn ask(&self, model: &Offered, from: u64) -> Result<Response, FetchProblem> {
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .build()
            .map_err(|error| self.unreachable(&cause(&error)))?;
        let mut request = client.get(format!("{}/{}", self.source, model.file));
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        let answered = tokio::time::timeout(SILENT, request.send()).await;
        answered
            .map_err(|_| self.unreachable("it does not answer"))?
            .map_err(|error| self.unreachable(&cause(&error)))
    }

    fn host(&self) -> String {
        let after_scheme = self
            .source
            .split_once("://")
            .map_or(self.source.as_str(), |(_, rest)| rest);
        after_scheme.split('/').next().unwrap_or_default().to_owned()
    }

    fn unreachable(&self, why: &str) -> FetchProblem {
        FetchProblem::Unreachable {
            host: self.host(),
            why: why.to_owned(),
        }
    }
}

fn starts_at(answer: &Response) -> Option<u64> {
    let range = answer.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

fn checksum(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> FetchProblem {
    FetchProblem::Unwritable {
        path: path.to_owned(),
        why: error.to_string(),
    }
}

fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().trim_end_matches('.').to_owned()
}
