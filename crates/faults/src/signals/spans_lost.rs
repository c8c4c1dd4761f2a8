//! `spans-lost=30%`: some of the service's spans do not arrive.

use crate::{
    chance::Share,
    kind::{Entry, Kind, Place},
};

/// Holes: a span whose parent is missing, a CLIENT span that nobody answered. The answer says how many spans were lost at least, and that figures around the gaps are too large. The service
/// believes that all were sent.
pub const SPANS_LOST: Entry = Entry {
    name: "spans-lost",
    value: "30%",
    place: Place::Spans,
    shows: "spans whose parent is missing, and CLIENT spans that nobody answered; the service counts all as sent",
    read: |value| {
        value
            .map_or(Ok(Share::percent(50)), str::parse)
            .map(Kind::SpansLost)
    },
};
