//! The routes: learners tell, and whoever may read does.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse as _, Response},
    routing::{get, post},
};
use tokio::time::timeout;

use super::{class::Refusal, kept::Board, page::page};
use crate::told::Told;

/// A message is some 200 bytes.
const MAX_BODY: usize = 1024;

/// The time that a message may take.
const BODY_TIME: Duration = Duration::from_secs(5);

/// Nothing of a label runs, loads or frames.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
];

/// The board's routes.
pub fn routes(board: Arc<Board>) -> Router {
    let reading = Router::new()
        .route("/", get(show))
        .route("/board.json", get(json))
        .route("/board.css", get(style))
        .route_layer(middleware::from_fn_with_state(board.clone(), readers));
    Router::new()
        .merge(reading)
        .route("/told", post(told))
        .route("/health", get(|| async { "up\n" }))
        .fallback(|| async { (StatusCode::NOT_FOUND, "no such page\n") })
        .layer(middleware::map_response(async |response: Response| {
            (HEADERS, response)
        }))
        .with_state(board)
}

/// The answer where no connection is free.
pub async fn busy() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, HEADERS, "too many connections\n").into_response()
}

/// Lets readers of this machine in, and others where the board is open. The name that the browser used has to be an address:
/// a web site whose name leads here is not this machine's page.
async fn readers(
    State(board): State<Arc<Board>>,
    Extension(peer): Extension<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let is_here = peer.ip().to_canonical().is_loopback() && names_an_address(request.headers());
    if board.is_open || is_here {
        next.run(request).await
    } else {
        let why = "the board is shown on the instructor's machine alone\n";
        (StatusCode::FORBIDDEN, why).into_response()
    }
}

fn names_an_address(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    host.is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok()
    })
}

async fn show(State(board): State<Arc<Board>>) -> Response {
    Html(page(&board.shown(), &board.words, board.lang)).into_response()
}

async fn json(State(board): State<Arc<Board>>) -> Response {
    let text = serde_json::to_string(&board.shown()).unwrap_or_default() + "\n";
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

async fn style() -> Response {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("board.css"),
    )
        .into_response()
}

async fn told(State(board): State<Arc<Board>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if !board.knows(bearer(&head.headers)) {
        let status = if board.bears_a_stranger() {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::TOO_MANY_REQUESTS
        };
        return (
            status,
            "this is not the board's token; take the line that the board shows\n",
        )
            .into_response();
    }
    let told = match read(body).await {
        Ok(told) => told,
        Err((status, why)) => return (status, why).into_response(),
    };
    match board.take(told) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(Refusal::TooFast) => (
            StatusCode::TOO_MANY_REQUESTS,
            "more messages than anybody's work makes\n",
        )
            .into_response(),
        Err(Refusal::Full) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the board has no room for another learner\n",
        )
            .into_response(),
    }
}

fn bearer(headers: &HeaderMap) -> &str {
    let text = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    text.and_then(|text| text.strip_prefix("Bearer "))
        .unwrap_or_default()
}

async fn read(body: Body) -> Result<Told, (StatusCode, String)> {
    let read = timeout(BODY_TIME, to_bytes(body, MAX_BODY)).await;
    let late = |_| {
        (
            StatusCode::REQUEST_TIMEOUT,
            "the message took too long\n".to_owned(),
        )
    };
    let long = |_| {
        (
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("a message has {MAX_BODY} bytes at most\n"),
        )
    };
    let bytes = read.map_err(late)?.map_err(long)?;
    let told: Told = serde_json::from_slice(&bytes)
        .map_err(|error| (StatusCode::BAD_REQUEST, format!("this is no message: {error}\n")))?;
    match told.fault() {
        Some(fault) => Err((StatusCode::BAD_REQUEST, format!("{fault}\n"))),
        None => Ok(told),
    }
}
