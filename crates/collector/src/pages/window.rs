//! A window of time, and the traces in it: some of the latest, where there are too many for one answer.

use serde::Serialize;
use zipkin::{Query, Waterfall};

use super::{asked, markup::Text, mistakes::Mistakes, reader::Reader};
use crate::{
    Collector,
    error::Error,
    params::Params,
    store::Spans,
    work::{Asker, Gone},
};

/// Traces of a window that are looked at, the latest.
const MAX_TRACES: usize = 1_000;

/// Packed bytes that are looked at, some 30,000 spans.
const MAX_BYTES: usize = 8 << 20;

/// A trace of more packed bytes, some 4,000 spans, is left out.
pub const MAX_TRACE: usize = 1 << 20;

/// The windows that a view offers.
pub const OFFERED: [&str; 4] = ["15m", "1h", "1d", "all"];

/// The one that it shows when none is asked for.
const DEFAULT: &str = "1h";

/// The part of a window that was looked at.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Traces that were looked at.
    pub traces: usize,
    /// Traces that were left out since they are large.
    pub too_large: usize,
    /// Whether earlier ones were left out since there are many.
    pub is_limited: bool,
    /// The start of the first trace that was looked at, in microseconds since the epoch.
    pub first_us: Option<u64>,
    /// And of the last.
    pub last_us: Option<u64>,
}

/// The window that the parameters ask for, and its name.
pub fn of(params: &Params, now_ms: u64) -> Result<(Query, String), Error> {
    let given = |name| params.get(name).map(str::trim).filter(|text| !text.is_empty());
    let name = match (given("lookback"), given("startTs")) {
        (Some(name), _) => name,
        (None, Some(_)) => "range",
        (None, None) => DEFAULT,
    };
    let mut read: Vec<(String, String)> = Vec::new();
    if name != "all" {
        read.push(("lookback".to_owned(), name.to_owned()));
    }
    let others = params
        .iter()
        .filter(|(key, _)| *key != "lookback" && *key != "limit");
    read.extend(others.map(|(key, value)| (key.to_owned(), value.to_owned())));
    let query = asked::query(&Params::new(read), now_ms)?;
    Ok((query, name.to_owned()))
}

/// The mistake in a window that cannot be read.
pub fn wrong(reader: &Reader, params: &Params, error: &Error, now_ms: u64) -> String {
    // Views of a window take a word where the list takes nothing.
    let params = params.iter().filter(|pair| *pair != ("lookback", "all"));
    let params = params.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mistakes = Mistakes::of(reader, &Params::new(params.collect()), error, now_ms);
    let said = mistakes.elsewhere(&[]);
    said.map(|(_, text)| format!("<p class=\"empty error\" role=\"alert\">{}</p>\n", Text(text)))
        .collect()
}

/// The window of the same length before; none where it would begin before time does.
pub fn before(query: &Query) -> Option<Query> {
    let end_ts = query.end_ts.checked_sub(query.lookback)?.checked_sub(1)?;
    (end_ts > query.lookback).then(|| Query {
        end_ts,
        ..query.clone()
    })
}

/// Looks at the traces of a window, each laid out, the latest first.
pub async fn look<T: Send + 'static>(
    collector: &Collector,
    query: Query,
    limit: usize,
    mut state: T,
    mut each: impl FnMut(&mut T, Waterfall) + Send + 'static,
) -> Result<(T, Coverage), Error> {
    let limit = limit.min(MAX_TRACES);
    let read = move |traces: Vec<Spans>, asker: &Asker| {
        let mut coverage = Coverage {
            is_limited: traces.len() > limit,
            ..Coverage::default()
        };
        let mut bytes = 0;
        for spans in traces.iter().take(limit) {
            asker.still_waits()?;
            if spans.end() > MAX_TRACE {
                coverage.too_large += 1;
                continue;
            }
            bytes += spans.end();
            if bytes > MAX_BYTES {
                coverage.is_limited = true;
                break;
            }
            if let Some(trace) = zipkin::waterfall(spans.iter()) {
                coverage.count(trace.times.start);
                each(&mut state, trace);
            }
        }
        Ok::<_, Gone>((state, coverage))
    };
    Ok(collector
        .search(
            Query {
                limit: limit + 1,
                ..query
            },
            read,
        )
        .await?)
}

impl Coverage {
    fn count(&mut self, start: Option<u64>) {
        self.traces += 1;
        self.first_us = [self.first_us, start].into_iter().flatten().min();
        self.last_us = self.last_us.max(start);
    }

    /// Seconds that the traces are from: the window, unless it was too long.
    pub fn seconds(&self, query: &Query) -> Option<f64> {
        let is_bounded = query.lookback < query.end_ts;
        if is_bounded && !self.is_limited {
            return Some(query.lookback as f64 / 1e3);
        }
        let length = self.last_us?.checked_sub(self.first_us?)?;
        (length > 0).then_some(length as f64 / 1e6)
    }

    /// The part that was left out, in words; empty where nothing was.
    pub fn words(&self, reader: &Reader) -> String {
        let mut words = Vec::new();
        if self.is_limited {
            words.push(reader.fill(
                "Of many traces, the latest {count} were looked at.",
                &[("count", &self.traces)],
            ));
        }
        if self.too_large > 0 {
            words.push(reader.fill(
                "Large traces that were left out: {count}.",
                &[("count", &self.too_large)],
            ));
        }
        words.join(" ")
    }
}

/// Links to the windows that are offered.
pub fn links(reader: &Reader, view: &str, chosen: &str) -> String {
    let link = |name: &str| {
        let label = match name {
            "15m" => reader.say("15 min"),
            "1h" => reader.say("1 hour"),
            "1d" => reader.say("1 day"),
            _ => reader.say("all"),
        };
        let current = if name == chosen {
            r#" aria-current="true""#
        } else {
            ""
        };
        format!(
            r#"<a href="{}{view}?lookback={name}"{current}>{label}</a>"#,
            reader.root
        )
    };
    let links = OFFERED.map(link).join(" ");
    format!(
        r#"<nav class="windows" aria-label="{}">{links}</nav>"#,
        reader.say("Window of time")
    )
}
