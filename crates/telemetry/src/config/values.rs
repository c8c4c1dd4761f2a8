//! What a setting may hold: lists are trimmed, booleans come in any case, and what cannot be meant is refused with the reason.

use tracing_subscriber::filter::{LevelFilter, Targets};

use super::Format;
use crate::http::peer::Network;

/// Items with commas between; spaces around them, and commas too many, do no harm.
fn list<T, E>(text: &str, item: impl Fn(&str) -> Result<T, E>) -> Result<Vec<T>, E> {
    let items = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    items.map(item).collect()
}

pub(super) fn formats(text: &str) -> Result<Vec<Format>, String> {
    let names = || "b3multi, b3, tracecontext, baggage or none is needed".to_owned();
    let formats = list(text, |name| {
        clap::ValueEnum::from_str(name, true).map_err(|_| names())
    })?;
    if formats.is_empty() {
        Err(names())
    } else {
        Ok(formats)
    }
}

pub(super) fn ratio(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err("a number from 0 to 1 is needed, such as 0.1 for a tenth of the traces".to_owned()),
    }
}

pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false is needed".to_owned()),
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

/// None, where the text is empty.
pub(super) fn mdc_names(text: &str) -> Result<Vec<String>, String> {
    list(text, |name| {
        if crate::propagation::baggage::is_name(name) {
            Ok(name.to_owned())
        } else {
            Err("a name may hold letters, digits and !#$%&'*+-.^_`|~".to_owned())
        }
    })
}

pub(super) fn networks(text: &str) -> Result<Vec<Network>, &'static str> {
    list(text, str::parse)
}

/// Which lines are written: a level for all, a target, or both, as `env_logger` has them. What it and others have beyond that
/// (spans, fields, regular expressions) would be taken for the name of a target that nobody has, and silence all.
pub(super) fn filter(text: &str) -> Result<Targets, String> {
    let directives = text.trim().split(',').filter(|part| !part.is_empty());
    let filter = directives.clone().try_fold(Targets::new(), |filter, text| {
        let (target, level) = match text.split_once('=') {
            Some((target, level)) => (Some(target), self::level(level)),
            None => match self::level(text) {
                Some(level) => (None, Some(level)),
                None => (Some(text), Some(LevelFilter::TRACE)),
            },
        };
        match (target, level) {
            (None, Some(level)) => Ok(filter.with_default(level)),
            (Some(target), Some(level)) if is_target(target) => Ok(filter.with_target(target, level)),
            _ => Err(format!(
                "'{text}' is no directive: LEVEL, TARGET or TARGET=LEVEL is needed, without spaces, such as info,orders=debug; \
                 a level is off, error, warn, info, debug or trace; spans, fields and regular expressions cannot be named"
            )),
        }
    })?;
    match directives.count() {
        0 => Err("a level is needed, such as info".to_owned()),
        _ => Ok(filter),
    }
}

fn level(text: &str) -> Option<LevelFilter> {
    text.parse().ok().filter(|_| !text.is_empty())
}

/// Whether a module may have such a path, or a line such a target. A number is a level that does not exist.
fn is_target(text: &str) -> bool {
    let is_legal = |c: char| c.is_alphanumeric() || "_-:.".contains(c);
    text.chars().all(is_legal) && text.chars().any(char::is_alphabetic)
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
    fn a_topic_is_one_that_kafka_takes() {
        assert_eq!(topic("zipkin-2.a_b").unwrap(), "zipkin-2.a_b");
        // Zipkin reads several; a producer has one.
        for bad in ["", ".", "..", "a,b", "a b", "über", &"a".repeat(250)] {
            assert!(topic(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_are_trimmed_and_may_have_commas_too_many() {
        assert_eq!(mdc_names("userId, orderId").unwrap(), ["userId", "orderId"]);
        assert_eq!(mdc_names(" userId ,, ").unwrap(), ["userId"]);
        assert!(mdc_names("").unwrap().is_empty());
        assert!(mdc_names("user id").is_err());
        assert_eq!(
            formats("B3, tracecontext,").unwrap(),
            [Format::B3, Format::TraceContext]
        );
        assert_eq!(brokers("a:1, b:2").unwrap(), ["a:1", "b:2"]);
        assert_eq!(networks("10.0.0.0/8, ::1").unwrap().len(), 2);
        for bad in [",", "b4", "b3 tracecontext"] {
            assert!(formats(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn booleans_come_in_any_case_and_a_share_is_from_0_to_1() {
        for (text, value) in [("TRUE", Ok(true)), ("False", Ok(false)), (" true ", Ok(true))] {
            assert_eq!(boolean(text), value);
        }
        for bad in ["", "1", "yes", "t"] {
            assert!(boolean(bad).is_err(), "{bad}");
        }
        assert_eq!(
            [ratio("0"), ratio(" 0.5"), ratio("1")],
            [Ok(0.0), Ok(0.5), Ok(1.0)]
        );
        for bad in ["2", "-0.1", "NaN", "inf", "10%", ""] {
            assert!(ratio(bad).unwrap_err().contains("from 0 to 1"), "{bad}");
        }
    }

    #[test]
    fn directives_are_levels_and_targets() {
        for (text, same) in [
            ("info,", "info"),
            (" INFO ", "info"),
            ("3", "info"),
            (",warn,,orders=debug", "orders=debug,warn"),
            ("debg", "debg=trace"),
            ("tower_http::trace=off", "tower_http::trace=off"),
        ] {
            assert_eq!(filter(text).unwrap(), same.parse().unwrap(), "{text}");
        }
    }

    #[test]
    fn directives_that_we_do_not_have_are_refused() {
        for bad in [
            ",",
            // It would be a target that begins with a space.
            "info, x=debug",
            "info x=debug",
            // No level.
            "x=debg",
            "x=",
            "x=1=2",
            "9",
            // No target.
            "=info",
            // A span, its fields, a regular expression.
            "[request]=debug",
            "orders[request{id=1}]=debug",
            "info/order.*",
            "\"info\"",
        ] {
            assert!(filter(bad).is_err(), "{bad}");
        }
        assert!(
            filter("info, x=debug")
                .unwrap_err()
                .starts_with("' x=debug' is no directive")
        );
    }
}
