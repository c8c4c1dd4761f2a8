//! Texts of settings: lists are trimmed, and a text without a meaning is refused with the reason.

use super::{baggage, format::HeaderFormat};
use crate::texts::list::list;

pub(super) fn formats(text: &str) -> Result<Vec<HeaderFormat>, String> {
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

/// None, where the text is empty.
pub(super) fn mdc_names(text: &str) -> Result<Vec<String>, String> {
    list(text, |name| {
        if baggage::is_name(name) {
            Ok(name.to_owned())
        } else {
            Err("a name may hold letters, digits and !#$%&'*+-.^_`|~".to_owned())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_trimmed_and_may_have_commas_too_many() {
        assert_eq!(mdc_names("userId, orderId").unwrap(), ["userId", "orderId"]);
        assert_eq!(mdc_names(" userId ,, ").unwrap(), ["userId"]);
        assert!(mdc_names("").unwrap().is_empty());
        assert!(mdc_names("user id").is_err());
        assert_eq!(
            formats("B3, tracecontext,").unwrap(),
            [HeaderFormat::B3, HeaderFormat::TraceContext]
        );
        for bad in [",", "b4", "b3 tracecontext"] {
            assert!(formats(bad).is_err(), "{bad}");
        }
    }
}
