//! `context-dropped`: the service neither reads nor writes context headers.

use http::HeaderMap;

use super::headers::{OF_IDS, remove};
use crate::kind::{Entry, Kind, Place, bare};

/// One request, several traces: the caller's, whose CLIENT span nobody answers; the service's, whose SERVER span is a root; and one for each hop that it calls. Log
/// lines of one request have different trace ids. The user's values still travel, in `baggage`.
pub const CONTEXT_DROPPED: Entry = Entry {
    name: "context-dropped",
    value: "",
    place: Place::Headers,
    shows: "one request, several traces: the service and the hop behind it each begin one of their own",
    read: |value| bare(value, Kind::ContextDropped),
};

/// Takes all ids off.
pub fn strip(headers: &mut HeaderMap) {
    for format in OF_IDS {
        remove(format, headers);
    }
}
