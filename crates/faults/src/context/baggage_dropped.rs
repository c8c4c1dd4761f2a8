//! `baggage-dropped`: the request's values stay behind.

use http::HeaderMap;
use telemetry::propagation::HeaderFormat;

use super::headers::remove;
use crate::kind::{Entry, Kind, Place, bare};

/// The trace is whole, and SERVER spans and log lines of the service and of all hops behind it lack `userId` and `orderId`, unless a service puts them
/// itself.
pub const BAGGAGE_DROPPED: Entry = Entry {
    name: "baggage-dropped",
    value: "",
    place: Place::Headers,
    shows: "the trace is whole; userId and orderId are missing on spans and log lines from the service on",
    read: |value| bare(value, Kind::BaggageDropped),
};

/// Takes the values off.
pub fn strip(headers: &mut HeaderMap) {
    remove(HeaderFormat::Baggage, headers);
}
