//! Values of settings: lists are trimmed, and a text without a meaning is refused with the reason.

use std::ops::RangeInclusive;
#[cfg(feature = "clap")]
use std::time::Duration;

use crate::texts::list::list;

/// The longest wait of any setting, in milliseconds.
pub(super) const HOUR_MS: u64 = 3_600_000;

/// Milliseconds that one delivery may take.
pub(super) const EXPORT_TIMEOUT: RangeInclusive<u64> = 1..=HOUR_MS;

/// A parser for durations, which a command line has in milliseconds. The error of any other text names the range.
#[cfg(feature = "clap")]
pub(super) fn milliseconds(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<Duration, String> + Clone + Send + Sync {
    move |text| {
        let millis = text.parse().ok().filter(|millis| range.contains(millis));
        let millis = millis.ok_or_else(|| format!("{text} is not in {range:?}"));
        millis.map(Duration::from_millis)
    }
}

pub(super) fn brokers(text: &str) -> Result<Vec<String>, String> {
    let brokers = list(text, broker)?;
    if brokers.is_empty() {
        broker("").map(|one| vec![one])
    } else {
        Ok(brokers)
    }
}

fn broker(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !host.contains('@') && port.parse::<u16>().is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err("HOST:PORT is needed, such as 127.0.0.1:9092; several with commas between".to_owned()),
    }
}

/// Kafka's own rule for the name of a topic.
pub(super) fn topic(text: &str) -> Result<String, String> {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    if (1..=249).contains(&text.len()) && text.chars().all(is_legal) && !matches!(text, "." | "..") {
        return Ok(text.to_owned());
    }
    Err("the name of one topic is needed: at most 249 of letters, digits and ._-".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_a_host_and_a_port() {
        for good in ["127.0.0.1:9092", " kafka:9092", "[::1]:9092"] {
            assert_eq!(brokers(good).unwrap(), [good.trim()]);
        }
        for bad in [
            "",
            "kafka",
            ":9092",
            "kafka:",
            "kafka:70000",
            "kafka:9092/",
            "terry:secret@kafka:9092",
        ] {
            assert!(brokers(bad).is_err(), "{bad}");
        }
    }

    #[test]
    #[cfg(feature = "clap")]
    fn any_other_text_than_milliseconds_is_told_the_range() {
        let parse = milliseconds(EXPORT_TIMEOUT);
        assert_eq!(parse("3600000").unwrap(), Duration::from_secs(3600));
        for bad in ["-1", "0", "3600001", "18446744073709551616", "1s", ""] {
            assert_eq!(parse(bad).unwrap_err(), format!("{bad} is not in 1..=3600000"));
        }
    }

    #[test]
    fn a_topic_is_one_that_kafka_takes() {
        assert_eq!(topic("zipkin-2.a_b").unwrap(), "zipkin-2.a_b");
        // Zipkin reads several; a producer has one.
        for bad in ["", ".", "..", "a,b", "a b", "über", &"a".repeat(250)] {
            assert!(topic(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_are_trimmed_and_may_have_commas_too_many() {
        assert_eq!(brokers("a:1, b:2").unwrap(), ["a:1", "b:2"]);
    }
}
