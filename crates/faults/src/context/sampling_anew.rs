//! `sampling-anew=50%`: the service decides by itself whether to record.

use http::HeaderMap;
use telemetry::propagation::Sampling;

use super::headers::rewrite;
use crate::{
    chance::Share,
    kind::{Entry, Kind, Place},
};

/// Half traces: where the service decides against recording, its spans and those of the hops behind it are missing, and the caller's CLIENT span looks
/// unanswered; where it decides for it although the caller did not, the trace begins in the middle. Its log lines say `false` in the place of
/// `true`. At the edge, where no caller has decided, nothing shows.
pub const SAMPLING_ANEW: Entry = Entry {
    name: "sampling-anew",
    value: "50%",
    place: Place::Headers,
    shows: "half traces: the service and all behind it are missing, and its log lines say that nothing is recorded",
    read: |value| {
        value
            .map_or(Ok(Share::percent(50)), str::parse)
            .map(Kind::SamplingAnew)
    },
};

/// Puts another decision in the place of the caller's, in each format that is there.
pub fn decide(is_recorded: bool, headers: &mut HeaderMap) {
    let decision = if is_recorded {
        Sampling::Accept
    } else {
        Sampling::Deny
    };
    rewrite(headers, |context| context.sampling = decision);
}
