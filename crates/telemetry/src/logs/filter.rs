//! The directives of `RUST_LOG`, which choose lines.

use tracing_subscriber::filter::{LevelFilter, Targets};

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
