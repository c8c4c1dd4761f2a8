//! Settings as people write them: each parser refuses a value outside its range, and says the range.

use std::{convert::Infallible, ops::RangeInclusive};

/// A store that may take fewer bytes has no room for a segment.
const LEAST_BYTES: usize = 64 << 10;

/// Spans to keep. As in Zipkin, no spans at all is refused.
pub fn spans(text: &str) -> Result<usize, String> {
    at_least(1, text)
}

/// Bytes to keep.
pub fn bytes(text: &str) -> Result<usize, String> {
    at_least(LEAST_BYTES, text)
}

/// Milliseconds that a search looks back, as many as fit a signed number of Zipkin's.
pub fn lookback(text: &str) -> Result<u64, String> {
    const RANGE: RangeInclusive<u64> = 1..=i64::MAX.unsigned_abs();
    let millis = text.trim().parse().ok().filter(|millis| RANGE.contains(millis));
    millis.ok_or_else(|| format!("expected a number from 1 to {}", i64::MAX))
}

/// A share, from nothing to all.
pub fn share(text: &str) -> Result<f64, String> {
    let share = text.trim().parse().ok();
    // Not a number is in no range.
    share
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

/// True or false, in any case.
pub fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("expected true or false".to_owned()),
    }
}

/// The members of a list, separated by commas, without the spaces around them; empty ones are dropped.
pub fn list(text: &str) -> Result<Vec<String>, Infallible> {
    let members = text.split(',').map(str::trim);
    Ok(members
        .filter(|member| !member.is_empty())
        .map(str::to_owned)
        .collect())
}

fn at_least(least: usize, text: &str) -> Result<usize, String> {
    let number = text.trim().parse().ok();
    number
        .filter(|number| *number >= least)
        .ok_or_else(|| format!("expected a whole number from {least} to {}", usize::MAX))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::Config;

    #[derive(clap::Parser)]
    struct Arguments {
        #[command(flatten)]
        config: Config,
    }

    fn parse(flag: &str, value: &str) -> Result<Config, String> {
        let arguments = Arguments::try_parse_from(["collector", &format!("--{flag}={value}")]);
        arguments
            .map(|arguments| arguments.config)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn values_outside_their_range_are_refused_with_the_range() {
        for (flag, values, range) in [
            (
                "mem-max-spans",
                ["0", "-1", "1.5", "many"].as_slice(),
                "from 1 to",
            ),
            (
                "mem-max-bytes",
                &["0", "65535", "1GiB", "99999999999999999999999"],
                "from 65536 to",
            ),
            (
                "collector-sample-rate",
                &["10", "-0.1", "NaN", "inf", "-inf", "1e400", "half"],
                "from 0 to 1",
            ),
            (
                "query-lookback",
                &["0", "-1", "1d", "9223372036854775808"],
                "from 1 to 9223372036854775807",
            ),
            ("query-timeout", &["0", "0s", "-1s"], "above zero"),
            ("query-port", &["65536", "-1"], "0..=65535"),
            ("strict-trace-id", &["maybe", "1", "no"], "true or false"),
            ("search-enabled", &["yes"], "true or false"),
        ] {
            for value in values {
                let error = parse(flag, value).unwrap_err();
                assert!(error.contains(&format!("'{value}'")), "{flag}: {error}");
                assert!(error.contains(range), "{flag}: {error}");
            }
        }
    }

    #[test]
    fn the_ends_of_ranges_are_taken() {
        for value in ["0", "1", "0.25", "1e-9"] {
            let expected: f64 = value.parse().unwrap();
            assert_eq!(
                parse("collector-sample-rate", value)
                    .unwrap()
                    .collector_sample_rate,
                expected
            );
        }
        assert_eq!(parse("mem-max-spans", "1").unwrap().mem_max_spans, 1);
        assert_eq!(parse("mem-max-bytes", "65536").unwrap().mem_max_bytes, 65_536);
        assert_eq!(parse("query-lookback", "1").unwrap().query_lookback, 1);
    }

    #[test]
    fn booleans_are_taken_in_any_case() {
        for (value, expected) in [
            ("TRUE", true),
            ("True", true),
            ("FALSE", false),
            (" false", false),
        ] {
            assert_eq!(parse("strict-trace-id", value).unwrap().strict_trace_id, expected);
            assert_eq!(parse("search-enabled", value).unwrap().search_enabled, expected);
        }
    }

    #[test]
    fn lists_are_trimmed_and_have_no_empty_members() {
        for (value, expected) in [
            ("env, site", ["env", "site"].as_slice()),
            (" env ,,site,", &["env", "site"]),
            ("two words", &["two words"]),
            ("", &[]),
            (" , ", &[]),
        ] {
            assert_eq!(
                parse("autocomplete-keys", value).unwrap().autocomplete_keys,
                expected
            );
            assert_eq!(
                parse("query-allowed-origins", value)
                    .unwrap()
                    .query_allowed_origins,
                expected
            );
        }
    }

    #[test]
    fn an_empty_command_line_gives_the_defaults() {
        let parsed = Arguments::try_parse_from(["collector"]).unwrap().config;
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Config::default()));
    }
}
