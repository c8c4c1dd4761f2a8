//! Traces from Zipkin's API, never more of them at once than memory should hold.

use anyhow::{Context as _, ensure};
use serde_json::value::RawValue;
use zipkin::Span;

use super::walk::Question;
use crate::{draw::text::clean, request, stored::Address};

/// Bytes of an answer: 6 kB for each of the 10,000 spans that Zipkin answers at most.
const BYTES: usize = 64 << 20;

/// A Zipkin to read from.
#[derive(Debug)]
pub struct Source {
    url: String,
    client: reqwest::Client,
}

/// What came of a question.
#[derive(Debug)]
pub enum Answer {
    /// Whole traces, as far as Zipkin has them in one place.
    Traces(Vec<Vec<Span>>),
    /// Nothing, for this reason. Less may be answered.
    Refused(String),
}

impl Source {
    /// The Zipkin of the command line.
    pub fn of(address: &Address) -> anyhow::Result<Self> {
        Ok(Self {
            url: address.url(),
            client: request::client()?,
        })
    }

    /// Asks.
    pub async fn traces(&self, question: &Question) -> anyhow::Result<Answer> {
        let Question { window, limit } = question;
        let last = window.end.saturating_sub(1);
        // Zipkin takes no zero. One millisecond more does no harm: a trace counts where it started.
        let lookback = last.saturating_sub(window.start).max(1);
        let query = format!("endTs={last}&lookback={lookback}&limit={limit}");
        let url = format!("{}/api/v2/traces?{query}", self.url);
        match self.body(&url).await? {
            Body::TooMuch(reason) => Ok(Answer::Refused(reason)),
            Body::Whole(body) => {
                let traces = decode(&body);
                let traces = traces.with_context(|| format!("{url} answers no traces: is it a Zipkin?"))?;
                Ok(Answer::Traces(traces))
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
