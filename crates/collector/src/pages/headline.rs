//! Which trace it is, and when it started: in the list of traces, and above one of them.

use zipkin::{Times, utc};

use super::{markup::name_or, reader::Reader};

/// Service and name of the first root.
pub fn title(reader: &Reader, service: &str, name: &str) -> String {
    let words = reader.words();
    format!(
        "{} <b>{}</b>",
        name_or(service, words.no_service),
        name_or(name, words.no_name)
    )
}

/// Date and time of day.
pub fn started(reader: &Reader, times: &Times) -> String {
    let start = times
        .start
        .map(|start| (utc::date(start), utc::time_of_day(start)));
    start.map_or_else(
        || format!("<i>{}</i>", reader.words().no_time),
        |(date, time)| format!("{date} <b>{time}</b>"),
    )
}
