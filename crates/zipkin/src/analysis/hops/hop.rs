//! One remote call, and why a figure of it is missing.

use serde::Serialize;

use crate::Language;

/// One remote call, seen from the client, the server or both. Its names are those of the trace's rows. It is written to JSON in camel case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop<'a> {
    /// Index of the server's row, or of the client's where no server answered.
    #[serde(skip)]
    pub row: usize,
    /// The service that calls; none where neither it nor the one that is called says.
    pub caller: Option<&'a str>,
    /// Whether the call has no parent id: nothing that is traced made it. Without it and without a caller, the caller
    /// has reported nothing.
    pub from_outside: bool,
    /// The service that is called; empty where nobody says.
    pub callee: &'a str,
    /// The name of the call: the server's, else the client's.
    pub name: &'a str,
    /// Microseconds that the client waited.
    pub client_us: Option<u64>,
    /// Microseconds that the server took.
    pub server_us: Option<u64>,
    /// Microseconds between the two: client minus server.
    pub network_us: Option<u64>,
    /// The least and the most microseconds from the client to the server: as far as the clocks of the two are known, from all
    /// calls between them in the trace.
    pub request_us: Option<[u64; 2]>,
    /// The same from the server back to the client.
    pub response_us: Option<[u64; 2]>,
    /// Microseconds of the server's own work: without the time in which something below it ran.
    pub self_us: Option<u64>,
    /// Whether either side failed.
    pub error: bool,
    /// Why a figure is missing.
    pub why: Reasons,
}

/// Why figures are missing; none for those that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reasons {
    /// Of the client's wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_us: Option<Why>,
    /// Of the server's time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_us: Option<Why>,
    /// Of the network's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_us: Option<Why>,
    /// Of the network's way there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_us: Option<Why>,
    /// Of its way back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_us: Option<Why>,
    /// Of the server's own work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_us: Option<Why>,
}

/// Why a figure is missing. It is written to JSON in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum Why {
    /// The side left no span.
    #[serde(rename = "not reported")]
    NotReported,
    /// The span, or one that it waited for, has no duration.
    #[serde(rename = "not ended")]
    NotEnded,
    /// The span, or one that it waited for, does not say when it ran.
    #[serde(rename = "no time")]
    NoTime,
    /// Whose share of the client's wait is in no span.
    #[serde(rename = "several servers answered this call")]
    SeveralServers,
    /// The client gave up, and the server went on.
    #[serde(rename = "the server outlived its caller")]
    Outlived,
    /// Work on another clock cannot be taken off.
    #[serde(rename = "clocks disagree")]
    Clocks,
}

impl Why {
    /// In words.
    pub fn as_str(self) -> &'static str {
        self.text(Language::English)
    }

    /// In words of a language.
    pub fn text(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Self::NotReported => words.not_reported,
            Self::NotEnded => words.not_ended,
            Self::NoTime => words.no_time,
            Self::SeveralServers => words.several_servers,
            Self::Outlived => words.outlived,
            Self::Clocks => words.clocks,
        }
    }
}

impl Hop<'_> {
    /// The caller, or the reason that it is not known, in words.
    pub fn caller_or_why(&self) -> &str {
        self.caller_or_why_in(Language::English)
    }

    /// The same in a language.
    pub fn caller_or_why_in(&self, language: Language) -> &str {
        caller_or_why(self.caller, self.from_outside, language)
    }
}

/// The caller, or the reason that it is not known, in words.
pub(crate) fn caller_or_why(caller: Option<&str>, from_outside: bool, language: Language) -> &str {
    let words = language.words();
    let none = if from_outside {
        words.outside
    } else {
        words.not_reported
    };
    caller.unwrap_or(none)
}
