//! Zipkin's own page, Lens: answering with the files, as Zipkin's server does: the page itself for its own addresses, everything else by name.

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};

use crate::{
    Collector,
    error::Error,
    root::Root,
    ui_dir::{File, INDEX, Lens},
};

/// The page may change with the next version of Zipkin.
const PAGE_AGE: &str = "max-age=60";

/// The names of scripts and styles change with what is in them.
const FILE_AGE: &str = "max-age=31536000";

/// The routes of the page. Its script reads the address and shows the search, a trace or the graph.
pub fn routes(lens: Lens) -> Router<Collector> {
    Router::new()
        .route("/zipkin", any(to_page))
        .route("/favicon.ico", any(to_icon))
        .route("/zipkin/", get(page))
        .route("/zipkin/index.html", get(page))
        .route("/zipkin/traces/{id}", get(page))
        .route("/zipkin/dependency", get(page))
        .route("/zipkin/traceViewer", get(page))
        .route("/zipkin/{*name}", get(file))
        .with_state(lens)
}

async fn page(State(lens): State<Lens>, headers: HeaderMap) -> Result<Response, Error> {
    let page = lens.file(INDEX).ok_or(Error::NoRoute)?;
    Ok(answer(page, PAGE_AGE, &headers))
}

async fn file(
    State(lens): State<Lens>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let file = lens.file(&name).ok_or(Error::NoRoute)?;
    Ok(answer(file, FILE_AGE, &headers))
}

fn answer(file: &File, age: &'static str, headers: &HeaderMap) -> Response {
    let head = [
        (header::CONTENT_TYPE, file.content_type),
        (header::CACHE_CONTROL, age),
        (header::ETAG, file.etag.as_str()),
    ];
    if is_known(headers, &file.etag) {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, file.bytes.clone()).into_response()
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let known = known.unwrap_or_default().split(',').map(str::trim);
    known
        .into_iter()
        .any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}

async fn to_page(root: Root, RawQuery(query): RawQuery) -> Response {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    found(&format!("{root}zipkin/{query}"))
}

async fn to_icon(root: Root) -> Response {
    found(&format!("{root}zipkin/favicon.ico"))
}

fn found(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests;
