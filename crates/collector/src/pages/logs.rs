//! `/logs`: log lines by level, service, value, text and trace, newest first; alike lines in groups. `/logs.json` says the same.

use std::fmt::Display;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use zipkin::{SpanId, TraceId};

use super::{layout::whole, markup::Text, reader::Reader};
use crate::{
    Collector,
    lines::{Found, LineQuery},
    params::Params,
};

/// The lines that an address asks for.
mod asked;

/// The fields above them.
mod form;

/// The bound of a list.
mod bound;

/// Alike lines together.
mod groups;

/// Lines as JSON.
mod twin;

/// Lines as a table.
mod table;

use asked::Asked;

/// Lines of one trace or span that its page shows.
const MAX_OF_TRACE: usize = 200;

/// `GET /logs`
pub async fn page(State(collector): State<Collector>, reader: Reader, params: Params) -> Response {
    let title = reader.say("Log lines");
    let asked = Asked::read(&params, collector.config().strict_trace_id);
    let (status, mistake, query) = match &asked {
        Ok(asked) => (StatusCode::OK, None, asked.query.clone()),
        Err(mistake) => (StatusCode::BAD_REQUEST, Some(mistake), LineQuery::default()),
    };
    let is_grouped = asked.as_ref().is_ok_and(|asked| asked.is_grouped);
    let (found, services) = find(&collector, query).await;
    let list = if !collector.lines().are_kept() {
        paragraph(reader.say("Log lines are not kept: LOGS_MAX_BYTES is 0."))
    } else if let Some(mistake) = mistake {
        form::beyond(&reader, mistake)
    } else if found.lines.is_empty() {
        nothing(&reader, &collector)
    } else if is_grouped {
        groups::table(&reader, &params, &found)
    } else {
        latest(&reader, &params, &found)
    };
    let main = format!(
        r#"<h1>{title}</h1>
{form}
{list}
<script type="module" src="{root}logs.js"></script>"#,
        form = form::fields(&reader, &params, &services, mistake),
        root = reader.root,
    );
    whole(&reader, status, title, &main)
}

/// `GET /logs.json`
pub async fn json(State(collector): State<Collector>, reader: Reader, params: Params) -> Response {
    let asked = match Asked::read(&params, collector.config().strict_trace_id) {
        Ok(asked) => asked,
        Err(mistake) => {
            return (StatusCode::BAD_REQUEST, mistake.said(&reader.for_a_program())).into_response();
        }
    };
    let (found, _) = find(&collector, asked.query).await;
    if asked.is_grouped {
        return Json(twin::groups(&groups::of(&found), &found)).into_response();
    }
    Json(twin::lines(&found)).into_response()
}

/// The lines of a trace, or of one of its spans, by time; nothing where it has none.
pub async fn section(
    reader: &Reader,
    collector: &Collector,
    trace_id: TraceId,
    span_id: Option<SpanId>,
) -> String {
    let query = LineQuery {
        trace_id: Some(trace_id),
        by_low_bits: !collector.config().strict_trace_id,
        span_id,
        limit: MAX_OF_TRACE,
        ..LineQuery::default()
    };
    let (found, _) = find(collector, query).await;
    if found.lines.is_empty() {
        return String::new();
    }
    let title = match span_id {
        Some(_) => reader.say("Log lines of this span"),
        None => reader.say("Log lines of this trace"),
    };
    let (lines, left_out) = table::of_trace(reader, &found.lines);
    let all = match found.has_more || left_out > 0 || span_id.is_some() {
        true => format!(
            r#"<p><a href="{}logs?traceId={trace_id}">{}</a></p>"#,
            reader.root,
            reader.say("All log lines of the trace"),
        ),
        false => String::new(),
    };
    let left_out = table::left_out(reader, left_out);
    format!("<section class=\"lines\">\n<h2>{title}</h2>\n{left_out}{lines}\n{all}</section>\n")
}

/// Off the threads that answer others: a search reads all lines.
async fn find(collector: &Collector, query: LineQuery) -> (Found, Vec<Box<str>>) {
    let lines = collector.lines().clone();
    let work = move |_: &_, _: &_| Ok((lines.find(&query), lines.services()));
    collector.work(work).await.unwrap_or_default()
}

fn latest(reader: &Reader, params: &Params, found: &Found) -> String {
    let (table, shown) = table::newest_first(reader, &found.lines);
    let count = shown.rows.len();
    let said = reader.fill(
        "The latest {count} lines that match, newest first.",
        &[("count", &count)],
    );
    let oldest = shown.rows.iter().map(|(line, _)| line.number).min();
    let older = match oldest.filter(|_| found.has_more || shown.left_out > 0) {
        Some(before) => format!(
            r#"<p><a href="{}logs?{}">{}</a></p>"#,
            reader.root,
            asked::with(params, "before", &before.to_string()),
            reader.say("Older lines"),
        ),
        None => String::new(),
    };
    let left_out = table::left_out(reader, shown.left_out);
    // The script asks for later ones, and puts its count into the button.
    format!(
        r#"<p class="hint">{said} <a class="new" hidden data-latest="{latest}" data-new="{new}" href="">{none}</a></p>
{table}
{left_out}{older}"#,
        latest = found.latest,
        new = reader.say("{count} new"),
        none = reader.fill("{count} new", &[("count", &0)]),
    )
}

fn nothing(reader: &Reader, collector: &Collector) -> String {
    if collector.lines().received() > 0 {
        let all = reader.say("Show all lines");
        let link = format!(r#"<a href="{}logs">{all}</a>"#, reader.root);
        return format!(
            r#"<p class="empty">{} {link}</p>"#,
            reader.say("No line matches.")
        );
    }
    format!(
        r#"<section class="empty">
<h2>{}</h2>
{}<pre>docker compose logs -f --no-log-prefix | hop collector --logs -
hop collector --logs /var/log/shop</pre>
{}</section>"#,
        reader.say("No log lines yet"),
        paragraph(reader.say(
            "hop up brings the lines of its services here. A collector of its own reads them from a pipe or from a folder:"
        )),
        paragraph(reader.say("Any OpenTelemetry SDK sends its log records, too, with OTEL_LOGS_EXPORTER=otlp.")),
    )
}

fn paragraph(text: impl Display) -> String {
    format!("<p>{}</p>\n", Text(&text.to_string()))
}

#[cfg(test)]
mod tests;
