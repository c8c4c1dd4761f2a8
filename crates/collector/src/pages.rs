//! The pages for people, made on the server: no script, and no style but one stylesheet of ours.

use axum::{
    Router,
    extract::{Path, RawQuery},
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{any, get},
};

use crate::{Collector, clock::now_ms, error::Error, params::Params, root::Root};

/// Text into markup, unharmed and harmless.
mod markup;

/// The services of a trace, each in its colour.
mod services;

/// `/`: the latest traces, or those that a search finds.
mod latest;

/// The search that an address asks for.
mod asked;

/// `/traces/{id}`: one trace.
mod trace;

/// The rows of a trace on a time axis.
mod waterfall;

/// All that a span says, for whoever opens its row.
mod details;

/// What each remote call cost.
mod hops;

use markup::Text;

/// Whatever a span's text contains, nothing of it runs, loads or frames.
const HEADERS: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// The routes of the pages.
pub fn routes() -> Router<Collector> {
    Router::new()
        .route("/", get(latest::page))
        .route("/traces/{id}", get(trace::page))
        .route("/style.css", get(style))
        .route("/icon.svg", get(icon))
}

/// Zipkin's own page is under `/zipkin/`, and so are links to it: where it is not there, they lead to ours.
pub fn instead_of_lens() -> Router<Collector> {
    Router::new()
        .route("/favicon.ico", any(to_icon))
        .route("/zipkin", any(to_latest))
        .route("/zipkin/", get(to_latest))
        .route("/zipkin/index.html", get(to_latest))
        .route("/zipkin/traceViewer", get(to_latest))
        .route("/zipkin/traces/{id}", get(to_trace))
        // An address of older versions.
        .route("/zipkin/trace/{id}", get(to_trace))
        .route("/zipkin/dependency", get(to_links))
}

/// A whole page around its main part.
fn whole(root: Root, status: StatusCode, title: &str, main: &str) -> Response {
    let html = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Three Hops</title>
<link rel="icon" href="{root}icon.svg">
<link rel="stylesheet" href="{root}style.css">
</head>
<body>
<header><a class="home" href="{root}">Three Hops</a> <span>traces, as the collector has them</span></header>
<main>
{main}
</main>
</body>
</html>
"#,
        title = Text(title),
    );
    (status, HEADERS, Html(html)).into_response()
}

/// A page that says why there is no better one.
fn refusal(root: Root, status: StatusCode, title: &str, why: &str) -> Response {
    let main = format!(
        r#"<h1>{}</h1>
<p>{}</p>
<p><a href="{root}">The latest traces</a></p>"#,
        Text(title),
        Text(why)
    );
    whole(root, status, title, &main)
}

async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("pages/style.css"))
}

async fn icon() -> Response {
    asset("image/svg+xml", include_str!("pages/icon.svg"))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "max-age=60"),
    ];
    (headers, text).into_response()
}

async fn to_icon(root: Root) -> Response {
    found(&format!("{root}icon.svg"))
}

async fn to_latest(root: Root, RawQuery(query): RawQuery) -> Response {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    found(&format!("{root}{query}"))
}

async fn to_trace(root: Root, Path(id): Path<String>) -> Response {
    found(&format!("{root}traces/{}", markup::path_segment(&id)))
}

/// There is no page of who calls whom: the API's list has the same.
async fn to_links(root: Root, params: Params) -> Result<Response, Error> {
    let (start, end) = (params.number("startTime")?, params.number("endTime")?);
    let end = end.unwrap_or_else(|| now_ms() as i64);
    let lookback = start.map(|start| end.saturating_sub(start));
    let lookback = lookback
        .map(|lookback| format!("&lookback={lookback}"))
        .unwrap_or_default();
    Ok(found(&format!("{root}api/v2/dependencies?endTs={end}{lookback}")))
}

fn found(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests;
