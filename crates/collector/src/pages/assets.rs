//! Stylesheet, icon and scripts: ours, and part of the binary.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// The scripts, by name: modules, without a build step.
const SCRIPTS: [(&str, &str); 4] = [
    ("arrows.js", include_str!("scripts/arrows.js")),
    ("list.js", include_str!("scripts/list.js")),
    ("view.js", include_str!("scripts/view.js")),
    ("times.js", include_str!("scripts/times.js")),
];

/// `GET /style.css`
pub async fn style() -> Response {
    let text = concat!(
        include_str!("styles/base.css"),
        include_str!("styles/list.css"),
        include_str!("styles/views.css"),
        include_str!("styles/trace.css"),
        include_str!("styles/logs.css"),
    );
    asset("text/css; charset=utf-8", text)
}

/// `GET /icon.svg`
pub async fn icon() -> Response {
    asset("image/svg+xml", include_str!("icon.svg"))
}

/// `GET /trace.js`
pub async fn trace_script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("scripts/trace.js"))
}

/// `GET /logs.js`
pub async fn logs_script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("scripts/logs.js"))
}

/// `GET /scripts/{name}`
pub async fn script(Path(name): Path<String>) -> Response {
    match SCRIPTS.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => asset("text/javascript; charset=utf-8", text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "max-age=60"),
    ];
    (headers, text).into_response()
}
