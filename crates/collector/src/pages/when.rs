//! Moments, as people read them: how long ago, and when in UTC. A script turns the latter into local time.

use zipkin::utc;

use super::reader::Reader;
use crate::clock::now_ms;

/// A moment in microseconds since the epoch, or the words for none.
pub fn moment(reader: &Reader, start: Option<u64>) -> String {
    let Some(start) = start else {
        return format!("<i>{}</i>", reader.words().no_time);
    };
    let (date, time) = (utc::date(start), utc::time_of_day(start));
    format!(
        r#"<time datetime="{date}T{time}Z"><b class="age">{}</b> <span class="at">{date} {time} UTC</span></time>"#,
        age(reader, start)
    )
}

/// The time since a moment, in one unit.
pub fn age(reader: &Reader, start: u64) -> String {
    let seconds = (now_ms() / 1000).checked_sub(start / 1_000_000);
    match seconds {
        None => reader.say("in the future").to_owned(),
        Some(seconds @ 0..60) => reader.fill("{n} s ago", &[("n", &seconds)]),
        Some(seconds @ 60..3_600) => reader.fill("{n} min ago", &[("n", &(seconds / 60))]),
        Some(seconds @ 3_600..86_400) => reader.fill("{n} h ago", &[("n", &(seconds / 3_600))]),
        Some(seconds) => reader.fill("{n} d ago", &[("n", &(seconds / 86_400))]),
    }
}
