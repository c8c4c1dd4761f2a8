//! The lines that are on: those that `RUST_LOG` asks for, and those that nothing silences.

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::panics;

/// The logger of lines that are always written.
pub(crate) const ANNOUNCE: &str = "telemetry::announce";

/// The loggers of the crate that speaks to Kafka.
const KAFKA_CLIENT: &str = "rskafka";

/// The targets whose lines alone are on, where the filter has no level for all others: `debg` is such a target.
pub(crate) fn only(filter: &Targets) -> Option<String> {
    if filter.default_level().is_some() {
        return None;
    }
    let on = filter.iter().filter(|(_, level)| *level != LevelFilter::OFF);
    let on: Vec<&str> = on.map(|(target, _)| target).collect();
    Some(if on.is_empty() {
        "; RUST_LOG has no level, and no lines are on".to_owned()
    } else {
        format!(
            "; RUST_LOG has no level, and only the lines of {} are on",
            on.join(", ")
        )
    })
}

/// The lines that are written, whatever is asked for: announcements and panics always, those of the Kafka client only by
/// name. It has several for each attempt, while ours tell of what was lost.
pub(crate) fn lines(filter: &Targets) -> Targets {
    let names_kafka = filter.iter().any(|(target, _)| target.starts_with(KAFKA_CLIENT));
    let lines = filter
        .clone()
        .with_target(ANNOUNCE, Level::INFO)
        .with_target(panics::PANIC, Level::ERROR);
    if names_kafka {
        lines
    } else {
        lines.with_target(KAFKA_CLIENT, LevelFilter::OFF)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_without_a_level_says_what_alone_is_on() {
        for (filter, said) in [
            ("info,orders=debug", None),
            ("off", None),
            (
                "debg",
                Some("; RUST_LOG has no level, and only the lines of debg are on"),
            ),
            ("debg=off", Some("; RUST_LOG has no level, and no lines are on")),
        ] {
            assert_eq!(only(&filter.parse().unwrap()).as_deref(), said, "{filter}");
        }
    }

    #[test]
    fn the_kafka_client_is_silent_unless_it_is_named() {
        for (filter, is_heard) in [
            ("info", false),
            ("trace", false),
            ("info,rskafka=warn", true),
            ("off,rskafka::client=info", true),
        ] {
            let lines = lines(&filter.parse().unwrap());
            let heard = lines.would_enable("rskafka::client::partition", &Level::WARN);
            assert_eq!(heard, is_heard, "{filter}");
            assert!(lines.would_enable(ANNOUNCE, &Level::INFO), "{filter}");
        }
    }
}
