//! What every page has around its main part, and how one leads to another.

use axum::{
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::markup::Text;
use crate::root::Root;

/// Whatever a span's text contains, nothing of it runs, loads or frames.
const HEADERS: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// A whole page around its main part.
pub fn whole(root: Root, status: StatusCode, title: &str, main: &str) -> Response {
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
pub fn refusal(root: Root, status: StatusCode, title: &str, why: &str) -> Response {
    let main = format!(
        r#"<h1>{}</h1>
<p>{}</p>
<p><a href="{root}">The latest traces</a></p>"#,
        Text(title),
        Text(why)
    );
    whole(root, status, title, &main)
}

/// Leads the browser to another address.
pub fn found(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}
