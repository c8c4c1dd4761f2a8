//! `/traces/{id}`: one trace, and `/traces/{id}.json`: the same for a program.

use std::collections::HashSet;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use zipkin::{TraceId, TraceIdPrefix, Waterfall, analysis::Beside};

use super::{
    beside::beside,
    hops,
    laid::{self, Laid, Whole},
    layout::{found, refusal, whole},
    logs,
    markup::Text,
    reader::Reader,
    rows::{self, Line, Lines},
    view::{Open, View},
    waterfall::{self, Drawing},
};
use crate::{Collector, collector::MAX_IDS, error::Error, params::Params, store::Spans, work::VAST};

/// The part above the hops.
mod top;

/// The place of a trace among others.
mod standing;

/// The JSON beside the page.
mod twin;

use standing::Standing;

/// A trace of more spans has their details on pages of their own.
const DETAILED: usize = 40;

/// Of what is found in it, so many have them in their rows.
const DETAILED_FOUND: usize = 10;

/// A question for a trace, and its reader.
#[derive(Clone)]
struct Asked {
    reader: Reader,
    view: View,
    is_json: bool,
}

/// `GET /traces/{id}`: the trace with this id, else those whose ids begin with it.
pub async fn page(
    State(collector): State<Collector>,
    reader: Reader,
    Path(id): Path<String>,
    params: Params,
) -> Response {
    let view = View::of(&params);
    let (id, is_json) = match id.strip_suffix(".json") {
        Some(id) => (id, true),
        None => (id.as_str(), false),
    };
    let asked = Asked {
        reader,
        view,
        is_json,
    };
    let reader = &asked.reader;
    let digits = match TraceIdPrefix::parse(id.trim()) {
        Ok(digits) => digits,
        Err(error) => {
            return refusal(
                reader,
                StatusCode::BAD_REQUEST,
                "Not a trace id",
                &error.to_string(),
            );
        }
    };
    let drawn = match digits.whole() {
        Some(id) => exactly(&collector, &asked, id).await,
        None => Ok(None),
    };
    match drawn {
        Ok(Some(page)) => return page,
        Ok(None) => {}
        Err(error) => return error.into_response(),
    }
    match &collector.ids(digits)[..] {
        [] => unknown(reader, digits.whole(), id.trim()),
        [only] => {
            let end = if is_json { ".json" } else { "" };
            let query = asked.view.query();
            let query = if query == "?" { "" } else { &query };
            found(&format!("{}traces/{only}{end}{query}", reader.root))
        }
        several => list(reader, id.trim(), several),
    }
}

async fn exactly(collector: &Collector, asked: &Asked, id: TraceId) -> Result<Option<Response>, Error> {
    let bytes = collector.store().trace(id).map_or(0, |spans| spans.end());
    let alone = collector.alone_if(bytes > VAST).await;
    let (asking, store_is_searched) = (asked.clone(), collector.config().search_enabled);
    let drawn = collector.work(move |store, asker| {
        let _alone = alone;
        let Some(spans) = store.trace(id) else {
            return Ok(Drawn::Nothing);
        };
        if !laid::fits(&spans) {
            return Ok(Drawn::TooLarge);
        }
        let known = |trace: &Waterfall| match store_is_searched {
            true => beside(trace, store, asker),
            false => Ok(Beside::default()),
        };
        let Some(laid) = Laid::of(&spans, known, asking.reader.language.into(), asker)? else {
            return Ok(Drawn::Nothing);
        };
        let standing = if store_is_searched {
            standing::standing(&laid, store, asker)?
        } else {
            None
        };
        Ok(Drawn::Page(draw(&asking, &spans, &laid, standing)))
    });
    let reader = &asked.reader;
    Ok(match drawn.await? {
        Drawn::Nothing => None,
        Drawn::TooLarge => Some(too_large(reader, id)),
        Drawn::Page(json) if asked.is_json => Some(twin::answer(json)),
        Drawn::Page(main) => {
            let main = main + &logs::section(reader, collector, id, None).await;
            let title = reader.fill("Trace {id}", &[("id", &id)]);
            Some(whole(reader, StatusCode::OK, &title, &main))
        }
    })
}

/// A page, or why there is none.
enum Drawn {
    Nothing,
    TooLarge,
    Page(String),
}

fn draw(asked: &Asked, spans: &Spans, laid: &Laid, standing: Option<Standing>) -> String {
    let Asked { reader, view, .. } = asked;
    let found = (!view.find.is_empty()).then(|| laid::found(spans, laid, &view.find));
    let wanted = found.clone().or_else(|| view.opens(laid)).unwrap_or_default();
    let width = laid.trace.times.width;
    let asked_for = rows::Asked {
        rows: wanted.into_iter().skip(view.after).collect(),
        alone: view.open == Some(Open::All),
        range: view.is_zoomed(width).then(|| view.range(width)),
    };
    let lines = rows::lines(&laid.trace, &laid.shape, &laid.on_path, &asked_for);
    if asked.is_json {
        return twin::json(laid, &lines, standing);
    }
    let detailed = detailed(laid, &lines, found.as_deref().unwrap_or_default());
    let ids = detailed
        .iter()
        .filter_map(|&row| Some(laid.row(row)?.span.id))
        .collect();
    let drawing = Drawing {
        reader,
        id: laid.trace.trace_id,
        laid,
        view,
        whole: &Whole::of(spans, &ids),
        detailed,
        found: found.as_deref(),
    };
    format!(
        "{}{}{}<script type=\"module\" src=\"{}trace.js\"></script>\n",
        top::section(
            reader,
            laid,
            standing.map(|standing| standing.text(reader)).as_deref()
        ),
        hops::section(reader, laid),
        waterfall::section(&drawing, &lines),
        reader.root,
    )
}

/// The rows whose details are on the page: all of a few, or the first that were found.
fn detailed(laid: &Laid, lines: &Lines, found: &[usize]) -> HashSet<usize> {
    let shown = lines.lines.iter().filter_map(|line| match line {
        Line::Row { row, .. } => Some(*row),
        Line::Fold { .. } => None,
    });
    if laid.trace.rows.len() <= DETAILED {
        return shown.collect();
    }
    let shown = shown.filter(|row| found.binary_search(row).is_ok());
    shown.take(DETAILED_FOUND).collect()
}

fn too_large(reader: &Reader, id: TraceId) -> Response {
    let title = reader.say("Too large to draw");
    let why = reader.say("This trace has more spans than a page can lay out.");
    let all = reader.say("All of them, as JSON");
    let main = format!(
        "<h1>{title}</h1>\n<p>{why} <a href=\"{}api/v2/trace/{id}\">{all}</a></p>\n",
        reader.root
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
