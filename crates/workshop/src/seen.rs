//! A lesson's service as it was observed: answers, spans, log lines, and its calls as they stood on the wire.

use std::time::Duration;

use expect::{Answer, LogLine, Observed, Span, TraceId, Wire};
use zipkin::SpanId;

/// Whom a request goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// The real gateway, in front of the learner's service.
    Gateway,
    /// The learner's service itself, as an older neighbour calls it.
    Orders,
}

/// One request of a lesson.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whom it goes to.
    pub to: To,
    /// Begins with a slash.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
}

/// The collector, as the learner's service finds it during a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// It answers.
    #[default]
    Answered,
    /// It answers once the round's requests are answered: a request that waits for its own spans is seen.
    AfterTheRound,
    /// It answers 503, for a second and more.
    Refused,
    /// It answers again: the round ends once a batch was taken.
    Again,
    /// It takes a second, from this round on until the end.
    Late,
}

/// Requests that are sent at once.
#[derive(Clone, Debug)]
pub struct Round {
    /// The requests.
    pub requests: Vec<Request>,
    /// So many calls of inventory are held until all of them are there; 0 holds none.
    pub hold: usize,
    /// The time that they are held for those that never come.
    pub hold_limit: Duration,
    /// So many calls of inventory fail with 503 before the first arrives.
    pub failures: usize,
    /// Whether the learner's service gets rid of its spans.
    pub delivery: Delivery,
}

/// A clock that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// The service that has it.
    pub service: &'static str,
    /// Milliseconds that it is ahead; below zero, behind.
    pub millis: i64,
}

/// A lesson's dealings with the learner's service.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Variables for the gateway.
    pub gateway: Vec<(&'static str, &'static str)>,
    /// Variables for the learner's service.
    pub orders: Vec<(&'static str, &'static str)>,
    /// Whether there is a queue, and the learner's program a second time as the warehouse behind it.
    pub has_warehouse: bool,
    /// Clocks of which each learner draws one; none where all clocks are right.
    pub skews: Vec<Skew>,
    /// Whether a plain Zipkin and an OpenTelemetry collector stand before the stage's collector.
    pub has_backends: bool,
    /// One after the other.
    pub rounds: Vec<Round>,
    /// The second life of the learner's service, after its first has ended.
    pub second_life: Option<Life>,
}

/// A second life of the learner's service, in which requests go to it one after the other.
#[derive(Clone, Debug)]
pub struct Life {
    /// Variables that differ from those of the first.
    pub variables: Vec<(&'static str, &'static str)>,
    /// The requests.
    pub requests: Vec<Request>,
    /// Whether the learner's service gets rid of its spans.
    pub delivery: Delivery,
}

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request that was sent.
    pub request: Request,
    /// The answer.
    pub answer: Answer,
}

/// A call of inventory, as it stood on the wire.
#[derive(Clone, Debug)]
pub struct Call {
    /// Path and query.
    pub path: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The number of calls under way when it came, itself included.
    pub together: usize,
}

/// A line and who wrote it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The service.
    pub service: &'static str,
    /// Its text as written.
    pub text: String,
}

/// A message in the queue.
#[derive(Clone, Debug)]
pub struct Message {
    /// The headers of the HTTP call that brought it, which the queue forgets.
    pub http: Vec<(String, String)>,
    /// Its own headers.
    pub headers: Vec<(String, String)>,
    /// Its text.
    pub body: String,
}

/// A batch of spans that the learner's service posted.
#[derive(Clone, Debug)]
pub struct Post {
    /// Their traces and ids.
    pub spans: Vec<(TraceId, SpanId)>,
    /// The outcome.
    pub outcome: Outcome,
}

/// The outcome of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody waited for the answer.
    Abandoned,
    /// The collector was away.
    Refused,
    /// The collector has it.
    Taken,
    /// The collector has it, and a request had to wait for that.
    Awaited,
}

/// A server of spans, in the lesson about exporters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A plain Zipkin: it takes its own formats.
    Zipkin,
    /// An OpenTelemetry collector: it takes OTLP.
    Collector,
}

/// A batch as it came to one of them.
#[derive(Clone, Debug)]
pub struct Export {
    /// To which.
    pub to: Backend,
    /// The path of the request.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// The beginning of the answer.
    pub answer: String,
    /// The spans, where the body has the backend's own format.
    pub spans: Vec<Span>,
}

/// All that was seen of one run.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// In the order of the script.
    pub exchanges: Vec<Exchange>,
    /// Of all services.
    pub spans: Vec<Span>,
    /// Of all services.
    pub lines: Vec<Line>,
    /// In the order of arrival.
    pub calls: Vec<Call>,
    /// In the order of arrival, in lessons about delivery.
    pub posts: Vec<Post>,
    /// In the order of arrival, in the lesson about exporters.
    pub exports: Vec<Export>,
    /// In the order of arrival, in the lesson about queues.
    pub messages: Vec<Message>,
    /// The service whose clock was wrong, in the lesson about clocks.
    pub skewed: Option<&'static str>,
    /// The learner's answers, in the lesson that asks.
    pub answers: String,
    /// Whether the learner's service had to be killed, because it did not end.
    pub was_killed: bool,
    /// The same in its second life.
    pub was_killed_again: bool,
    /// The lines of its second life.
    pub second_lines: Vec<Line>,
    /// The end of the learner's service, where it came before it was told to.
    pub ended_early: Option<String>,
    /// Whether the learner's service wrote more than any lesson's.
    pub wrote_endlessly: bool,
}

impl Script {
    /// The wrong clock of a draw.
    pub fn skew(&self, draw: u32) -> Option<Skew> {
        let place = (draw as usize).checked_rem(self.skews.len())?;
        self.skews.get(place).copied()
    }
}

impl Round {
    /// Requests at once. Their calls of inventory, one each, meet there.
    pub fn together(requests: Vec<Request>) -> Self {
        Self {
            hold: requests.len(),
            requests,
            hold_limit: Duration::from_secs(1),
            failures: 0,
            delivery: Delivery::Answered,
        }
    }

    /// One request.
    pub fn single(request: Request) -> Self {
        Self {
            requests: vec![request],
            hold: 0,
            hold_limit: Duration::ZERO,
            failures: 0,
            delivery: Delivery::Answered,
        }
    }
}

impl Request {
    /// `GET` through the gateway.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            to: To::Gateway,
            path: path.into(),
            headers: Vec::new(),
        }
    }

    /// `GET /orders/{id}` through the gateway, on behalf of a user.
    pub fn order(id: usize, user: &str) -> Self {
        Self::get(format!("/orders/{id}")).header("userid", user)
    }

    /// The same, from an older neighbour that calls the learner's service itself.
    pub fn direct(self) -> Self {
        Self {
            to: To::Orders,
            ..self
        }
    }

    /// With one more header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The request as somebody would say it.
    pub fn shown(&self) -> String {
        let to = match self.to {
            To::Gateway => "gateway",
            To::Orders => "orders",
        };
        let headers: Vec<String> = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let headers = if headers.is_empty() {
            String::new()
        } else {
            format!(" ({})", headers.join(", "))
        };
        format!("GET {} → {to}{headers}", self.path)
    }
}

impl Exchange {
    /// Whether no answer came in time, to the client or to the gateway before the learner's service.
    pub fn is_late(&self) -> bool {
        matches!(self.answer.status, 0 | 504)
    }

    /// The trace that the answer names, else the one that the request came with.
    pub fn trace_id(&self) -> Option<TraceId> {
        TraceId::parse(&self.trace_text()).ok()
    }

    /// The same as text, as it is written in lines and headers; empty where there is none.
    pub fn trace_text(&self) -> String {
        let answered = self.answer.headers.iter().find(|(name, _)| name == "x-trace-id");
        let sent = self
            .request
            .headers
            .iter()
            .find(|(name, _)| *name == "x-b3-traceid");
        let answered = answered.map(|(_, value)| value);
        answered
            .or(sent.map(|(_, value)| value))
            .cloned()
            .unwrap_or_default()
    }
}

impl Call {
    /// Whom it went to: inventory, or a partner outside.
    pub fn to(&self) -> &'static str {
        if self.path.starts_with("/partner/") {
            "partner"
        } else {
            "inventory"
        }
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The trace id that it carries, in B3 or W3C.
    pub fn trace_id(&self) -> Option<TraceId> {
        let w3c = || {
            self.header("traceparent")
                .and_then(|value| value.split('-').nth(1))
        };
        TraceId::parse(self.header("x-b3-traceid").or_else(w3c)?).ok()
    }
}

impl Seen {
    /// The spans of a trace.
    pub fn trace(&self, id: TraceId) -> Vec<Span> {
        self.spans
            .iter()
            .filter(|span| span.trace_id == id)
            .cloned()
            .collect()
    }

    /// The spans that a service recorded.
    pub fn spans_of<'a>(&'a self, service: &'a str) -> impl Iterator<Item = &'a Span> {
        self.spans
            .iter()
            .filter(move |span| span.local_service() == Some(service))
    }

    /// The calls of inventory that carry the trace of an exchange.
    pub fn calls_of(&self, exchange: &Exchange) -> Vec<&Call> {
        let id = exchange.trace_id();
        let calls = self.calls.iter();
        calls
            .filter(|call| id.is_some() && call.trace_id() == id)
            .collect()
    }

    /// The lines of a service with this text.
    pub fn lines_of<'a>(&'a self, service: &'a str, part: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.lines.iter().filter(move |line| line.service == service);
        lines
            .map(|line| line.text.as_str())
            .filter(move |text| text.contains(part))
    }

    /// The observation of one exchange for the engine: its trace, its lines, its calls, its answer.
    pub fn observed(&self, exchange: &Exchange) -> Observed {
        let id = exchange.trace_id();
        let text = exchange.trace_text();
        let is_of = |line: &&Line| !text.is_empty() && line.text.contains(&text);
        let read = |line: &Line| {
            let mut read = LogLine::read(&line.text)?;
            if read.service.is_empty() {
                read.service = line.service.to_owned();
            }
            Some(read)
        };
        let wires = self
            .calls
            .iter()
            .filter(|call| id.is_some() && call.trace_id() == id);
        Observed {
            spans: id.map(|id| self.trace(id)).unwrap_or_default(),
            lines: self.lines.iter().filter(is_of).filter_map(read).collect(),
            wires: wires
                .map(|call| Wire {
                    to: call.to().to_owned(),
                    headers: call.headers.clone(),
                })
                .collect(),
            answer: Some(exchange.answer.clone()),
        }
    }
}
