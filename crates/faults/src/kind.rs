//! The kinds, with their values, and where each takes hold.

use std::fmt;

use crate::{chance::Share, time::Time};

/// A kind of fault, with its value. Each has a file of its own, which says what its trace looks like.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// [`server::latency`](crate::server::latency)
    Latency(Time),
    /// [`server::network`](crate::server::network)
    Network(Time),
    /// [`server::error`](crate::server::error)
    Error(u16),
    /// [`server::hang`](crate::server::hang)
    Hang,
    /// [`server::refuse`](crate::server::refuse)
    Refuse,
    /// [`server::reset`](crate::server::reset)
    Reset,
    /// [`server::slow_body`](crate::server::slow_body)
    SlowBody(Time),
    /// [`server::lock`](crate::server::lock)
    Lock(Time),
    /// [`server::pool`](crate::server::pool)
    Pool(u32, Time),
    /// [`server::crash`](crate::server::crash)
    Crash,
    /// [`next_hop::calls`](crate::next_hop::calls)
    Calls(u32),
    /// [`next_hop::burst`](crate::next_hop::burst)
    Burst(u32),
    /// [`next_hop::retry_storm`](crate::next_hop::retry_storm)
    RetryStorm(u32),
    /// [`next_hop::cache_miss`](crate::next_hop::cache_miss)
    CacheMiss(Share),
    /// [`context::context_dropped`](crate::context::context_dropped)
    ContextDropped,
    /// [`context::one_dialect`](crate::context::one_dialect)
    OneDialect(Dialect),
    /// [`context::ids_64bit`](crate::context::ids_64bit)
    Ids64Bit,
    /// [`context::sampling_anew`](crate::context::sampling_anew)
    SamplingAnew(Share),
    /// [`context::baggage_dropped`](crate::context::baggage_dropped)
    BaggageDropped,
    /// [`signals::clock`](crate::signals::clock)
    Clock(i64),
    /// [`signals::logs_without_ids`](crate::signals::logs_without_ids)
    LogsWithoutIds,
    /// [`signals::exporter_blocked`](crate::signals::exporter_blocked)
    ExporterBlocked,
    /// [`signals::spans_lost`](crate::signals::spans_lost)
    SpansLost(Share),
}

/// One of the formats of context headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// One `b3` header.
    B3,
    /// `X-B3-…` headers.
    B3Multi,
    /// `traceparent`.
    W3c,
}

/// Where a fault takes hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between the caller and the service's own span.
    Outside,
    /// Within the service's own span.
    Inside,
    /// On calls to the next service.
    Call,
    /// On the headers of requests that come in and of calls that go out.
    Headers,
    /// On the door of the whole service.
    Door,
    /// On spans on their way to Zipkin.
    Spans,
    /// On log lines, and on spans where they have the same clock.
    Lines,
}

/// The name of a kind, and the signature that it shows.
#[derive(Debug)]
pub struct Entry {
    /// Its name: the word before `=`.
    pub name: &'static str,
    /// A value that it takes; empty where it takes none.
    pub value: &'static str,
    /// Where it takes hold.
    pub place: Place,
    /// The trace, the headers or the log lines that show it.
    pub shows: &'static str,
    pub(crate) read: fn(Option<&str>) -> Result<Kind, &'static str>,
}

impl Entry {
    /// Whether it is about single requests, of which there may be a share or a route.
    pub fn is_of_requests(&self) -> bool {
        matches!(
            self.place,
            Place::Outside | Place::Inside | Place::Call | Place::Headers
        )
    }
}

impl Dialect {
    /// As the text form and `OTEL_PROPAGATORS` call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::B3 => "b3",
            Self::B3Multi => "b3multi",
            Self::W3c => "tracecontext",
        }
    }
}

/// The value behind the name, with its `=`; nothing where there is none.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latency(time) | Self::Network(time) | Self::SlowBody(time) => write!(f, "={time}"),
            Self::Lock(time) if *time == Time::millis(0) => Ok(()),
            Self::Lock(time) => write!(f, "={time}"),
            Self::Pool(places, time) if *time == Time::millis(0) => write!(f, "={places}"),
            Self::Pool(places, time) => write!(f, "={places},{time}"),
            Self::Error(status) => write!(f, "={status}"),
            Self::Calls(count) | Self::Burst(count) | Self::RetryStorm(count) => write!(f, "={count}"),
            Self::OneDialect(dialect) => write!(f, "={}", dialect.name()),
            Self::SamplingAnew(share) | Self::SpansLost(share) | Self::CacheMiss(share) => {
                write!(f, "={share}")
            }
            Self::Clock(ms) => write!(f, "={ms:+}ms"),
            Self::Hang
            | Self::Refuse
            | Self::Reset
            | Self::Crash
            | Self::ContextDropped
            | Self::Ids64Bit
            | Self::BaggageDropped
            | Self::LogsWithoutIds
            | Self::ExporterBlocked => Ok(()),
        }
    }
}

/// Refuses a value for a kind that takes none.
pub(crate) fn bare(value: Option<&str>, kind: Kind) -> Result<Kind, &'static str> {
    match value {
        None => Ok(kind),
        Some(_) => Err("no value"),
    }
}

/// Reads a number of calls or places.
pub(crate) fn count(text: &str) -> Result<u32, &'static str> {
    let count = text.parse().ok().filter(|count| (1..=100).contains(count));
    count.ok_or("a number from 1 to 100")
}
