//! Values of settings: lists are trimmed, and a text without a meaning is refused with the reason.

use super::baggage;
#[cfg(feature = "clap")]
use super::format::HeaderFormat;
#[cfg(feature = "clap")]
use crate::texts::list::list;

#[cfg(feature = "clap")]
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
#[cfg(feature = "clap")]
pub(super) fn mdc_names(text: &str) -> Result<Vec<String>, &'static str> {
    list(text, |name| mdc_name(name).map(|()| name.to_owned()))
}

/// Whether a member of baggage can have this name.
pub(super) fn mdc_name(name: &str) -> Result<(), &'static str> {
    if baggage::is_name(name) {
        Ok(())
    } else {
        Err("a name may hold letters, digits and !#$%&'*+-.^_`|~")
    }
}

#[cfg(all(test, feature = "clap"))]
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
