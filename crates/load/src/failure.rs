//! Why a request has no answer that counts.

use std::{fmt, io};

/// The ways in which a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// Nobody listens there.
    Refused,
    /// The connection could not be made for another reason.
    NoConnection,
    /// The connection ended before the answer began.
    Closed,
    /// The answer is not one of HTTP, or its head is too long.
    NotHttp,
    /// The answer broke off.
    BrokenBody,
    /// No whole answer in time.
    TimedOut,
    /// An answer that is no success.
    Status(u16),
}

impl Failure {
    /// Of a connection that was not made.
    pub(crate) fn of_connecting(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            _ => Self::NoConnection,
        }
    }

    /// Of a request that was sent and not answered.
    pub(crate) fn of_answering(error: &hyper::Error) -> Self {
        if error.is_parse() || error.is_parse_too_large() {
            Self::NotHttp
        } else {
            Self::Closed
        }
    }

    /// A name for programs.
    pub fn name(self) -> String {
        match self {
            Self::Refused => "refused".to_owned(),
            Self::NoConnection => "noConnection".to_owned(),
            Self::Closed => "closed".to_owned(),
            Self::NotHttp => "notHttp".to_owned(),
            Self::BrokenBody => "brokenBody".to_owned(),
            Self::TimedOut => "timedOut".to_owned(),
            Self::Status(status) => format!("status{status}"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("connection refused"),
            Self::NoConnection => f.write_str("no connection"),
            Self::Closed => f.write_str("closed before the answer"),
            Self::NotHttp => f.write_str("an answer that is no HTTP"),
            Self::BrokenBody => f.write_str("the answer broke off"),
            Self::TimedOut => f.write_str("no whole answer in time"),
            Self::Status(status) => write!(f, "answered {status}"),
        }
    }
}
