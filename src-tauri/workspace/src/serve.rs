//! Serving a released page on this machine, and asking it whether it answers.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::services::ServeDir;

use crate::WorkspaceError;

/// Which release answers.
const RELEASE_HEADER: HeaderName = HeaderName::from_static("x-q-assistant-release");

/// A page that is being served until this is stopped or dropped.
#[derive(Debug)]
pub struct ServedSite {
    port: u16,
    stop: CancellationToken,
}

impl ServedSite {
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

impl Drop for ServedSite {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[derive(Debug, Clone)]
struct Identity {
    release: HeaderValue,
    hosts: [String; 2],
}

/// Serves the files of `dir` on 127.0.0.1: on `port` if it is free, else on another.
///
/// # Errors
/// Where no port can be had.
pub async fn serve(dir: &Path, release_id: &str, port: u16) -> Result<ServedSite, WorkspaceError> {
    let cannot = || WorkspaceError::io("The page cannot be served on 127.0.0.1");
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(cannot())?,
    };
    let port = listener.local_addr().map_err(cannot())?.port();
    let identity = Identity {
        release: HeaderValue::from_str(release_id).unwrap_or(HeaderValue::from_static("unknown")),
        hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
    };
    let app = Router::new()
        .fallback_service(ServeDir::new(dir))
        .layer(middleware::from_fn_with_state(identity, only_this_machine));
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::spawn(async move {
        let serving = axum::serve(listener, app).with_graceful_shutdown(stopped.cancelled_owned());
        if let Err(error) = serving.await {
            tracing::warn!(%error, "a released page is no longer served");
        }
    });
    Ok(ServedSite { port, stop })
}

/// A page of another origin must not reach this one under a name of its own (DNS rebinding): the Host must be ours.
async fn only_this_machine(State(identity): State<Identity>, request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    if !identity.hosts.iter().any(|known| known == host) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = next.run(request).await;
    response.headers_mut().insert(RELEASE_HEADER, identity.release);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// What a health probe saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    pub ok: bool,
    /// "200 in 4 ms", or what went wrong.
    pub detail: String,
}

/// Asks the page whether it answers, and whether it is this release that does.
pub async fn probe(url: &str, release_id: &str) -> Probe {
    let started = Instant::now();
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build();
    let Ok(client) = client else {
        return Probe {
            ok: false,
            detail: "no HTTP client".to_owned(),
        };
    };
    match client.get(url).send().await {
        Err(error) if error.is_timeout() => Probe {
            ok: false,
            detail: "no answer within 5 s".to_owned(),
        },
        Err(_) => Probe {
            ok: false,
            detail: format!("nothing answers at {url}"),
        },
        Ok(response) => {
            let status = response.status().as_u16();
            let same = response
                .headers()
                .get(RELEASE_HEADER.as_str())
                .is_some_and(|id| id.as_bytes() == release_id.as_bytes());
            let millis = started.elapsed().as_millis();
            let detail = if same {
                format!("{status} in {millis} ms")
            } else {
                format!("{status}, but from something else")
            };
            Probe {
                ok: status == 200 && same,
                detail,
            }
        }
    }
}

/// The folder below `root` that holds the page: the one that the plan names, or the usual ones.
#[must_use]
pub fn find_site(root: &Path, named: Option<&str>) -> Option<PathBuf> {
    named
        .into_iter()
        .chain([".", "public", "dist", "site", "docs"])
        .filter(|folder| !Path::new(folder).is_absolute() && !folder.contains(".."))
        .map(|folder| root.join(folder))
        .find(|folder| folder.join("index.html").is_file())
}
