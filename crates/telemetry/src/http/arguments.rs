//! Texts of settings: lists are trimmed, and a text without a meaning is refused with the reason.

use super::peer::{Network, NetworkError};
use crate::texts::list::list;

pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false is needed".to_owned()),
    }
}

pub(super) fn networks(text: &str) -> Result<Vec<Network>, NetworkError> {
    list(text, str::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_trimmed_and_may_have_commas_too_many() {
        assert_eq!(networks("10.0.0.0/8, ::1").unwrap().len(), 2);
    }

    #[test]
    fn booleans_come_in_any_case() {
        for (text, value) in [("TRUE", Ok(true)), ("False", Ok(false)), (" true ", Ok(true))] {
            assert_eq!(boolean(text), value);
        }
        for bad in ["", "1", "yes", "t"] {
            assert!(boolean(bad).is_err(), "{bad}");
        }
    }
}
