//! `exporter-blocked`: the service's spans wait.

use crate::kind::{Entry, Kind, Place, bare};

/// The service's spans are missing: the hop behind it names a parent that is not there, and the caller's CLIENT span looks unanswered. Requests are as fast as ever. A log line says
/// that Zipkin is out of reach; once the fault is cleared, the spans that still had room to wait arrive late.
pub const EXPORTER_BLOCKED: Entry = Entry {
    name: "exporter-blocked",
    value: "",
    place: Place::Spans,
    shows: "the service's spans are missing while requests are fast; they arrive late once it is cleared",
    read: |value| bare(value, Kind::ExporterBlocked),
};

/// Whether spans may leave, with these kinds on.
pub fn is_open(kinds: &[&Kind]) -> bool {
    !kinds.contains(&&Kind::ExporterBlocked)
}
