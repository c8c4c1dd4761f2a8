//! One request, its answer and its spans.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use ask::request::{self, Answer, Place, SHORT};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use service::BaseUrl;
use zipkin::{Span, TraceId};

use super::{
    named,
    probe::{self, Probe},
};
use crate::stored::{POLL, Stored};

/// Spans that were forbidden belong to earlier requests than those that were asked for. Once these are there, those
/// would be, too, or in this time.
const FORBIDDEN: Duration = Duration::from_millis(500);

/// All of them.
#[derive(Debug)]
pub struct Exchanges {
    /// The address that was asked.
    pub url: String,
    /// In the order in which they were sent.
    pub all: Vec<Exchange>,
    /// The collector, where one was named.
    pub collector: Option<String>,
    /// The baggage field, where one was named.
    pub field: Option<String>,
}

/// One request, its answer and its spans.
#[derive(Debug)]
pub struct Exchange {
    /// The request.
    pub probe: Probe,
    /// The status; nothing where there was no answer.
    pub status: Option<u16>,
    /// The trace ids that the answer names.
    pub named: Vec<TraceId>,
    /// Whether the answer has the digits of the trace somewhere, and those of its lower half.
    pub digits: (bool, bool),
    /// Spans under the request's trace id.
    pub spans: Vec<Span>,
    /// Spans under the lower half of an id of 128 bits.
    pub cut_spans: usize,
}

impl Exchanges {
    /// Sends all requests.
    ///
    /// # Errors
    /// No answer to a request without a context.
    pub async fn ask(
        server: &BaseUrl,
        path: &str,
        more: &[(HeaderName, HeaderValue)],
        field: Option<&str>,
    ) -> anyhow::Result<Self> {
        let place = Place::on(server, path)?;
        let client = request::client()?;
        let mut all = Vec::new();
        for probe in probe::all(field) {
            let mut headers = HeaderMap::from_iter(more.iter().cloned());
            for (name, value) in &probe.headers {
                let value = HeaderValue::from_str(value).context("a header of a check")?;
                headers.insert(HeaderName::from_static(name), value);
            }
            let answer = request::read(&client, &place, headers, SHORT).await;
            let answer = match answer {
                Ok(answer) => Some(answer),
                Err(unread) if probe.kind == probe::Kind::Plain => return Err(unread.of(place.shown())),
                // The server that is not there at all is said above.
                Err(_) => None,
            };
            all.push(Exchange::new(probe, answer));
        }
        Ok(Self {
            url: place.shown().to_owned(),
            all,
            collector: None,
            field: field.map(str::to_owned),
        })
    }

    /// Asks the collector until each accepted trace has a span, or time is up; at last, for those that must have none.
    ///
    /// # Errors
    /// A collector that does not answer.
    pub async fn look_for_spans(&mut self, stored: &Stored, limit: Duration) -> anyhow::Result<()> {
        let begun = Instant::now();
        self.collector = Some(stored.url().to_string());
        loop {
            let mut is_whole = true;
            for exchange in self
                .all
                .iter_mut()
                .filter(|exchange| exchange.probe.is_accepted())
            {
                exchange.look(stored).await?;
                is_whole &= !exchange.spans.is_empty() || exchange.cut_spans > 0;
            }
            if (is_whole && begun.elapsed() > FORBIDDEN) || begun.elapsed() > limit {
                break;
            }
            tokio::time::sleep(POLL).await;
        }
        for exchange in self
            .all
            .iter_mut()
            .filter(|exchange| !exchange.probe.is_accepted())
        {
            exchange.look(stored).await?;
        }
        Ok(())
    }

    /// Those of a kind.
    pub fn of(&self, kind: probe::Kind) -> impl Iterator<Item = &Exchange> {
        self.all
            .iter()
            .filter(move |exchange| exchange.probe.kind == kind)
    }
}

impl Exchange {
    fn new(probe: Probe, answer: Option<Answer>) -> Self {
        let (long, short) = (
            probe.trace_id.to_string(),
            TraceId::new(probe.trace_id.low().into()).to_string(),
        );
        let texts = answer.as_ref().map(|answer| {
            let headers = answer.headers.values().map(HeaderValue::as_bytes);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            headers
                .chain([answer.body.as_slice()])
                .map(text)
                .collect::<Vec<_>>()
        });
        let has = |digits: &str| texts.iter().flatten().any(|text| named::has_digits(text, digits));
        Self {
            status: answer.as_ref().map(|answer| answer.status.as_u16()),
            named: answer
                .as_ref()
                .map_or_else(Vec::new, |answer| named::trace_ids(&answer.headers, &answer.body)),
            digits: (has(&long), !probe.trace_id.is_64_bit() && has(&short)),
            spans: Vec::new(),
            cut_spans: 0,
            probe,
        }
    }

    async fn look(&mut self, stored: &Stored) -> anyhow::Result<()> {
        let spans = async |id| {
            let trace = stored.trace(id).await?;
            let spans = trace.map_or_else(Vec::new, |trace| {
                trace.rows.into_iter().map(|row| row.span).collect()
            });
            anyhow::Ok(spans)
        };
        let all: Vec<Span> = spans(self.probe.trace_id).await?;
        // A collector that compares lower halves gives those of both.
        let (own, cut): (Vec<Span>, Vec<Span>) = all
            .into_iter()
            .partition(|span| span.trace_id == self.probe.trace_id);
        (self.spans, self.cut_spans) = (own, cut.len());
        if self.spans.is_empty() && self.cut_spans == 0 && !self.probe.trace_id.is_64_bit() {
            let cut = spans(TraceId::new(self.probe.trace_id.low().into())).await?;
            self.cut_spans = cut.len();
        }
        Ok(())
    }
}
