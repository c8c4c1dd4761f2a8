//! `/uploads`: a trace file of any viewer, shown by the same pages, apart from the live traces, for an hour.
//!
//! Each file is a collector of its own in memory, below `/uploads/{id}/`: nothing of it reaches the live one.

use axum::{
    Extension, Router,
    body::to_bytes,
    extract::{Path, Request, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::{
    Collector,
    pages::{self, Apart, Reader, Sayings},
};

/// The files that are kept.
mod kept;

/// The spans of a file.
mod file;

/// Jaeger's JSON.
mod jaeger;

/// The file in a form.
mod form;

/// Pages of this site alone may send.
mod same_site;

use file::Unreadable;
use kept::Kept;

/// Bytes of a file.
const MAX_BYTES: usize = 64 << 20;

/// Bytes that a form has around its file.
const MAX_AROUND: usize = 64 << 10;

/// The time that a file may be on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(60);

/// The routes, with room for a few files.
pub fn routes() -> Router<Collector> {
    routes_with(Kept::default())
}

fn routes_with(kept: Kept) -> Router<Collector> {
    Router::new()
        .route("/uploads", get(page).post(take))
        .route("/uploads/{id}", get(to_root))
        .route("/uploads/{id}/", get(show))
        .route("/uploads/{id}/{*path}", get(show))
        .layer(Extension(kept))
}

async fn page(reader: Reader) -> Response {
    pages::upload_form(&reader, StatusCode::OK, None)
}

/// A file, as the field of a form or as the whole body.
async fn take(
    State(collector): State<Collector>,
    Extension(kept): Extension<Kept>,
    reader: Reader,
    request: Request,
) -> Response {
    let refuse = |status, why: Sayings| pages::upload_form(&reader, status, Some(why));
    if !same_site::is_ours(request.headers()) {
        return refuse(StatusCode::FORBIDDEN, Sayings::Foreign);
    }
    // One at a time: a file takes several times its size while it is read.
    let Some(place) = kept.place() else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, Sayings::Busy);
    };
    let boundary = form::boundary(request.headers());
    let body = timeout(ON_ITS_WAY, to_bytes(request.into_body(), MAX_BYTES + MAX_AROUND)).await;
    let body = match body {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return refuse(StatusCode::PAYLOAD_TOO_LARGE, Sayings::TooLarge),
        Err(_) => return refuse(StatusCode::REQUEST_TIMEOUT, Sayings::TooSlow),
    };
    let keeping = kept.clone();
    let read = tokio::task::spawn_blocking(move || {
        let _place = place;
        let file = match boundary {
            Some(boundary) => form::file(&body, &boundary).ok_or(Unreadable::NoFile)?,
            None => &body,
        };
        if file.len() > MAX_BYTES {
            return Err(Unreadable::TooLarge);
        }
        let spans = file::read(file)?;
        Ok(keeping.keep(&collector, spans))
    });
    match read.await {
        Ok(Ok(address)) => {
            kept.let_go_in_time();
            let location = [(header::LOCATION, format!("./uploads/{address}"))];
            (StatusCode::SEE_OTHER, location).into_response()
        }
        Ok(Err(unreadable)) => refuse(unreadable.status(), unreadable.said()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn to_root(Path(id): Path<String>) -> Response {
    let id: String = id.chars().filter(char::is_ascii_hexdigit).collect();
    (StatusCode::FOUND, [(header::LOCATION, format!("./{id}/"))]).into_response()
}

/// Any page of a file: its own collector answers, with the address below it.
async fn show(Extension(kept): Extension<Kept>, reader: Reader, mut request: Request) -> Response {
    let path = request.uri().path().strip_prefix("/uploads/").unwrap_or_default();
    let (id, path) = path.split_once('/').unwrap_or((path, ""));
    let Some((routes, until)) = kept.find(id) else {
        return pages::upload_form(&reader, StatusCode::NOT_FOUND, Some(Sayings::Gone));
    };
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let Ok(below) = format!("/{path}{query}").parse::<Uri>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = below;
    // The address as it was asked for, and its parts, are those of this route.
    request.extensions_mut().clear();
    request.extensions_mut().insert(Apart { until });
    match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests;
