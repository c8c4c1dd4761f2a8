//! The severity of a line: the five levels of `tracing` and slf4j, in order.

/// The severity of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Each step.
    Trace,
    /// For whoever looks for a fault.
    Debug,
    /// Business as usual, and lines that say no level.
    Info,
    /// Not as it should be.
    Warn,
    /// Something failed.
    Error,
}

impl Level {
    /// From the least to the worst.
    pub const ALL: [Self; 5] = [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error];

    /// Its name in log lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }

    /// The level with this name, in any case. Other loggers' names count as the nearest of ours.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_uppercase().as_str() {
            "TRACE" | "FINEST" | "FINER" => Self::Trace,
            "DEBUG" | "FINE" | "CONFIG" => Self::Debug,
            "INFO" | "NOTICE" | "INFORMATION" => Self::Info,
            "WARN" | "WARNING" => Self::Warn,
            "ERROR" | "FATAL" | "CRITICAL" | "SEVERE" | "ALERT" | "EMERGENCY" => Self::Error,
            _ => return None,
        })
    }

    /// OpenTelemetry's number: <https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber>.
    pub fn numbered(severity: u64) -> Option<Self> {
        Some(match severity {
            1..=4 => Self::Trace,
            5..=8 => Self::Debug,
            9..=12 => Self::Info,
            13..=16 => Self::Warn,
            17..=24 => Self::Error,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_found_by_name_and_by_number() {
        for (place, level) in Level::ALL.into_iter().enumerate() {
            assert_eq!(Level::named(&level.name().to_lowercase()), Some(level));
            for within in 1..=4 {
                assert_eq!(Level::numbered(place as u64 * 4 + within), Some(level));
            }
        }
        assert_eq!(
            (Level::named("loud"), Level::numbered(0), Level::numbered(25)),
            (None, None, None)
        );
    }
}
