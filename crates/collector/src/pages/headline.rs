//! Which trace it is, and when it started: in the list of traces, and above one of them.

use std::fmt::Display;

use zipkin::{Times, utc, words};

use super::markup::name_or;

/// Service and name of the first root.
pub fn title(service: &str, name: &str) -> impl Display {
    format!(
        "{} <b>{}</b>",
        name_or(service, words::NO_SERVICE),
        name_or(name, words::NO_NAME)
    )
}

/// Date and time of day.
pub fn started(times: &Times) -> String {
    let start = times
        .start
        .map(|start| (utc::date(start), utc::time_of_day(start)));
    start.map_or_else(
        || format!("<i>{}</i>", words::NO_TIME),
        |(date, time)| format!("{date} <b>{time}</b>"),
    )
}
