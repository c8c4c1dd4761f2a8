//! The port at which faults are set, cleared and listed. On loopback, for this machine's own programs: pages of web sites, which a browser lets ask
//! there as well, are refused.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use faults::{
    FaultError,
    control::{Change, MOST_BYTES, PATH, Refused, Report},
};
use serve::{Limits, Server};
use tokio::net::TcpListener;

use super::{
    attached::Attached,
    relay::{self, Relay},
};

/// Connections at a time: a command's, and the exporter's.
const MAX_PLACES: usize = 16;

/// Answers for ever.
pub async fn serve(listener: TcpListener, attached: &'static Attached, relay: Option<Relay>) {
    let mut server = Server::new(router(attached, relay), Router::new(), Limits::new(MAX_PLACES, 2));
    server.accept_all(&listener).await;
}

fn router(attached: &'static Attached, relay: Option<Relay>) -> Router {
    let faults = Router::new()
        .route(PATH, get(list).post(set).delete(clear))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(attached);
    let spans = relay.map(|relay| {
        Router::new()
            .route(relay::PATH, post(relay::pass_on))
            .layer(DefaultBodyLimit::max(relay::MOST_BYTES))
            .with_state((attached, relay))
    });
    faults
        .merge(spans.unwrap_or_default())
        .layer(from_fn(refuse_pages))
}

/// A page of a web site names its origin, or has led a name of its own to this address.
async fn refuse_pages(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_local = ["127.0.0.1", "localhost", "[::1]"].contains(&name);
    if is_local && !request.headers().contains_key(header::ORIGIN) {
        next.run(request).await
    } else {
        refusal(
            StatusCode::FORBIDDEN,
            "faults are for programs on this machine, not for pages of web sites",
        )
    }
}

async fn list(State(attached): State<&'static Attached>) -> Json<Report> {
    Json(attached.report())
}

async fn set(State(attached): State<&'static Attached>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.as_bytes());
    if !kind.is_some_and(|kind| kind.starts_with(b"application/json")) {
        return refusal(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "faults are set as application/json",
        );
    }
    let change: Change = match serde_json::from_slice(&body) {
        Ok(change) => change,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if change.service != attached.service {
        let text = format!("this is {}, not {}", attached.service, change.service);
        return refusal(StatusCode::CONFLICT, &text);
    }
    let faults = match faults::parse([change.faults.as_str()]) {
        Ok(faults) => faults,
        // A mystery has its faults elsewhere.
        Err(FaultError::Nothing) if change.mystery => Vec::new(),
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if let Some(why) = faults.iter().find_map(|fault| attached.why_not(fault)) {
        return refusal(StatusCode::CONFLICT, &why);
    }
    let put = match change.mystery {
        true => attached.faults.set_mystery(faults, change.seed),
        false => attached.faults.set(faults, change.seed),
    };
    if let Err(why) = put {
        return refusal(StatusCode::CONFLICT, &why.to_string());
    }
    attached.settled().await;
    list(State(attached)).await.into_response()
}

/// Answers with the faults that were on.
async fn clear(State(attached): State<&'static Attached>) -> Json<Report> {
    let report = attached.report();
    attached.faults.clear();
    attached.settled().await;
    Json(report)
}

fn refusal(status: StatusCode, error: &str) -> Response {
    let error = error.to_owned();
    (status, Json(Refused { error })).into_response()
}
