//! A plain Zipkin and an OpenTelemetry collector, in the lesson about exporters: each takes its own format at its own path, and nothing
//! else. Both hand on to the stage's collector.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use zipkin::decode::{Format, otlp::Encoding};

use super::{client::client, served::Served};
use crate::seen::{Backend, Export};

/// A batch of the lesson has a few spans.
const MAX_BODY: usize = 1 << 20;

/// More batches than these are not kept.
const MOST_EXPORTS: usize = 1000;

/// Two servers of spans, which listen.
pub struct Backends {
    zipkin: String,
    collector: String,
    exports: Exports,
    /// They end with the backends.
    _served: [Served; 2],
}

type Exports = Arc<Mutex<Vec<Export>>>;

/// One of them.
#[derive(Clone)]
struct Door {
    backend: Backend,
    /// The stage's collector, without a path.
    behind: String,
    client: reqwest::Client,
    exports: Exports,
}

impl Backends {
    /// Both listen on free ports, before the collector at this address.
    pub async fn start(behind: &str) -> anyhow::Result<Self> {
        let exports = Exports::default();
        let open = async |backend| {
            let door = Door {
                backend,
                behind: behind.to_owned(),
                client: client()?,
                exports: exports.clone(),
            };
            let limit = DefaultBodyLimit::max(MAX_BODY);
            let router = Router::new().fallback(take).layer(limit).with_state(door);
            Served::start(router).await
        };
        let (zipkin, collector) = (open(Backend::Zipkin).await?, open(Backend::Collector).await?);
        Ok(Self {
            zipkin: format!("{}{}", zipkin.url(), Backend::Zipkin.path()),
            collector: collector.url().to_owned(),
            exports,
            _served: [zipkin, collector],
        })
    }

    /// Where the learner's service finds them, by the specification's names.
    pub fn variables(&self) -> [(&'static str, &str); 2] {
        [
            ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", &self.zipkin),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &self.collector),
        ]
    }

    /// The batches so far.
    pub fn exports(&self) -> Vec<Export> {
        self.exports
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn take(State(door): State<Door>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let (status, answer) = if uri.path() == door.backend.path() {
        door.hand_on(&headers, body.clone()).await
    } else {
        (StatusCode::NOT_FOUND, Bytes::from(door.backend.not_found()))
    };
    let mut exports = door.exports.lock().unwrap_or_else(PoisonError::into_inner);
    if exports.len() < MOST_EXPORTS {
        exports.push(Export {
            to: door.backend,
            path: uri.path().to_owned(),
            status: status.as_u16(),
            answer: String::from_utf8_lossy(&answer)
                .trim()
                .chars()
                .take(120)
                .collect(),
            spans: door.backend.spans(&headers, &body),
        });
    }
    (status, answer).into_response()
}

impl Door {
    async fn hand_on(&self, headers: &HeaderMap, body: Bytes) -> (StatusCode, Bytes) {
        let post = self
            .client
            .post(format!("{}{}", self.behind, self.backend.path()));
        let named = [header::CONTENT_TYPE, header::CONTENT_ENCODING];
        let kept = named.iter().filter_map(|name| Some((name, headers.get(name)?)));
        let post = kept.fold(post, |post, (name, value)| post.header(name, value));
        let Ok(answer) = post.body(body).send().await else {
            return (StatusCode::BAD_GATEWAY, Bytes::new());
        };
        (answer.status(), answer.bytes().await.unwrap_or_default())
    }
}

impl Backend {
    /// The one path that it takes spans at.
    const fn path(self) -> &'static str {
        match self {
            Self::Zipkin => "/api/v2/spans",
            Self::Collector => "/v1/traces",
        }
    }

    /// The words of Zipkin 3.6.1, and those of a server in Go.
    const fn not_found(self) -> &'static str {
        match self {
            Self::Zipkin => "404 Not Found",
            Self::Collector => "404 page not found\n",
        }
    }

    /// The spans of a body in its own format; none of another one.
    fn spans(self, headers: &HeaderMap, body: &[u8]) -> Vec<zipkin::Span> {
        let kind = headers.get(header::CONTENT_TYPE);
        let is_protobuf = kind.is_some_and(|kind| kind.as_bytes().ends_with(b"protobuf"));
        let spans = match (self, is_protobuf) {
            (Self::Zipkin, false) => Format::JsonV2.list(body),
            (Self::Zipkin, true) => Format::Proto3.list(body),
            (Self::Collector, false) => Encoding::Json.list(body).map(|(spans, _)| spans),
            (Self::Collector, true) => Encoding::Protobuf.list(body).map(|(spans, _)| spans),
        };
        spans.unwrap_or_default()
    }
}
