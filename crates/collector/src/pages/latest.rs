//! `/`: the latest or the longest traces, or those that a search finds, and `/traces.json`, the same as JSON.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use zipkin::{Query, Summary};

use super::{
    asked,
    form::form,
    layout::{broken, found, refusal, whole},
    list,
    mistakes::Mistakes,
    one_box::{self, Meant},
    reader::Reader,
    scatter,
    summed::{self, Line, Summed},
    twin,
};
use crate::{
    Collector,
    clock::now_ms,
    error::Error,
    params::Params,
    store::Spans,
    work::{Asker, Gone},
};

/// The text of a list without rows.
mod empty;

/// The longest are looked for among so many of the latest that match.
const MAX_LOOKED_AT: usize = 2_000;

/// Packed bytes of traces that are looked at for the longest, some 60,000 spans.
const MAX_BYTES: usize = 16 << 20;

/// The results of a search.
struct Found {
    query: Query,
    traces: Vec<Summed>,
    looked_at: usize,
}

/// `GET /`
pub async fn page(
    State(collector): State<Collector>,
    reader: Reader,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if !collector.config().search_enabled {
        let why =
            reader.say("Search is off (SEARCH_ENABLED=false). A trace can be seen at /traces/ and its id.");
        return refusal(&reader, StatusCode::OK, reader.say("No list of traces"), why);
    }
    let services = collector.store().names().services();
    let title = if is_longest(&params) {
        reader.say("Longest traces")
    } else {
        reader.say("Latest traces")
    };
    let conditions = match one_box::read(params.get("q").unwrap_or_default()) {
        Meant::Trace(id) => return found(&format!("{}traces/{id}", reader.root)),
        Meant::Zeros => None,
        Meant::Search(conditions) => Some(conditions),
    };
    let all = one_box::with(conditions.clone().unwrap_or_default(), &params);
    let senseless = |mistakes: &Mistakes| {
        let next = reader.say("Nothing was searched for: a value above makes no sense.");
        (
            form(&reader, None, &params, mistakes, &services),
            format!(r#"<p class="empty" role="alert">{next}</p>"#),
        )
    };
    let looked = match conditions {
        Some(_) => Some(find(&collector, &all).await),
        None => None,
    };
    let (status, form, rest) = match looked {
        None => {
            let (form, rest) = senseless(&Mistakes::of_zeros(&reader));
            (StatusCode::BAD_REQUEST, form, rest)
        }
        Some(Ok(found)) => {
            let form = form(&reader, Some(&found.query), &params, &Mistakes::none(), &services);
            let is_new = services.is_empty() && found.traces.is_empty();
            let rest = if is_new {
                empty::nothing_yet(&reader, host)
            } else {
                results(&reader, &found, host, &services)
            };
            (StatusCode::OK, form, rest)
        }
        Some(Err(error @ (Error::Internal | Error::Timeout))) => return broken(&reader, title, error),
        Some(Err(error)) => {
            let mistakes = Mistakes::of(&reader, &all, &error, now_ms());
            let (form, rest) = senseless(&mistakes.in_box(&conditions.unwrap_or_default()));
            (error.status(), form, rest)
        }
    };
    let main = format!(
        r#"<h1>{title}</h1>
{form}
<p class="live" role="status" data-none="{nothing}" data-some="{some}"></p>
{rest}
<p class="hint"><a href="{uploads}uploads">{open}</a></p>
<script type="module" src="{root}scripts/list.js"></script>"#,
        nothing = reader.say("Live: new traces are counted here."),
        some = reader.say("{count} new: show them"),
        root = reader.root,
        // A file's own pages lie two folders lower.
        uploads = if reader.apart.is_some() {
            format!("{}../../", reader.root)
        } else {
            reader.root.to_string()
        },
        open = reader.say("Open a trace file"),
    );
    whole(&reader, status, title, &main)
}

/// `GET /traces.json`; with `only=ids` the ids alone, which is what a page asks for now and then.
pub async fn json(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    let conditions = match one_box::read(params.get("q").unwrap_or_default()) {
        Meant::Trace(id) => return Ok(twin::json(&[id])),
        Meant::Zeros => {
            return Err(Error::InvalidParameter(
                "q: an id of zeros is no trace".to_owned(),
            ));
        }
        Meant::Search(conditions) => conditions,
    };
    let all = one_box::with(conditions, &params);
    if params.get("only") == Some("ids") {
        let query = asked::query(&all, now_ms())?;
        let ids = |traces: Vec<Spans>, _: &Asker| {
            Ok(traces.iter().map(|spans| spans.trace_id().to_string()).collect())
        };
        let ids: Vec<String> = collector.search(query, ids).await?;
        return Ok(twin::json(&ids));
    }
    let found = find(&collector, &all).await?;
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Twin<'a> {
        looked_at: usize,
        traces: Vec<Line<'a>>,
    }
    let traces = found.traces.iter().map(Summed::line).collect();
    Ok(twin::json(&Twin {
        looked_at: found.looked_at,
        traces,
    }))
}

fn is_longest(params: &Params) -> bool {
    params.get("sort") == Some("longest")
}

async fn find(collector: &Collector, params: &Params) -> Result<Found, Error> {
    let query = asked::query(params, now_ms())?;
    let (longest, limit) = (is_longest(params), query.limit);
    let asked = Query {
        limit: if longest { MAX_LOOKED_AT } else { limit },
        ..query.clone()
    };
    let read = move |mut traces: Vec<Spans>, asker: &Asker| {
        if longest {
            let mut bytes = 0;
            traces.retain(|spans| {
                bytes += spans.end();
                bytes <= MAX_BYTES
            });
        }
        let mut summaries = summed::all(&traces, asker)?;
        let looked_at = summaries.len();
        if longest {
            summaries.sort_by_key(|(_, summary)| std::cmp::Reverse(summary.times.duration));
        }
        summaries.truncate(limit);
        Ok::<_, Gone>((split(summaries, &traces, asker)?, looked_at))
    };
    let (traces, looked_at) = collector.search(asked, read).await?;
    Ok(Found {
        query,
        traces,
        looked_at,
    })
}

/// The service whose name was looked for as a tag or an annotation.
fn meant_service<'a>(query: &Query, services: &'a [String]) -> Option<&'a str> {
    let is_word = |service: &str| {
        let mut words = query.annotation_query.iter();
        words.any(|(word, value)| value.is_empty() && word.eq_ignore_ascii_case(service))
    };
    services
        .iter()
        .map(String::as_str)
        .find(|service| is_word(service))
}

fn split(summaries: Vec<(usize, Summary)>, traces: &[Spans], asker: &Asker) -> Result<Vec<Summed>, Gone> {
    let mut all = Vec::with_capacity(summaries.len());
    for (index, summary) in summaries {
        asker.still_waits()?;
        all.extend(traces.get(index).map(|spans| Summed::of(summary, spans)));
    }
    Ok(all)
}

fn results(reader: &Reader, found: &Found, host: Option<&str>, services: &[String]) -> String {
    if found.traces.is_empty() {
        return empty::nothing_found(reader, host, meant_service(&found.query, services));
    }
    let looked_at = if found.looked_at > found.traces.len() {
        let shown = found.traces.len();
        let text = reader.fill(
            "The {shown} longest of the latest {all} that match.",
            &[("shown", &shown), ("all", &found.looked_at)],
        );
        format!("<p class=\"hint\">{text}</p>\n")
    } else {
        String::new()
    };
    let summaries: Vec<&Summary> = found.traces.iter().map(|trace| &trace.summary).collect();
    format!(
        "{looked_at}{}{}",
        scatter::section(reader, &summaries),
        list::table(reader, &found.traces)
    )
}
