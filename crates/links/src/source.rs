//! Traces from Zipkin's API, never more of them at once than memory should hold.

use anyhow::{Context as _, ensure};
use ask::{
    Address,
    request::{self, Place, Unread},
};
use reqwest::header::HeaderMap;
use serde_json::value::RawValue;
use service::BaseUrl;
use zipkin::Span;

use crate::walk::Question;

/// Bytes of an answer: 6 kB for each of the 10,000 spans that Zipkin answers at most.
const BYTES: usize = 64 << 20;

/// A Zipkin to read from.
#[derive(Debug)]
pub struct Source {
    url: BaseUrl,
    client: reqwest::Client,
}

/// The outcome of a question.
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
            url: address.url()?,
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
        let place = Place::on(&self.url, &format!("/api/v2/traces?{query}"))?;
        match self.body(&place).await? {
            Body::TooMuch(reason) => Ok(Answer::Refused(reason)),
            Body::Whole(body) => {
                let traces = decode(&body);
                let traces = traces
                    .with_context(|| format!("{} answers no traces: is it a Zipkin?", place.shown()))?;
                Ok(Answer::Traces(traces))
            }
        }
    }

    /// Reads no more than should be held. Zipkin itself fails on some answers that it could give in parts, so that a
    /// failure of its own is no reason to give up.
    async fn body(&self, place: &Place) -> anyhow::Result<Body> {
        let answer = match request::read(&self.client, place, HeaderMap::new(), BYTES).await {
            Ok(answer) => answer,
            Err(unread @ Unread::TooLong(_)) => {
                return Ok(Body::TooMuch(unread.of(place.shown()).to_string()));
            }
            Err(unread) => return Err(unread.of(place.shown())),
        };
        if answer.status.is_success() {
            return Ok(Body::Whole(answer.body));
        }
        let reason = answer.refusal(place);
        ensure!(answer.status.is_server_error(), reason);
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
