//! Spans on their way: the exporter posts them here, and they go on to where it was told to send them, as the faults leave them. Its settings are all that
//! telemetry is told.

use std::{
    io,
    net::SocketAddr,
    sync::{Mutex, OnceLock, PoisonError},
};

use anyhow::Context as _;
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use faults::{Place, signals};
use telemetry::{
    ZipkinEndpoint,
    config::{DeliverySettings, ExporterKind},
};

use super::attached::Attached;

/// Where the exporter posts.
pub const PATH: &str = "/api/v2/spans";

/// More than the exporter sends at once.
pub const MOST_BYTES: usize = 16 << 20;

/// The exporter's own lines name this address, and a status; the truth is behind it.
static TRUTH: OnceLock<Truth> = OnceLock::new();

#[derive(Debug)]
struct Truth {
    here: String,
    beyond: String,
    failure: Mutex<&'static str>,
}

/// Where spans go on to.
#[derive(Clone, Debug)]
pub struct Relay {
    http: reqwest::Client,
    endpoint: ZipkinEndpoint,
}

impl Relay {
    /// Puts itself between the exporter and its destination. None where spans do not go over HTTP in clear text.
    pub fn before(settings: &mut DeliverySettings, here: SocketAddr) -> anyhow::Result<Option<Self>> {
        let is_http = matches!(
            settings.exporter,
            ExporterKind::Zipkin | ExporterKind::OpentelemetryZipkin
        );
        if !is_http || settings.zipkin_endpoint.as_url().scheme() != "http" {
            return Ok(None);
        }
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(settings.export_timeout);
        let here = format!("http://{here}{PATH}");
        let endpoint = std::mem::replace(&mut settings.zipkin_endpoint, here.parse()?);
        // The first stays, as the attached faults do.
        let _ = TRUTH.set(Truth {
            here,
            beyond: endpoint.to_string(),
            failure: Mutex::new("no connection"),
        });
        Ok(Some(Self {
            http: http.build().context("no client for spans")?,
            endpoint,
        }))
    }
}

/// Passes a batch on, and the answer back.
pub async fn pass_on(
    State((attached, relay)): State<(&'static Attached, Relay)>,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response {
    attached.faults.until(signals::exporter_blocked::is_open).await;
    let hits = attached.faults.hits_of_service(&[Place::Spans, Place::Lines]);
    let body = signals::spans(&hits, body.into());
    for own in [header::HOST, header::CONTENT_LENGTH, header::CONNECTION] {
        headers.remove(own);
    }
    let call = relay
        .http
        .post(relay.endpoint.as_url().clone())
        .headers(headers)
        .body(body);
    match call.send().await {
        Ok(answer) => {
            let wait = answer.headers().get(header::RETRY_AFTER).cloned();
            let mut passed = answer.status().into_response();
            passed
                .headers_mut()
                .extend(wait.map(|wait| (header::RETRY_AFTER, wait)));
            passed
        }
        Err(error) => {
            if let Some(truth) = TRUTH.get() {
                *truth.failure.lock().unwrap_or_else(PoisonError::into_inner) = why(&error);
            }
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

/// As the exporter says it where nothing stands between it and Zipkin.
fn why(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if !error.is_connect() {
        "connection broken"
    } else if is_refused(error) {
        "connection refused"
    } else {
        "no connection"
    }
}

fn is_refused(error: &(dyn std::error::Error + 'static)) -> bool {
    let kind = error.downcast_ref().map(io::Error::kind);
    kind == Some(io::ErrorKind::ConnectionRefused) || error.source().is_some_and(is_refused)
}

/// A line of the exporter with the address that its spans truly go to, and why they do not get there.
pub fn with_truth(line: &[u8]) -> Option<Vec<u8>> {
    let truth = TRUTH.get()?;
    let text = std::str::from_utf8(line).ok()?;
    text.contains(&truth.here).then_some(())?;
    let failure = *truth.failure.lock().unwrap_or_else(PoisonError::into_inner);
    let masked = format!("{}: {}", truth.here, StatusCode::BAD_GATEWAY);
    let text = text.replace(&masked, &format!("{}: {failure}", truth.beyond));
    Some(text.replace(&truth.here, &truth.beyond).into_bytes())
}
