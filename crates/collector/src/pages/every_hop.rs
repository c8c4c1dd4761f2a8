//! `/hops`: every hop over a window, against the window before, and how well each service is instrumented.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Serialize;
use zipkin::{
    Query,
    score::{Judge, Score},
    traffic::{Call, Traffic},
};

use super::{
    layout::{broken, whole},
    reader::Reader,
    twin,
    window::{self, Coverage},
};
use crate::{Collector, clock::now_ms, error::Error, params::Params};

/// The rows of the calls.
mod calls;

/// The rules of the Instrumentation Score.
mod rules;

/// Traces of a window that are looked at.
const MAX_TRACES: usize = 1_000;

/// All that the view shows. It is written to JSON in camel case.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    coverage: Coverage,
    seconds: Option<f64>,
    calls: Vec<Call>,
    before: Option<Before>,
    scores: Vec<Score>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Before {
    coverage: Coverage,
    seconds: Option<f64>,
    calls: Vec<Call>,
}

/// `GET /hops`
pub async fn page(State(collector): State<Collector>, reader: Reader, params: Params) -> Response {
    let title = reader.say("Hops");
    let (query, name) = match window::of(&params, now_ms()) {
        Ok(window) => window,
        Err(error) => {
            let wrong = window::wrong(&reader, &params, &error, now_ms());
            return around(&reader, error.status(), "", &wrong);
        }
    };
    let seen = match see(&collector, query).await {
        Ok(seen) => seen,
        Err(error) => return broken(&reader, title, error),
    };
    let body = if seen.calls.is_empty() {
        nothing(&reader)
    } else {
        let hint = reader
            .say("A call's time is its client's wait, or the server's time where the client sent no span.");
        let before = seen.before.as_ref();
        format!(
            "<p class=\"hint\">{hint} {}</p>\n{}\n{}",
            seen.coverage.words(&reader),
            calls::table(
                &reader,
                &seen.calls,
                seen.seconds,
                before.map(|before| before.calls.as_slice())
            ),
            rules::section(&reader, &seen.scores),
        )
    };
    around(&reader, StatusCode::OK, &name, &body)
}

/// The page around its body, with the windows to choose from.
fn around(reader: &Reader, status: StatusCode, window: &str, body: &str) -> Response {
    let title = reader.say("Hops");
    let main = format!(
        r#"<h1>{title}</h1>
{}
{body}
<script type="module" src="{}scripts/view.js"></script>"#,
        window::links(reader, "hops", window),
        reader.root,
    );
    whole(reader, status, title, &main)
}

/// `GET /hops.json`
pub async fn json(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    let (query, _) = window::of(&params, now_ms())?;
    Ok(twin::json(&see(&collector, query).await?))
}

async fn see(collector: &Collector, query: Query) -> Result<Seen, Error> {
    let earlier = window::before(&query);
    let state = (Traffic::default(), Judge::default());
    let add = |state: &mut (Traffic, Judge), trace| {
        state.0.add(&trace);
        state.1.add(&trace);
    };
    let ((traffic, judge), coverage) = window::look(collector, query.clone(), MAX_TRACES, state, add).await?;
    let before = match earlier {
        Some(earlier) => {
            let add = |traffic: &mut Traffic, trace| traffic.add(&trace);
            let looked = window::look(collector, earlier.clone(), MAX_TRACES, Traffic::default(), add);
            let (traffic, coverage) = looked.await?;
            Some(Before {
                seconds: coverage.seconds(&earlier),
                coverage,
                calls: traffic.calls(),
            })
        }
        None => None,
    };
    Ok(Seen {
        seconds: coverage.seconds(&query),
        coverage,
        calls: traffic.calls(),
        before,
        scores: judge.scores(),
    })
}

fn nothing(reader: &Reader) -> String {
    format!(
        r#"<section class="empty"><p>{} <a href="{}hops?lookback=all">{}</a></p>
<pre>curl -H 'userid: terry' http://127.0.0.1:8081/orders/1</pre></section>"#,
        reader.say("No service was called in this window. Look at all of them, or send a request:"),
        reader.root,
        reader.say("all"),
    )
}
