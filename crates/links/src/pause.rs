//! The pause between two passes: `90s`, `15m` or `1h`.

use std::time::Duration;

/// Reads it.
pub fn parse(text: &str) -> Result<Duration, String> {
    let parsed = text.split_at_checked(text.len().saturating_sub(1));
    let seconds = parsed.and_then(|(number, unit)| {
        let number: u64 = number.parse().ok()?;
        match unit {
            "s" => Some(number),
            "m" => number.checked_mul(60),
            "h" => number.checked_mul(3600),
            _ => None,
        }
    });
    match seconds {
        Some(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds)),
        _ => Err("1s to 24h are possible; for example 90s, 15m or 1h".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_has_a_unit() {
        for (text, seconds) in [
            ("1s", Some(1)),
            ("15m", Some(900)),
            ("24h", Some(86_400)),
            ("25h", None),
            ("0s", None),
            ("15", None),
            ("h", None),
            ("-1h", None),
            ("18446744073709551615h", None),
            ("1시", None),
            ("", None),
        ] {
            assert_eq!(parse(text).ok(), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
