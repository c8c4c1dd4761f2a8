//! One request to one hop alone, with a context in one dialect: the answer says whether the hop took it.

use std::time::{Duration, SystemTime};

use ask::request::{self, Place, SHORT, Unread};
use http::HeaderMap;
use service::BaseUrl;
use telemetry::{
    SpanId, TraceId,
    propagation::{self, HeaderFormat, Ids, Outgoing, Sampling},
};
use tokio::time::timeout;

/// The user that the baggage names.
pub(crate) const USER: &str = "canary";

/// A format of context headers that a hop may or may not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// One `b3` header.
    B3,
    /// `X-B3-…` headers.
    B3Multi,
    /// `traceparent`.
    W3c,
}

/// The fate of the context that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// The answer names our trace.
    Kept,
    /// It names the right half of our trace id.
    Halved,
    /// It names another trace.
    Lost,
    /// There was no answer, or it names none.
    Unknown,
}

/// A request, and its answer.
#[derive(Clone, Debug)]
pub struct Knock {
    /// In which dialect.
    pub dialect: Dialect,
    /// The trace that was sent.
    pub trace_id: TraceId,
    /// The span that was named as the caller.
    pub caller: SpanId,
    /// The status, or the reason why there was no answer.
    pub ending: Result<u16, String>,
    /// The fate of the context.
    pub context: Context,
    /// When it was sent and answered, in microseconds since the epoch.
    pub from_us: u64,
    /// When it was answered.
    pub to_us: u64,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::B3, Self::B3Multi, Self::W3c];

    /// Its name in `OTEL_PROPAGATORS`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::B3 => "b3",
            Self::B3Multi => "b3multi",
            Self::W3c => "tracecontext",
        }
    }

    pub(crate) const fn format(self) -> HeaderFormat {
        match self {
            Self::B3 => HeaderFormat::B3,
            Self::B3Multi => HeaderFormat::B3Multi,
            Self::W3c => HeaderFormat::TraceContext,
        }
    }
}

/// Asks one hop in one dialect, with a user in the baggage.
pub async fn knock(
    client: &reqwest::Client,
    url: &BaseUrl,
    path: &str,
    dialect: Dialect,
    limit: Duration,
) -> Knock {
    // Both halves are there, so that a half can be told from the whole.
    let trace_id = TraceId::new(fastrand::u128(1 << 64..) | 1);
    let mut headers = HeaderMap::new();
    let formats = [dialect.format(), HeaderFormat::Baggage];
    let caller = inject(trace_id, &formats, &mut headers);
    let from_us = now_us();
    let (ending, named) = get(client, url, path, headers, limit).await;
    Knock {
        dialect,
        trace_id,
        caller,
        context: context(trace_id, named),
        ending,
        from_us,
        to_us: now_us(),
    }
}

/// `GET`s within a time: the status and the trace that the answer names.
pub async fn get(
    client: &reqwest::Client,
    url: &BaseUrl,
    path: &str,
    headers: HeaderMap,
    limit: Duration,
) -> (Result<u16, String>, Option<TraceId>) {
    let place = match Place::on(url, path) {
        Ok(place) => place,
        Err(error) => return (Err(format!("{error:#}")), None),
    };
    match timeout(limit, request::read(client, &place, headers, SHORT)).await {
        Err(_) => (Err(format!("no answer within {limit:?}")), None),
        Ok(Err(Unread::Broken(error))) => (Err(request::reason(&error)), None),
        Ok(Err(Unread::TooLong(_))) => (Err("the answer is longer than any of ours".to_owned()), None),
        Ok(Ok(answer)) => {
            let named = answer.headers.get("x-trace-id").and_then(|id| id.to_str().ok());
            let named = named.and_then(|id| TraceId::parse(id).ok());
            (Ok(answer.status.as_u16()), named)
        }
    }
}

/// Writes a context that wants to be recorded. The span that it names is ours, and nobody writes it.
pub fn inject(trace_id: TraceId, formats: &[HeaderFormat], headers: &mut HeaderMap) -> SpanId {
    let ids = Ids {
        trace_id,
        span_id: SpanId::new(fastrand::u64(1..)),
        parent_id: None,
    };
    let mdc = [("userId", USER)].into_iter().collect();
    let outgoing = Outgoing {
        mdc: &mdc,
        propagated: &["userId".to_owned()],
        ..Outgoing::of(ids, Sampling::Accept)
    };
    propagation::inject(&outgoing, formats, headers);
    ids.span_id
}

fn context(sent: TraceId, named: Option<TraceId>) -> Context {
    let Some(named) = named else {
        return Context::Unknown;
    };
    let (sent, named) = (sent.to_string(), named.to_string());
    if sent == named {
        Context::Kept
    } else if sent.ends_with(&named) {
        Context::Halved
    } else {
        Context::Lost
    }
}

/// Microseconds since the epoch.
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_what_became_of_the_context() {
        let sent = TraceId::parse("463ac35c9f6413ad48485a3953bb6124").unwrap();
        for (named, became) in [
            (Some("463ac35c9f6413ad48485a3953bb6124"), Context::Kept),
            (Some("48485a3953bb6124"), Context::Halved),
            (Some("0af7651916cd43dd8448eb211c80319c"), Context::Lost),
            (None, Context::Unknown),
        ] {
            let named = named.map(|id| TraceId::parse(id).unwrap());
            assert_eq!(context(sent, named), became);
        }
    }
}
