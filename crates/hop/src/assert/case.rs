//! One case: its request is sent, or its trace looked up, and compared until it holds or nothing more comes.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use ask::request::{self, Answer, Place, SHORT};
use expect::{Body, Case, Language, Observed, Request, Verdict, Wire};
use reqwest::{
    Method,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use service::BaseUrl;
use zipkin::{TraceId, Waterfall};

use crate::{
    call,
    caller::Caller,
    lines::Lines,
    screen::waiting_in,
    stored::{DEADLINE, POLL, Stored},
    trace::{self, Digits},
};

/// Spans leave a service within 200 ms: a trace that holds and has been still for longer has come whole.
const STILL: Duration = Duration::from_millis(500);

/// One that does not hold gets more time, for a slow machine.
const PATIENCE: Duration = Duration::from_secs(3);

/// The receiver of the requests that are sent, as `headers` expectations name it.
pub const GATEWAY: &str = "gateway";

/// Where things are seen.
pub struct Seen {
    pub stored: Stored,
    /// Where requests go.
    pub server: BaseUrl,
    /// The trace to look at, instead of sending anything.
    pub trace: Option<Digits>,
    pub lines: Option<Lines>,
    pub language: Language,
}

/// The result of a case.
pub struct Outcome {
    pub trace: Option<TraceId>,
    pub verdict: Verdict,
}

/// Sees and compares.
pub async fn run(seen: &Seen, case: &Case) -> anyhow::Result<Outcome> {
    let (id, observed, is_denied) = match (&seen.trace, &case.request) {
        (Some(digits), _) => (Some(stored(seen, digits).await?), Observed::default(), false),
        (None, Some(request)) => send(seen, request).await?,
        (None, None) => (None, Observed::default(), false),
    };
    let verdict = match id {
        Some(id) => {
            waiting_in(
                seen.language,
                "what is expected",
                "기대한 것",
                until_it_holds(seen, case, id, observed, is_denied),
            )
            .await?
        }
        None => case.expectation.check(&observed),
    };
    Ok(Outcome { trace: id, verdict })
}

/// The id of a stored trace, as soon as it is there.
async fn stored(seen: &Seen, digits: &Digits) -> anyhow::Result<TraceId> {
    let begun = Instant::now();
    loop {
        match trace::only(&seen.stored, digits).await {
            Ok(trace) => return Ok(trace.trace_id),
            Err(error) if begun.elapsed() > DEADLINE => return Err(error),
            Err(_) => tokio::time::sleep(POLL).await,
        }
    }
}

/// The trace of the answer, answer and request, and whether the request forbids recording.
async fn send(seen: &Seen, request: &Request) -> anyhow::Result<(Option<TraceId>, Observed, bool)> {
    let mut headers = headers(request)?;
    if let Some(Body::Json(_)) = &request.body {
        let json = HeaderValue::from_static("application/json");
        headers.entry(CONTENT_TYPE).or_insert(json);
    }
    let is_denied = Caller::read(&headers).denied_by.is_some();
    let wire = Wire {
        to: GATEWAY.to_owned(),
        headers: texts(&headers),
    };
    let place = Place::on(&seen.server, &request.path)?;
    let method = Method::from_bytes(request.method.as_bytes()).context("a method is in capitals")?;
    let body = request.body.clone().map(|body| match body {
        Body::Text(text) | Body::Json(text) => text,
    });
    let answer = request::send_with(&request::client()?, method, &place, headers, body, SHORT).await?;
    let observed = Observed {
        wires: vec![wire],
        answer: Some(as_expected(&answer)),
        ..Observed::default()
    };
    Ok((call::trace_id(&answer), observed, is_denied))
}

fn headers(request: &Request) -> anyhow::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let parsed = HeaderName::from_bytes(name.as_bytes());
        let name = parsed.with_context(|| format!("{} is no name of a header", output::clean(name)))?;
        let value = HeaderValue::from_bytes(value.as_bytes());
        headers.append(name, value.context("a header cannot hold control characters")?);
    }
    Ok(headers)
}

fn as_expected(answer: &Answer) -> expect::Answer {
    expect::Answer {
        status: answer.status.as_u16(),
        headers: texts(&answer.headers),
        body: String::from_utf8_lossy(&answer.body).into_owned(),
    }
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect()
}

/// Compares again and again: until all holds and nothing more comes, the answer or headers
/// alone are wrong, or nothing has come for so long that nothing will.
async fn until_it_holds(
    seen: &Seen,
    case: &Case,
    id: TraceId,
    mut observed: Observed,
    is_denied: bool,
) -> anyhow::Result<Verdict> {
    let (begun, mut last_came, mut seen_before) = (Instant::now(), Instant::now(), (0, 0));
    let is_immediate = is_denied || !(case.expectation.needs_spans() || case.expectation.needs_lines());
    loop {
        observed.spans = seen.stored.trace(id).await?.map_or_else(Vec::new, spans);
        if let Some(lines) = &seen.lines {
            observed.lines = lines.of(id)?;
        }
        let verdict = case.expectation.check(&observed);
        let seen_now = (observed.spans.len(), observed.lines.len());
        if seen_now != seen_before {
            (seen_before, last_came) = (seen_now, Instant::now());
        }
        let enough = match (verdict.is_held(), observed.spans.is_empty()) {
            (true, false) => STILL,
            (false, false) => PATIENCE,
            (_, true) => DEADLINE,
        };
        let is_over = last_came.elapsed() > enough || begun.elapsed() > DEADLINE;
        if is_over || (is_immediate && verdict.is_held()) || verdict.is_final() {
            return Ok(verdict);
        }
        tokio::time::sleep(POLL).await;
    }
}

fn spans(trace: Waterfall) -> Vec<expect::Span> {
    trace.rows.into_iter().map(|row| row.span).collect()
}
