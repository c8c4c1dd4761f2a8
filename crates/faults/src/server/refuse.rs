//! `refuse`: nobody listens at the service's port.

use crate::kind::{Entry, Kind, Place, bare};

/// The service has no span. The caller's CLIENT span is short and ends with `error` = `connection refused`, and its answer is 502. Requests that were under way
/// end with `connection broken`. The service's log is silent.
pub const REFUSE: Entry = Entry {
    name: "refuse",
    value: "",
    place: Place::Door,
    shows: "no SERVER span; the caller's CLIENT span is short, with error = connection refused; 502",
    read: |value| bare(value, Kind::Refuse),
};
