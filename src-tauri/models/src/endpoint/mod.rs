//! A model at a provider or on a server, through genai.

mod calls;
mod fault;
mod listing;
mod stream;
mod text_tools;
mod wire;

use async_trait::async_trait;
use genai::Client;
use secrecy::ExposeSecret;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

pub use listing::{LocalServer, find_local, list_models};

use crate::connection::Connection;
use crate::{Delta, Model, ModelError, Price, Turn, TurnRequest};

/// A model behind a connection.
#[derive(Debug)]
pub struct Endpoint {
    connection: Connection,
    client: Client,
}

impl Endpoint {
    /// # Errors
    /// [`ModelError::Unreachable`] where no HTTP client can be made.
    pub fn new(connection: Connection) -> Result<Endpoint, ModelError> {
        let bad = |detail: String| ModelError::Unreachable {
            model: connection.name.clone(),
            detail,
        };
        let http = http(&connection).build().map_err(|error| bad(error.to_string()))?;
        let client = Client::builder()
            .with_reqwest(http)
            .build()
            .map_err(|error| bad(error.to_string()))?;
        Ok(Endpoint { connection, client })
    }
}

/// An HTTP client for the connection: a server on this machine is never asked through a proxy.
fn http(connection: &Connection) -> reqwest::ClientBuilder {
    let http = reqwest::Client::builder().connect_timeout(connection.patience.connect);
    let Ok(url) = reqwest::Url::parse(&connection.base_url) else {
        return http;
    };
    // Where nothing is encrypted, no certificates need to be read.
    let http = if url.scheme() == "http" {
        http.tls_certs_only([])
    } else {
        http
    };
    match url.host_str() {
        Some("127.0.0.1" | "localhost" | "[::1]") => http.no_proxy(),
        Some(_) | None => http,
    }
}

#[async_trait]
impl Model for Endpoint {
    fn name(&self) -> &str {
        &self.connection.name
    }

    fn price(&self) -> Option<Price> {
        self.connection.price
    }

    fn secret(&self) -> Option<&str> {
        self.connection.key.as_ref().map(ExposeSecret::expose_secret)
    }

    async fn turn(
        &self,
        request: &TurnRequest,
        deltas: &UnboundedSender<Delta>,
        cancel: &CancellationToken,
    ) -> Result<Turn, ModelError> {
        // Dropping the stream closes its connection.
        tokio::select! {
            result = stream::take(&self.client, &self.connection, request, deltas) => result,
            () = cancel.cancelled() => Err(ModelError::Cancelled),
        }
    }
}
