//! The frame of every page around its main part, and the links from one page to another.

use std::convert::Infallible;

use axum::{
    body::Body,
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::OwnedSemaphorePermit;
use zipkin::utc;

use super::{errors, language::message, markup::Text, reader::Reader, switch};
use crate::{error::Error, work::AnswerMemory};

/// Whatever a span's text contains, nothing of it runs, loads or frames. Scripts are ours, and make no markup of texts.
const HEADERS: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    ),
    // A form of ours says where it comes from; no other host is asked for anything.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// The views: address from the root, and name.
const VIEWS: [(&str, &str); 5] = [
    ("", message("Traces")),
    ("hops", message("Hops")),
    ("dependencies", message("Dependencies")),
    ("compare", message("Compare")),
    ("logs", message("Logs")),
];

/// A whole page around its main part.
pub fn whole(reader: &Reader, status: StatusCode, title: &str, main: &str) -> Response {
    let html = format!("{}{main}{END}", head(reader, title));
    (status, HEADERS, Html(html)).into_response()
}

/// A page whose main part takes its time, and memory for a long answer: the browser has the rest and fetches the stylesheet meanwhile.
pub fn in_two(
    reader: &Reader,
    title: &str,
    memory: AnswerMemory,
    main: impl Future<Output = Result<String, Error>> + Send + 'static,
) -> Response {
    let head = stream::iter([Ok(head(reader, title))]);
    let of = reader.clone();
    let main = stream::once(async move {
        let main = main.await.and_then(|main| {
            let reservation = memory.take(main.len()).ok_or(Error::Busy)?;
            Ok((main, Some(reservation)))
        });
        // Its status is on its way already.
        let (main, reservation) = main.unwrap_or_else(|error| {
            let said = errors::said(&of, &error);
            let why = Text(&said);
            (format!("<p class=\"empty\" role=\"alert\">{why}</p>"), None)
        });
        until_sent(main + END, reservation)
    });
    let body = Body::from_stream(head.chain(main.flatten()));
    (HEADERS, Html(body)).into_response()
}

/// A piece that has its reservation until it is sent: hyper asks for more once it has sent what it had.
fn until_sent(
    piece: String,
    reservation: Option<OwnedSemaphorePermit>,
) -> impl Stream<Item = Result<String, Infallible>> {
    stream::unfold((Some(piece), reservation), async |(piece, reservation)| {
        Some((Ok(piece?), (None, reservation)))
    })
}

/// The end of a page, behind its main part.
const END: &str = "
</main>
</body>
</html>
";

/// All that stands before the main part.
fn head(reader: &Reader, title: &str) -> String {
    let root = reader.root;
    format!(
        r##"<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Three Hops</title>
<link rel="icon" href="{root}icon.svg">
<link rel="stylesheet" href="{root}style.css">
</head>
<body>
<a class="skip" href="#main">{skip}</a>
<header><a class="home" href="{root}">Three Hops</a>
<nav aria-label="{views}">{navigation}</nav>
{switch}</header>
{apart}<main id="main" tabindex="-1">
"##,
        language = reader.language.tag(),
        title = Text(title),
        skip = reader.say("Skip to the content"),
        views = reader.say("Views"),
        navigation = navigation(reader),
        switch = switch::link(reader),
        apart = apart(reader),
    )
}

/// Whose traces these are, where they are not the live ones.
fn apart(reader: &Reader) -> String {
    let Some(apart) = reader.apart else {
        return String::new();
    };
    let text = reader.fill(
        "A file, apart from the live traces, until {time} UTC.",
        &[("time", &utc::time_of_day(apart.until))],
    );
    format!(
        "<p class=\"apart\">{text} <a href=\"{}../../\">{}</a></p>\n",
        reader.root,
        reader.say("Live traces")
    )
}

fn navigation(reader: &Reader) -> String {
    let first = reader.here().split(['?', '/']).next().unwrap_or_default();
    let here = if first == "traces" { "" } else { first };
    let link = |(address, name): (&str, &'static str)| {
        let current = if address == here {
            r#" aria-current="page""#
        } else {
            ""
        };
        format!(
            r#"<a href="{}{address}"{current}>{}</a>"#,
            reader.root,
            reader.say(name)
        )
    };
    VIEWS.map(link).join("\n")
}

/// A page that says why there is no better one.
pub fn refusal(reader: &Reader, status: StatusCode, title: &str, why: &str) -> Response {
    let main = format!(
        r#"<h1>{}</h1>
<p>{}</p>
<p><a href="{}">{}</a></p>"#,
        Text(title),
        Text(why),
        reader.root,
        reader.say("The latest traces"),
    );
    whole(reader, status, title, &main)
}

/// A page that says an error, with the headers that the error brings.
pub fn broken(reader: &Reader, title: &str, error: Error) -> Response {
    let mut page = refusal(reader, error.status(), title, &errors::said(reader, &error));
    for (name, value) in error.into_response().headers() {
        if !page.headers().contains_key(name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

/// Leads the browser to another address.
pub fn found(location: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}
