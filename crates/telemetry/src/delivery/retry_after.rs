//! The time after which a server wants to be asked again: `Retry-After` of <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header::RETRY_AFTER};
use zipkin::utc::midnight;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The wait that the header asks for: a number of seconds, or until a date.
pub(super) fn wait(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match value.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        // A date that has passed is no wait.
        Err(_) => Some(date(value)?.duration_since(now).unwrap_or_default()),
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`: the one form of a date that a server may send.
fn date(text: &str) -> Option<SystemTime> {
    let (_, rest) = text.split_once(", ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, time, "GMT"] = fields.as_slice() else {
        return None;
    };
    let month = MONTHS.iter().position(|name| name == month)? + 1;
    let midnight = midnight(&format!("{year}-{month:02}-{day}"))?;
    let seconds = time.splitn(3, ':').try_fold(0, |seconds, field| {
        Some(seconds * 60 + u64::from(field.parse::<u8>().ok()?))
    })?;
    Some(UNIX_EPOCH + Duration::from_micros(midnight) + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_in_seconds_or_until_a_date() {
        // Sun, 06 Nov 1994 08:49:37 GMT, the date of the RFC.
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Mon, 07 Nov 1994 08:49:37 GMT", Some(86_400)),
            // It has passed.
            ("Sat, 05 Nov 1994 08:49:37 GMT", Some(0)),
            // No such day, no such month, another zone, no date.
            ("Wed, 31 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov. 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("Sun, 06 Nov 1994 08:4x:37 GMT", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            assert_eq!(wait(&headers, now), seconds.map(Duration::from_secs), "{value}");
        }
        assert_eq!(wait(&HeaderMap::new(), now), None);
    }
}
