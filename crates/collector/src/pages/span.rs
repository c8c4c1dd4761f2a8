//! `/traces/{id}/spans/{spanId}`: all that one span says, and where it stands in its trace; with `.json` for a program.

use std::collections::HashSet;

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use zipkin::{Row, Span, SpanId, TraceId, Waterfall, analysis::Beside, encode};

use super::{
    details::{self, Much},
    headline::title,
    laid::{self, Laid, Whole},
    layout::{broken, refusal, whole},
    logs,
    markup::{Attribute, name_or},
    reader::Reader,
    services::colour,
    view::{Open, View},
};
use crate::{Collector, error::Error, params::Params, work::VAST};

/// More children than this stand in the trace's page.
const MAX_CHILDREN: usize = 50;

/// `GET /traces/{id}/spans/{spanId}`
pub async fn page(
    State(collector): State<Collector>,
    reader: Reader,
    Path((trace, span)): Path<(String, String)>,
    params: Params,
) -> Response {
    let (span, is_json) = match span.strip_suffix(".json") {
        Some(span) => (span, true),
        None => (span.as_str(), false),
    };
    // In either case, as on the trace's own page.
    let [trace, span] = [trace.trim(), span.trim()].map(str::to_ascii_lowercase);
    let ids = TraceId::parse(&trace).and_then(|trace| Ok((trace, SpanId::parse(&span)?)));
    let (trace, span) = match ids {
        Ok(ids) => ids,
        Err(error) if is_json => return Error::Id(error).into_response(),
        Err(error) => return broken(&reader, reader.say("Not an id"), Error::Id(error)),
    };
    let much = if params.get("all").is_some() {
        Much::ALL
    } else {
        Much::SOME
    };
    let asked = Asked {
        reader,
        trace,
        span,
        much,
        is_json,
    };
    match drawn(&collector, &asked).await {
        Ok(Some(main)) if is_json => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, main).into_response()
        }
        Ok(Some(main)) => {
            let lines = logs::section(&asked.reader, &collector, trace, Some(span)).await;
            let script = format!(
                "<script type=\"module\" src=\"{}scripts/view.js\"></script>\n",
                asked.reader.root
            );
            let main = main + &lines + &script;
            let title = asked.reader.fill("Span {id}", &[("id", &span)]);
            whole(&asked.reader, StatusCode::OK, &title, &main)
        }
        Ok(None) if is_json => Error::UnknownSpan(trace, span).into_response(),
        Ok(None) => unknown(&asked),
        Err(error) if is_json => error.into_response(),
        Err(error) => {
            let title = asked.reader.fill("Span {id}", &[("id", &span)]);
            broken(&asked.reader, &title, error)
        }
    }
}

/// A question for a span, and its reader.
#[derive(Clone)]
struct Asked {
    reader: Reader,
    trace: TraceId,
    span: SpanId,
    much: Much,
    is_json: bool,
}

fn unknown(asked: &Asked) -> Response {
    let reader = &asked.reader;
    let why = reader.fill(
        "The trace {trace} has no span {span} here: it may be on its way, or gone.",
        &[("trace", &asked.trace), ("span", &asked.span)],
    );
    refusal(reader, StatusCode::NOT_FOUND, reader.say("No such span"), &why)
}

async fn drawn(collector: &Collector, asked: &Asked) -> Result<Option<String>, Error> {
    let bytes = collector
        .store()
        .trace(asked.trace)
        .map_or(0, |spans| spans.end());
    let alone = collector.alone_if(bytes > VAST).await;
    let asked = asked.clone();
    let drawn = collector.work(move |store, asker| {
        let _alone = alone;
        let Some(spans) = store.trace(asked.trace) else {
            return Ok(None);
        };
        let whole = Whole::of(&spans, &HashSet::from([asked.span]));
        if asked.is_json {
            return Ok(json(&whole, asked.span));
        }
        if !laid::fits(&spans) {
            return Ok(None);
        }
        let beside = |_: &Waterfall| Ok(Beside::default());
        Ok(Laid::of(&spans, beside, asked.reader.language.into(), asker)?
            .and_then(|laid| draw(&asked, &laid, &whole)))
    });
    Ok(drawn.await?)
}

/// The span as the API has it; both sides, where a server shares its client's id.
fn json(whole: &Whole, id: SpanId) -> Option<String> {
    let spans = whole.all(id);
    if spans.is_empty() {
        return None;
    }
    let mut json = Vec::new();
    encode::list(&mut json, spans);
    String::from_utf8(json).ok()
}

fn draw(asked: &Asked, laid: &Laid, whole: &Whole) -> Option<String> {
    let reader = &asked.reader;
    let rows: Vec<usize> = laid.rows_of(asked.span).collect();
    let first = laid.row(*rows.first()?)?;
    let sides = rows.iter().filter_map(|&index| {
        let row = laid.row(index)?;
        Some(side(asked, laid, row, whole.span(row)))
    });
    let above = first.parent.and_then(|parent| laid.row(parent));
    let above = above.map_or_else(String::new, |row| {
        format!("<p>{} {}</p>\n", reader.say("Caused by"), named(asked, row))
    });
    Some(format!(
        r#"<nav class="way" aria-label="{way}"><a href="{root}traces/{trace}{here}">{back}</a></nav>
<h1>{title}</h1>
<section id="span">{sides}</section>
{above}{children}<p class="links"><a href="{root}traces/{trace}/spans/{span}.json">JSON</a> · <a href="{root}traces/{trace}{below}">{subtree}</a> · <a href="{root}traces/{trace}/spans/{span}/caused.json" download="{trace}-{span}.json">{download}</a></p>
"#,
        way = reader.say("Way back"),
        root = reader.root,
        trace = asked.trace,
        here = Attribute(&format!(
            "{}#s-{}",
            View::default().opened(Open::Span(asked.span)).query(),
            asked.span
        )),
        back = reader.say("This span in its trace"),
        title = title(reader, &first.service, &first.name),
        sides = sides.collect::<String>(),
        children = children(asked, laid, &rows),
        span = asked.span,
        below = Attribute(&format!(
            "{}#waterfall",
            View::default().opened(Open::Below(asked.span)).query()
        )),
        subtree = reader.say("What it caused, in the trace"),
        download = reader.say("download this span and what it caused"),
    ))
}

/// One side of a call: a client and a server may have one id.
fn side(asked: &Asked, laid: &Laid, row: &Row, span: &Span) -> String {
    let reader = &asked.reader;
    let page = format!("{}traces/{}/spans/{}", reader.root, asked.trace, asked.span);
    let kind = row.kind.map_or("local", |kind| kind.as_str()).to_lowercase();
    let error = match &row.error {
        Some(_) => format!(r#" <strong class="error">{}</strong>"#, reader.say("error")),
        None => String::new(),
    };
    format!(
        "<p class=\"side\"><span class=\"chip {}\">{}</span> <span class=\"kind\">{kind}</span>{error}</p>\n{}",
        colour(&row.service),
        name_or(&row.service, reader.words().no_service),
        details::parts(reader, laid, row, span, &page, asked.much),
    )
}

fn children(asked: &Asked, laid: &Laid, rows: &[usize]) -> String {
    let reader = &asked.reader;
    let below = rows
        .iter()
        .flat_map(|&row| laid.shape.children(&laid.trace, Some(row)));
    let below: Vec<&Row> = below
        .filter(|row| !rows.contains(row))
        .filter_map(|row| laid.row(row))
        .collect();
    if below.is_empty() {
        return String::new();
    }
    let items = below.iter().take(MAX_CHILDREN).map(|row| {
        let took = row
            .duration
            .map_or_else(String::new, |took| reader.duration(took));
        format!(
            "<li>{} <span class=\"kind\">{took}</span></li>\n",
            named(asked, row)
        )
    });
    let rest = if below.len() > MAX_CHILDREN {
        let text = reader.fill(
            "The first {shown} of {all}.",
            &[("shown", &MAX_CHILDREN), ("all", &below.len())],
        );
        format!("<p class=\"hint\">{text}</p>\n")
    } else {
        String::new()
    };
    format!(
        "<h2>{}</h2>\n<ul>\n{}</ul>\n{rest}",
        reader.say("It caused"),
        items.collect::<String>()
    )
}

/// Another span, and the way to it.
fn named(asked: &Asked, row: &Row) -> String {
    let reader = &asked.reader;
    format!(
        "<a href=\"{}traces/{}/spans/{}\">{} {}</a>",
        reader.root,
        asked.trace,
        row.span.id,
        name_or(&row.service, reader.words().no_service),
        name_or(&row.name, reader.words().no_name),
    )
}
