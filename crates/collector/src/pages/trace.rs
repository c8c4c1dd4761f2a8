//! `/traces/{id}`: one trace, and `/traces/{id}.json`: the same for a program.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;
use zipkin::{TraceId, TraceIdPrefix};

use super::{
    layout::{broken, found, in_two, refusal, whole},
    markup::Text,
    reader::Reader,
    view::View,
};
use crate::{Collector, collector::MAX_IDS, error::Error, params::Params, work::VAST};

/// The part above the hops.
mod top;

/// The place of a trace among others.
mod standing;

/// The JSON beside the page.
mod twin;

/// Page and JSON, from what is laid out.
mod drawn;

/// Pages of large traces, for who comes again.
mod kept;

/// Page and JSON of a stored trace: kept from before, or laid out.
mod made;

/// Pages of large traces, for who has not come yet.
mod prepared;

pub use kept::Kept;
use made::Asked;
pub use prepared::prepare;

/// `GET /traces/{id}`: the trace with this id, else those whose ids begin with it.
pub async fn page(
    State(collector): State<Collector>,
    Extension(kept): Extension<Kept>,
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
    kept.is_read_in(reader.language);
    let digits = match TraceIdPrefix::parse(id.trim()) {
        Ok(digits) => digits,
        Err(error) if is_json => return Error::Id(error).into_response(),
        Err(error) => {
            return broken(reader, reader.say("Not a trace id"), Error::Id(error));
        }
    };
    let drawn = match digits.whole() {
        Some(id) => exactly(&collector, &kept, &asked, id).await,
        None => Ok(None),
    };
    match drawn {
        Ok(Some(page)) => return page,
        Ok(None) => {}
        Err(error) if is_json => return error.into_response(),
        Err(error) => {
            let title = reader.fill("Trace {id}", &[("id", &id.trim())]);
            return broken(reader, &title, error);
        }
    }
    match &collector.ids(digits)[..] {
        [] if is_json => digits
            .whole()
            .map_or(Error::NoRoute, Error::UnknownTrace)
            .into_response(),
        [] => unknown(reader, digits.whole(), id.trim()),
        [only] => {
            let end = if is_json { ".json" } else { "" };
            let query = asked.view.query();
            let query = if query == "?" { "" } else { &query };
            found(&format!("{}traces/{only}{end}{query}", reader.root))
        }
        several if is_json => twin::ids(several),
        several => list(reader, id.trim(), several),
    }
}

/// The page or the JSON of the trace with this id; nothing where there is none.
async fn exactly(
    collector: &Collector,
    kept: &Kept,
    asked: &Asked,
    id: TraceId,
) -> Result<Option<Response>, Error> {
    let Some(bytes) = collector.store().trace(id).map(|spans| spans.end()) else {
        return Ok(None);
    };
    let reader = &asked.reader;
    let title = reader.fill("Trace {id}", &[("id", &id)]);
    if asked.is_json {
        let json = made::json(collector, asked, id, bytes).await?;
        return json.map(|json| Ok(twin::answer(json?))).transpose();
    }
    if bytes <= VAST {
        let main = made::main(collector, kept, asked, id, bytes).await?;
        return Ok(main.map(|main| whole(reader, StatusCode::OK, &title, &main)));
    }
    let memory = collector.answer_memory().clone();
    let (collector, kept, asking) = (collector.clone(), kept.clone(), asked.clone());
    let main = async move {
        let limit = collector.config().query_timeout.duration();
        let main = timeout(limit, made::main(&collector, &kept, &asking, id, bytes)).await;
        let main = main.unwrap_or(Err(Error::Timeout))?;
        // It was there a moment ago.
        main.ok_or(Error::UnknownTrace(id))
    };
    Ok(Some(in_two(reader, &title, memory, main)))
}

fn unknown(reader: &Reader, id: Option<TraceId>, digits: &str) -> Response {
    let id = id.map_or_else(|| digits.to_owned(), |id| id.to_string());
    let why = reader.fill(
        "No span with the trace id {id} is here, and no id begins with {digits}. It may be on its way, not sampled, or gone: the collector keeps the latest traces only.",
        &[("id", &id), ("digits", &digits)],
    );
    refusal(reader, StatusCode::NOT_FOUND, reader.say("No such trace"), &why)
}

fn list(reader: &Reader, digits: &str, ids: &[TraceId]) -> Response {
    let root = reader.root;
    let title = reader.fill("Traces that begin with {digits}", &[("digits", &digits)]);
    let links: String = ids
        .iter()
        .map(|id| format!("<li><a href=\"{root}traces/{id}\"><code>{id}</code></a></li>\n"))
        .collect();
    let more = if ids.len() < MAX_IDS {
        String::new()
    } else {
        format!("<p>{}</p>\n", reader.say("There may be more: add a digit."))
    };
    let main = format!("<h1>{}</h1>\n<ul>\n{links}</ul>\n{more}", Text(&title));
    whole(reader, StatusCode::OK, &title, &main)
}
