//! The pages for people, made on the server. They read without a script; ours add what only a browser can do.

use axum::{
    Extension, Router,
    extract::{Path, RawQuery},
    response::Response,
    routing::{any, get},
};

use crate::{Collector, clock::now_ms, error::Error, params::Params, root::Root};

/// Text into markup, unharmed and harmless.
mod markup;

/// The two languages.
mod language;

/// The messages in Korean.
mod korean;

/// The reader of a page.
mod reader;

/// The switch between the languages.
mod switch;

/// The frame of every page around its main part.
mod layout;

/// Which trace it is, and when it started.
mod headline;

/// The services of a trace, each in its colour.
mod services;

/// Stylesheet, icon and scripts.
mod assets;

/// The JSON beside a view.
mod twin;

/// Moments, as people read them.
mod when;

/// A scale of durations.
mod scale;

/// The traces of a list, summed up.
mod summed;

/// The rows of a list.
mod list;

/// Durations over time.
mod scatter;

/// The one box.
mod one_box;

/// The search that an address asks for.
mod asked;

/// Knowledge beside a trace.
mod beside;

/// A trace, laid out and analysed.
mod laid;

/// The part of a trace that an address asks for.
mod view;

/// Values that make no sense, beside their fields.
mod mistakes;

/// Errors in the reader's language.
mod errors;

/// The search form.
mod form;

/// `/`: the latest traces, or those that a search finds.
mod latest;

/// A window of time, and the traces in it.
mod window;

/// `/hops`: every hop over a window.
mod every_hop;

/// `/dependencies`: who calls whom.
mod dependencies;

/// `/compare`: two traces or two windows.
mod compare;

/// `/traces/{id}`: one trace.
mod trace;

/// `/traces/{id}/spans/{spanId}`: one span.
mod span;

/// Which rows of a trace are shown, and what is said of the others.
mod rows;

/// The rows of a trace on a time axis.
mod waterfall;

/// The context headers of a hop.
mod xray;

/// All that a span says, for whoever opens its row.
mod details;

/// Sentences with names of others in them.
mod sentence;

/// Numbers in few characters.
mod grouped;

/// The cost of each remote call.
mod hops;

/// `/logs`: log lines.
mod logs;

/// The form that sends a trace file.
mod upload;

use layout::found;
pub use reader::{Apart, Reader};
pub use trace::{Kept, prepare};
pub use upload::{Sayings, upload_form};

/// The routes of the pages. Those of large traces are kept for who comes again.
pub fn routes(kept: Kept) -> Router<Collector> {
    Router::new()
        .route("/", get(latest::page))
        .route("/traces.json", get(latest::json))
        .route("/traces/{id}", get(trace::page))
        .route("/logs", get(logs::page))
        .route("/logs.json", get(logs::json))
        .route("/logs.js", get(assets::logs_script))
        .route("/traces/{id}/spans/{span}", get(span::page))
        .route("/trace.js", get(assets::trace_script))
        .route("/hops", get(every_hop::page))
        .route("/hops.json", get(every_hop::json))
        .route("/dependencies", get(dependencies::page))
        .route("/dependencies.json", get(dependencies::json))
        .route("/compare", get(compare::page))
        .route("/compare.json", get(compare::json))
        .route("/language", get(switch::page))
        .route("/style.css", get(assets::style))
        .route("/icon.svg", get(assets::icon))
        .route("/scripts/{name}", get(assets::script))
        .layer(Extension(kept))
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

async fn to_links(root: Root, params: Params) -> Result<Response, Error> {
    let (start, end) = (params.number("startTime")?, params.number("endTime")?);
    let end = end.unwrap_or_else(|| now_ms() as i64);
    let lookback = start.map_or_else(
        || "lookback=1d".to_owned(),
        |start| format!("lookback={}", end.saturating_sub(start)),
    );
    Ok(found(&format!("{root}dependencies?endTs={end}&{lookback}")))
}

#[cfg(test)]
mod tests;
