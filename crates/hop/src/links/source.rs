//! The traces of a window, from Zipkin's API, never more of them at once than memory should hold.

use std::ops::Range;

use anyhow::{Context as _, ensure};
use serde_json::value::RawValue;
use zipkin::Span;

use super::windows::Fill;
use crate::{draw::text::clean, request, stored::Address};

/// Traces asked for at once.
const TRACES: usize = 1000;

/// Spans that Zipkin reads from Elasticsearch at most, for all traces of an answer together: with as many, some may be
/// missing.
const SPANS: usize = 10_000;

/// Bytes of an answer, about a kilobyte for each of those spans, and room for large tags.
const BYTES: usize = 64 << 20;

/// A Zipkin to read from.
#[derive(Debug)]
pub struct Source {
    url: String,
    client: reqwest::Client,
}

/// What came for a window.
#[derive(Debug)]
pub struct Answer {
    /// Whole traces, as far as Zipkin has them in one place.
    pub traces: Vec<Vec<Span>>,
    /// Whether there may be more.
    pub fill: Fill,
}

impl Source {
    /// The Zipkin of the command line.
    pub fn of(address: &Address) -> anyhow::Result<Self> {
        Ok(Self {
            url: address.url(),
            client: request::client()?,
        })
    }

    /// Asks for the traces that have a span in this time, in milliseconds.
    pub async fn traces(&self, window: &Range<u64>) -> anyhow::Result<Answer> {
        let last = window.end.saturating_sub(1);
        // Zipkin takes no zero. One millisecond more does no harm: a trace counts where it started.
        let lookback = last.saturating_sub(window.start).max(1);
        let query = format!("endTs={last}&lookback={lookback}&limit={TRACES}");
        let url = format!("{}/api/v2/traces?{query}", self.url);
        let body = match self.body(&url).await? {
            Body::Whole(body) => body,
            Body::TooMuch(reason) => {
                return Ok(Answer {
                    traces: Vec::new(),
                    fill: Fill::Refused(reason),
                });
            }
        };
        let traces = decode(&body).with_context(|| format!("{url} answers no traces: is it a Zipkin?"))?;
        let fill = fill(&traces);
        Ok(Answer { traces, fill })
    }

    /// Reads no more than should be held. Zipkin itself fails on some answers that it could give in parts, so that a
    /// failure of its own is no reason to give up.
    async fn body(&self, url: &str) -> anyhow::Result<Body> {
        let asked = self.client.get(url).send().await;
        let mut answer = asked.map_err(|error| request::unanswered(url, &error))?;
        let mut body = Vec::new();
        let broken = |error| request::unanswered(url, &error);
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > BYTES {
                return Ok(Body::TooMuch(format!("{url} answers more than {BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        let status = answer.status();
        if status.is_success() {
            return Ok(Body::Whole(body));
        }
        let said: String = String::from_utf8_lossy(&body).chars().take(300).collect();
        let reason = format!("{url} answers {status}: {}", clean(said.trim_end()));
        ensure!(status.is_server_error(), reason);
        Ok(Body::TooMuch(reason))
    }
}

enum Body {
    Whole(Vec<u8>),
    TooMuch(String),
}

fn decode(body: &[u8]) -> anyhow::Result<Vec<Vec<Span>>> {
    let lists: Vec<&RawValue> = serde_json::from_slice(body)?;
    let decode = |list: &&RawValue| zipkin::decode::list(list.get().as_bytes());
    Ok(lists.iter().map(decode).collect::<Result<_, _>>()?)
}

fn fill(traces: &[Vec<Span>]) -> Fill {
    let spans: usize = traces.iter().map(Vec::len).sum();
    if traces.len() >= TRACES || spans >= SPANS {
        Fill::Full
    } else if traces.len() < TRACES / 4 && spans < SPANS / 4 {
        Fill::Light
    } else {
        Fill::Some
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zipkin::{SpanId, TraceId};

    #[test]
    fn a_limit_of_traces_or_of_spans_is_full() {
        let span = Span::new(TraceId::new(1), SpanId::new(1));
        for (traces, spans, expected) in [
            (0, 1, Fill::Light),
            (249, 10, Fill::Light),
            (249, 11, Fill::Some),
            (250, 1, Fill::Some),
            (999, 10, Fill::Some),
            (1000, 10, Fill::Full),
            (1000, 1, Fill::Full),
            (1, 10_000, Fill::Full), // one trace of 10,000 spans may have more
        ] {
            let traces = vec![vec![span.clone(); spans]; traces];
            assert_eq!(fill(&traces), expected, "{} of {spans}", traces.len());
        }
    }

    #[test]
    fn an_answer_is_a_list_of_lists_of_spans() {
        let body = br#"[[{"traceId":"1","id":"1"},{"traceId":"1","id":"2"}], [{"traceId":"2","id":"1"}]]"#;
        let sizes: Vec<usize> = decode(body).unwrap().iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 1]);
        for body in ["<html>", "{}", "[{}]", "[[{}]]", "[[", ""] {
            assert!(decode(body.as_bytes()).is_err(), "{body}");
        }
    }
}
