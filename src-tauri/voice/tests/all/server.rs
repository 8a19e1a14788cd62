//! Servers on loopback, one for each test.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::HeaderMap;
use axum::response::Response;
use tokio::net::TcpListener;

/// A request as it arrived.
#[derive(Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The parts of a form: name, file name, kind and content.
    pub async fn form(&self) -> Vec<Field> {
        let mut request = Request::new(Body::from(self.body.clone()));
        *request.headers_mut() = self.headers.clone();
        let mut form = Multipart::from_request(request, &()).await.unwrap();
        let mut fields = Vec::new();
        while let Some(field) = form.next_field().await.unwrap() {
            fields.push(Field {
                name: field.name().unwrap().to_owned(),
                file: field.file_name().map(str::to_owned),
                kind: field.content_type().map(str::to_owned),
                content: field.bytes().await.unwrap().to_vec(),
            });
        }
        fields
    }
}

pub struct Field {
    pub name: String,
    pub file: Option<String>,
    pub kind: Option<String>,
    pub content: Vec<u8>,
}

/// A server that answers what it is asked, and keeps it.
pub struct Server {
    asked: Arc<Mutex<Vec<Asked>>>,
    port: u16,
}

impl Server {
    /// `answer` gets the request, and how many came before it.
    pub async fn answering(answer: impl Fn(&Asked, usize) -> Response + Clone + Send + Sync + 'static) -> Server {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let kept = Arc::clone(&asked);
        let app = Router::new().fallback(move |request: Request| async move {
            let (head, body) = request.into_parts();
            let asked = Asked {
                method: head.method.to_string(),
                path: head.uri.to_string(),
                headers: head.headers,
                body: to_bytes(body, usize::MAX).await.unwrap(),
            };
            let before = {
                let mut kept = kept.lock().unwrap();
                kept.push(asked.clone());
                kept.len() - 1
            };
            answer(&asked, before)
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Server { asked, port }
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.host())
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

pub fn answer(status: u16, kind: &str, body: impl Into<Body>) -> Response {
    let answer = Response::builder().status(status).header("content-type", kind);
    answer.body(body.into()).unwrap()
}

/// An address where nobody listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
