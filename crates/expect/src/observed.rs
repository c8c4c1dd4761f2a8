//! A request as it was observed: spans, log lines, headers on the wire, and the answer.

use zipkin::Span;

use crate::line::LogLine;

/// A request as it was observed. A part that nobody looked at stays empty; an expectation of it then fails and says so.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The spans of one trace.
    pub spans: Vec<Span>,
    /// Its log lines, as they were written.
    pub lines: Vec<LogLine>,
    /// Requests as they stood on the wire.
    pub wires: Vec<Wire>,
    /// The answer that the first caller got.
    pub answer: Option<Answer>,
}

/// The headers of one request on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// The receiver of the request: a service, or a stand-in for one.
    pub to: String,
    /// Names, in lower case, and values in their order.
    pub headers: Vec<(String, String)>,
}

/// An HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names, in lower case, and values in their order.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
}
