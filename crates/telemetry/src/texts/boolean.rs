//! `true` or `false`, in any case.

/// Reads it; a text that is neither is refused with the reason.
pub fn boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false is needed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
