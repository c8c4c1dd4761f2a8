//! A trace id, or its first digits.

use zipkin::{TraceId, TraceIdPrefix, Waterfall};

use crate::stored::Stored;

/// 1 to 32 hex digits in lower case.
#[derive(Clone, Debug)]
pub struct Digits {
    text: String,
    /// The id that they are without any more digits.
    whole: Option<TraceId>,
}

impl Digits {
    /// The digits.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The trace whose id they are without any more digits.
    pub async fn exactly(&self, stored: &Stored) -> anyhow::Result<Option<Waterfall>> {
        match self.whole {
            Some(whole) => stored.trace(whole).await,
            None => Ok(None),
        }
    }
}

/// Reads the digits of an id.
pub fn parse_id(text: &str) -> Result<Digits, String> {
    let text = text.trim().to_ascii_lowercase();
    let digits = TraceIdPrefix::parse(&text);
    match digits {
        Ok(digits) => Ok(Digits {
            whole: digits.whole(),
            text,
        }),
        Err(_) => Err("1 to 32 hex digits are needed, such as 463ac35c".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_hex_digits_in_either_case() {
        for (text, digits, whole) in [
            ("9E658247", "9e658247", Some(0x9e658247)),
            (
                " 463ac35c9f6413ad\n",
                "463ac35c9f6413ad",
                Some(0x463ac35c9f6413ad),
            ),
            ("000", "000", None),
        ] {
            let read = parse_id(text).unwrap();
            assert_eq!(
                (read.text.as_str(), read.whole),
                (digits, whole.map(TraceId::new))
            );
        }
        for text in ["", "0x1f", "9e65-8247", "…", "http://127.0.0.1", &"1".repeat(33)] {
            assert!(parse_id(text).is_err(), "{text}");
        }
    }
}
