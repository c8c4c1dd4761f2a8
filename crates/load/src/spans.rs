//! Spans of the load itself: the root of each trace, the wait between due and sent, the call.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use ask::request::{self, Place, SHORT};
use http::HeaderMap;
use reqwest::Method;
use service::BaseUrl;
use telemetry::propagation::{self, HeaderFormat, Ids, Outgoing, Sampling};
use tokio::time::sleep;
use zipkin::{
    Endpoint, Kind, SpanId, TraceId,
    encode::{EndpointJson, SpanWriter},
};

use crate::failure::Failure;

/// The service that the spans are of.
pub const SERVICE: &str = "load";

/// Bytes of spans that wait for Zipkin; what is more is dropped and counted.
const ROOM: usize = 4 << 20;

/// The time that spans wait for others to go with.
const DELAY: Duration = Duration::from_millis(200);

/// Which spans are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// None, and no header of a context is sent.
    Nothing,
    /// Root and call.
    Roots,
    /// Root, wait and call.
    RootsAndWaits,
}

/// The fate of the spans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Spans that Zipkin took.
    pub taken: u64,
    /// Spans that it did not get.
    pub lost: u64,
    /// The reason, where some were lost.
    pub reason: Option<String>,
}

/// The ids of one request's spans.
#[derive(Clone, Copy, Debug)]
pub struct SpanIds {
    /// The trace.
    pub trace_id: TraceId,
    root: SpanId,
    wait: SpanId,
    call: SpanId,
}

/// A request as its spans tell it; times from the start of the run.
#[derive(Debug)]
pub struct Told<'a> {
    pub method: &'a str,
    pub template: &'a str,
    pub path: &'a str,
    pub user: &'a str,
    pub due: Duration,
    pub sent: Duration,
    pub ended: Duration,
    pub ending: Result<u16, Failure>,
}

/// Spans on their way.
#[derive(Debug)]
pub struct Spans {
    written: Written,
    /// Microseconds since the epoch at the start of the run.
    start_us: u64,
    local: EndpointJson,
    remote: Endpoint,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    json: Vec<u8>,
    spans: u64,
    lost: u64,
}

impl SpanIds {
    /// Ids that no other request has.
    pub fn random() -> Self {
        let id = || SpanId::new(fastrand::u64(1..));
        Self {
            trace_id: TraceId::new(fastrand::u128(1..)),
            root: id(),
            wait: id(),
            call: id(),
        }
    }

    /// Writes the context of the call.
    pub fn inject(&self, headers: &mut HeaderMap) {
        let ids = Ids {
            trace_id: self.trace_id,
            span_id: self.call,
            parent_id: Some(self.root),
        };
        let formats = [HeaderFormat::B3Multi, HeaderFormat::TraceContext];
        propagation::inject(&Outgoing::of(ids, Sampling::Accept), &formats, headers);
    }
}

impl Spans {
    /// Of a run that starts now, against a server of this name.
    pub fn new(written: Written, remote: &str) -> Self {
        let named = |name: &str| Endpoint {
            service_name: Some(name.to_owned()),
            ..Endpoint::default()
        };
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self {
            written,
            start_us: since.map_or(0, micros),
            local: EndpointJson::new(&named(SERVICE)),
            remote: named(remote),
            waiting: Mutex::default(),
        }
    }

    /// Whether any are written.
    pub fn are_written(&self) -> bool {
        self.written != Written::Nothing
    }

    /// Writes the spans of a request that has ended.
    pub fn write(&self, ids: &SpanIds, told: &Told<'_>) {
        if !self.are_written() {
            return;
        }
        let mut waiting = self.waiting();
        let spans = if self.written == Written::RootsAndWaits {
            3
        } else {
            2
        };
        if waiting.json.len() >= ROOM {
            waiting.lost += spans;
            return;
        }
        waiting.spans += spans;
        let out = &mut waiting.json;
        if self.written == Written::RootsAndWaits {
            let mut wait = self.begin(
                out,
                ids,
                Some(ids.root),
                ids.wait,
                None,
                "wait to be sent",
                told.due,
                told.sent,
            );
            wait.tags(std::iter::empty());
            wait.end(false, false);
        }
        let name = format!("{} {}", told.method.to_ascii_lowercase(), told.template);
        let mut call = self.begin(
            out,
            ids,
            Some(ids.root),
            ids.call,
            Some(Kind::Client),
            &name,
            told.sent,
            told.ended,
        );
        call.remote_endpoint(&self.remote);
        call.tags(tags(told).iter().map(|(key, value)| (*key, value.as_str())));
        call.end(false, false);
        let mut root = self.begin(out, ids, None, ids.root, None, &name, told.due, told.ended);
        root.tags([("http.path", told.path), ("userId", told.user)].into_iter());
        root.end(false, false);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a span, each once")]
    fn begin<'a>(
        &self,
        out: &'a mut Vec<u8>,
        ids: &SpanIds,
        parent: Option<SpanId>,
        id: SpanId,
        kind: Option<Kind>,
        name: &str,
        from: Duration,
        to: Duration,
    ) -> SpanWriter<'a> {
        out.push(if out.is_empty() { b'[' } else { b',' });
        let mut span = SpanWriter::begin(out, ids.trace_id, parent, id);
        if let Some(kind) = kind {
            span.kind(kind);
        }
        span.name(name);
        // Zipkin knows no span of 0 µs.
        let took = micros(to.saturating_sub(from)).max(1);
        span.time(Some(self.start_us + micros(from)), Some(took));
        span.written_local_endpoint(&self.local);
        span
    }

    /// Sends what is written, again and again, until `is_over` says that no more will come.
    pub async fn deliver(&self, zipkin: &BaseUrl, is_over: impl Fn() -> bool) -> Delivered {
        let mut delivered = Delivered::default();
        if !self.are_written() {
            return delivered;
        }
        loop {
            let over = is_over();
            self.send(zipkin, &mut delivered).await;
            if over {
                return delivered;
            }
            sleep(DELAY).await;
        }
    }

    async fn send(&self, zipkin: &BaseUrl, delivered: &mut Delivered) {
        let Waiting {
            mut json,
            spans,
            lost,
        } = std::mem::take(&mut *self.waiting());
        if lost > 0 {
            delivered.lost += lost;
            delivered.reason = Some("they came faster than they were taken".to_owned());
        }
        if spans == 0 {
            return;
        }
        json.push(b']');
        match post(zipkin, json).await {
            Ok(()) => delivered.taken += spans,
            Err(reason) => {
                delivered.lost += spans;
                delivered.reason = Some(format!("{reason:#}"));
            }
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn post(zipkin: &BaseUrl, json: Vec<u8>) -> anyhow::Result<()> {
    let place = Place::on(zipkin, "/api/v2/spans")?;
    let json = String::from_utf8(json)?;
    let answer = request::send(&request::client()?, Method::POST, &place, Some(json), SHORT).await;
    let answer = answer.map_err(|unread| unread.of(place.shown()))?;
    anyhow::ensure!(answer.status.is_success(), "{}", answer.refusal(&place));
    Ok(())
}

fn tags(told: &Told<'_>) -> Vec<(&'static str, String)> {
    let mut tags = vec![
        ("http.method", told.method.to_owned()),
        ("http.path", told.path.to_owned()),
    ];
    match told.ending {
        Ok(status) => tags.push(("http.status_code", status.to_string())),
        Err(Failure::Status(status)) => {
            tags.push(("http.status_code", status.to_string()));
            tags.push(("error", status.to_string()));
        }
        Err(failure) => tags.push(("error", failure.to_string())),
    }
    tags
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(written: Written, ending: Result<u16, Failure>) -> Vec<zipkin::Span> {
        let spans = Spans::new(written, "gateway");
        let ms = Duration::from_millis;
        let told = Told {
            method: "POST",
            template: "/orders/{order}",
            path: "/orders/7",
            user: "terry",
            due: ms(100),
            sent: ms(350),
            ended: ms(360),
            ending,
        };
        spans.write(&SpanIds::random(), &told);
        let mut json = spans.waiting().json.clone();
        if json.is_empty() {
            return Vec::new();
        }
        json.push(b']');
        zipkin::decode::list(&json).unwrap()
    }

    #[test]
    fn the_wait_between_due_and_sent_is_a_span() {
        let spans = written(Written::RootsAndWaits, Ok(200));
        let trace = zipkin::waterfall(&spans).unwrap();
        let rows: Vec<_> = trace
            .rows
            .iter()
            .map(|row| (row.name.as_str(), row.depth, row.duration))
            .collect();
        assert_eq!(
            rows,
            [
                ("post /orders/{order}", 0, Some(260_000)),
                ("wait to be sent", 1, Some(250_000)),
                ("post /orders/{order}", 1, Some(10_000)),
            ]
        );
        let answer = zipkin::analysis::analyse(&trace).answer;
        assert!(answer.contains("load waited in “wait to be sent”"), "{answer}");
    }

    #[test]
    fn waits_or_all_spans_may_be_left_out() {
        assert_eq!(written(Written::Roots, Ok(200)).len(), 2);
        assert_eq!(written(Written::Nothing, Ok(200)).len(), 0);
    }

    #[test]
    fn a_failure_is_a_tag_of_the_call() {
        for (failure, error) in [
            (Failure::Status(503), "503"),
            (Failure::Refused, "connection refused"),
        ] {
            let spans = written(Written::Roots, Err(failure));
            let call = spans.iter().find(|span| span.kind == Some(Kind::Client)).unwrap();
            assert_eq!(call.tags["error"], error);
        }
    }
}
