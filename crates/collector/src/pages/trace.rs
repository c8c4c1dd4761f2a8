//! `/traces/{id}`: one trace, and `/traces/{id}.json`: the same for a program.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;
use zipkin::{TraceId, TraceIdPrefix, Waterfall, analysis::Beside};

use super::{
    beside::beside,
    laid::{self, Laid},
    layout::{found, in_two, refusal, whole},
    logs,
    markup::Text,
    reader::Reader,
    view::View,
};
use crate::{
    Collector,
    collector::MAX_IDS,
    error::Error,
    params::Params,
    store::Store,
    work::{Asker, Gone, VAST, end_later},
};

/// The part above the hops.
mod top;

/// The place of a trace among others.
mod standing;

/// The JSON beside the page.
mod twin;

/// The main part of the page.
mod drawn;

/// Pages of large traces, for who comes again.
mod kept;

use drawn::Drawn;
pub use kept::Kept;
use standing::{Compared, Standing};

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
    let digits = match TraceIdPrefix::parse(id.trim()) {
        Ok(digits) => digits,
        Err(error) if is_json => return Error::Id(error).into_response(),
        Err(error) => {
            return refusal(
                reader,
                StatusCode::BAD_REQUEST,
                reader.say("Not a trace id"),
                &error.to_string(),
            );
        }
    };
    let drawn = match digits.whole() {
        Some(id) => exactly(&collector, &kept, &asked, id).await,
        None => Ok(None),
    };
    match drawn {
        Ok(Some(page)) => return page,
        Ok(None) => {}
        Err(error) => return error.into_response(),
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
        let json = json(collector, asked, id, bytes).await?;
        return json.map(|json| Ok(twin::answer(json?))).transpose();
    }
    if bytes <= VAST {
        let main = main(collector, kept, asked, id, bytes).await?;
        return Ok(main.map(|main| whole(reader, StatusCode::OK, &title, &main)));
    }
    let memory = collector.answer_memory().clone();
    let (collector, kept, asking) = (collector.clone(), kept.clone(), asked.clone());
    let main = async move {
        let limit = collector.config().query_timeout.duration();
        let main = timeout(limit, main(&collector, &kept, &asking, id, bytes)).await;
        let main = main.unwrap_or(Err(Error::Timeout))?;
        // It was there a moment ago.
        main.ok_or(Error::UnknownTrace(id))
    };
    Ok(Some(in_two(reader, &title, memory, main)))
}

/// The main part of the page; nothing where the trace is gone.
async fn main(
    collector: &Collector,
    kept: &Kept,
    asked: &Asked,
    id: TraceId,
    bytes: usize,
) -> Result<Option<String>, Error> {
    let words = words(asked, id);
    let batches = collector.store().batches();
    let drawn = match collector.store().trace(id) {
        Some(spans) => words
            .as_deref()
            .and_then(|words| kept.find(&spans, batches, words)),
        None => return Ok(None),
    };
    let drawn = match drawn {
        Some(drawn) => drawn,
        None => {
            let alone = collector.alone_if(bytes > VAST).await;
            let (asking, kept) = (asked.clone(), kept.clone());
            let is_searched = collector.config().search_enabled;
            let zipkin = collector.config().zipkin_ui_url.clone();
            let made = collector.work(move |store, asker| {
                let Some(spans) = store.trace(id) else {
                    return Ok(None);
                };
                let batches = store.batches();
                // Somebody else may have waited for the same.
                let drawn = words
                    .as_deref()
                    .and_then(|words| kept.find(&spans, batches, words));
                if drawn.is_some() {
                    return Ok(drawn);
                }
                if !laid::fits(&spans) {
                    let before = drawn::too_large(&asking.reader, id);
                    return Ok(Some(Arc::new(Drawn {
                        before,
                        after: String::new(),
                        compared: None,
                    })));
                }
                let mut looked_beside = false;
                let known = |trace: &Waterfall| {
                    let beside = known_beside(trace, is_searched, store, asker)?;
                    looked_beside = beside.is_some();
                    Ok(beside.unwrap_or_default())
                };
                let Some(laid) = Laid::of(&spans, known, asking.reader.language.into(), asker)? else {
                    return Ok(None);
                };
                let drawn = Arc::new(drawn::page(
                    &asking.reader,
                    &asking.view,
                    &spans,
                    &laid,
                    zipkin.as_ref(),
                ));
                if spans.end() > VAST {
                    if let Some(words) = &words {
                        kept.keep(&spans, looked_beside.then_some(batches), words, &drawn);
                    }
                    end_later((laid, alone));
                }
                Ok(Some(drawn))
            });
            match made.await? {
                Some(drawn) => drawn,
                None => return Ok(None),
            }
        }
    };
    let standing = standing(collector, &drawn).await?;
    let standing = standing.map_or_else(String::new, |standing| {
        format!("<p class=\"standing\">{}</p>\n", standing.text(&asked.reader))
    });
    let lines = logs::section(&asked.reader, collector, id, None).await;
    Ok(Some(format!("{}{standing}{}{lines}", drawn.before, drawn.after)))
}

/// The words by which a page is found again; none where it shows a mistake of its reader: the address of [`View::query`] leaves it out.
fn words(asked: &Asked, id: TraceId) -> Option<String> {
    let Asked { reader, view, .. } = asked;
    let is_sound = view.wrong.is_empty();
    is_sound.then(|| format!("{} {} {id}{}", reader.root, reader.language.tag(), view.query()))
}

/// Halves of calls in other traces, where some are missing and can be searched for.
fn known_beside(
    trace: &Waterfall,
    is_searched: bool,
    store: &Store,
    asker: &Asker,
) -> Result<Option<Beside>, Gone> {
    if is_searched {
        beside(trace, store, asker)
    } else {
        Ok(None)
    }
}

async fn standing(collector: &Collector, drawn: &Arc<Drawn>) -> Result<Option<Standing>, Error> {
    if drawn.compared.is_none() || !collector.config().search_enabled {
        return Ok(None);
    }
    let drawn = Arc::clone(drawn);
    let standing = collector.work(move |store, asker| match &drawn.compared {
        Some(compared) => standing::standing(compared, store, asker),
        None => Ok(None),
    });
    Ok(standing.await?)
}

/// The JSON beside the page; nothing where the trace is gone, and an error where it is too large.
async fn json(
    collector: &Collector,
    asked: &Asked,
    id: TraceId,
    bytes: usize,
) -> Result<Option<Result<String, Error>>, Error> {
    let alone = collector.alone_if(bytes > VAST).await;
    let (asking, is_searched) = (asked.clone(), collector.config().search_enabled);
    let made = collector.work(move |store, asker| {
        let _alone = alone;
        let Some(spans) = store.trace(id) else {
            return Ok(None);
        };
        if !laid::fits(&spans) {
            return Ok(Some(Err(Error::NotLaidOut(id))));
        }
        let known = |trace: &Waterfall| {
            let beside = known_beside(trace, is_searched, store, asker)?;
            Ok(beside.unwrap_or_default())
        };
        let Some(laid) = Laid::of(&spans, known, asking.reader.language.into(), asker)? else {
            return Ok(None);
        };
        let compared = Compared::of(&laid).filter(|_| is_searched);
        let standing = match compared {
            Some(compared) => standing::standing(&compared, store, asker)?,
            None => None,
        };
        Ok(Some(Ok(drawn::json(&asking.view, &spans, &laid, standing))))
    });
    Ok(made.await?)
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
