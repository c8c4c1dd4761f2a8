//! `/traces/{id}`: one trace, as a waterfall and as a table of its hops.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use zipkin::{TraceId, TraceIdPrefix, Waterfall};

use super::{
    headline::{started, title},
    hops,
    layout::{found, refusal, whole},
    logs,
    markup::Text,
    reader::Reader,
    services, waterfall,
};
use crate::{Collector, collector::MAX_IDS, error::Error, work::VAST};

/// More services than this are counted.
const MAX_SERVICES: usize = 50;

/// A trace of more packed bytes, some 130,000 spans, is not drawn: eight times as much is taken meanwhile.
const MAX_DRAWN: usize = if cfg!(test) { 1 << 20 } else { 32 << 20 };

/// `GET /traces/{id}`: the trace with this id, else those whose ids begin with it.
pub async fn page(State(collector): State<Collector>, reader: Reader, Path(id): Path<String>) -> Response {
    let digits = match TraceIdPrefix::parse(id.trim()) {
        Ok(digits) => digits,
        Err(error) => {
            return refusal(
                &reader,
                StatusCode::BAD_REQUEST,
                "Not a trace id",
                &error.to_string(),
            );
        }
    };
    let drawn = match digits.whole() {
        Some(id) => exactly(&collector, &reader, id).await,
        None => Ok(None),
    };
    match drawn {
        Ok(Some(page)) => return page,
        Ok(None) => {}
        Err(error) => return error.into_response(),
    }
    match &collector.ids(digits)[..] {
        [] => unknown(&reader, digits.whole(), id.trim()),
        [only] => found(&format!("{}traces/{only}", reader.root)),
        several => list(&reader, id.trim(), several),
    }
}

async fn exactly(collector: &Collector, reader: &Reader, id: TraceId) -> Result<Option<Response>, Error> {
    let bytes = collector.store().trace(id).map_or(0, |spans| spans.end());
    if bytes > MAX_DRAWN {
        return Ok(Some(too_large(reader, id)));
    }
    let alone = collector.alone_if(bytes > VAST).await;
    let drawing = reader.clone();
    let drawn = collector.work(move |store, asker| {
        let _alone = alone;
        let Some(trace) = store.trace(id).and_then(|spans| zipkin::waterfall(spans.iter())) else {
            return Ok(None);
        };
        asker.still_waits()?;
        Ok(Some(draw(&drawing, &trace)))
    });
    let Some(main) = drawn.await? else {
        return Ok(None);
    };
    let main = main + &logs::section(reader, collector, id, None).await;
    Ok(Some(whole(reader, StatusCode::OK, &format!("Trace {id}"), &main)))
}

fn too_large(reader: &Reader, id: TraceId) -> Response {
    let root = reader.root;
    let title = "Too large to draw";
    let main = format!(
        "<h1>{title}</h1>\n<p>The trace {id} has more than {} MiB of spans. \
         <a href=\"{root}api/v2/trace/{id}\">All of them as JSON</a></p>\n",
        MAX_DRAWN >> 20
    );
    whole(reader, StatusCode::OK, title, &main)
}

fn unknown(reader: &Reader, id: Option<TraceId>, digits: &str) -> Response {
    let id = id.map_or_else(|| digits.to_owned(), |id| id.to_string());
    let why = format!(
        "No span with the trace id {id} is here, and no id begins with {digits}. It may be on its way, not sampled, or \
         gone: the collector keeps the latest traces only."
    );
    refusal(reader, StatusCode::NOT_FOUND, "No such trace", &why)
}

fn list(reader: &Reader, digits: &str, ids: &[TraceId]) -> Response {
    let root = reader.root;
    let title = format!("Traces that begin with {digits}");
    let links: String = ids
        .iter()
        .map(|id| format!("<li><a href=\"{root}traces/{id}\"><code>{id}</code></a></li>\n"))
        .collect();
    let more = if ids.len() < MAX_IDS {
        ""
    } else {
        "<p>There may be more: add a digit.</p>\n"
    };
    let main = format!("<h1>{}</h1>\n<ul>\n{links}</ul>\n{more}", Text(&title));
    whole(reader, StatusCode::OK, &title, &main)
}

fn draw(reader: &Reader, trace: &Waterfall) -> String {
    let root = reader.root;
    let errors = trace.rows.iter().filter(|row| row.error.is_some()).count();
    let depth = trace
        .rows
        .iter()
        .map(|row| row.depth + 1)
        .max()
        .unwrap_or_default();
    let services = services::chips(
        reader,
        &trace.services,
        trace.services.len(),
        MAX_SERVICES,
        trace.trace_id,
    );
    let first = trace.rows.first();
    let (service, name) = first.map_or(("", ""), |row| (&row.service, &row.name));
    format!(
        r#"<h1>{title}</h1>
<dl class="facts">
<div><dt>Duration</dt><dd>{duration}</dd></div>
<div><dt>Started (UTC)</dt><dd>{started}</dd></div>
<div><dt>Spans</dt><dd>{spans}</dd></div>
<div><dt>Depth</dt><dd>{depth}</dd></div>
<div><dt>Errors</dt><dd>{errors}</dd></div>
<div><dt>Trace id</dt><dd><code>{id}</code> <a href="{root}api/v2/trace/{id}">JSON</a></dd></div>
<div><dt>Services</dt><dd>{services}</dd></div>
</dl>
{waterfall}
{hops}"#,
        title = title(service, name),
        duration = trace.times.took(),
        started = started(&trace.times),
        spans = trace.rows.len(),
        id = trace.trace_id,
        waterfall = waterfall::section(root, trace),
        hops = hops::section(trace),
    )
}
