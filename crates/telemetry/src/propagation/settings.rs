//! Which headers are written, and what of them is believed.

use super::{baggage, format::HeaderFormat};
use crate::texts::list::list;

/// Which headers are written, and what of them is believed.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // one group named `Config` is enough for the service that flattens this
pub struct PropagationSettings {
    /// Headers to write, best first, of b3multi, b3, tracecontext, baggage, or none; all are read
    #[arg(
        long,
        env = "OTEL_PROPAGATORS",
        value_name = "FORMATS",
        default_value = "b3multi,tracecontext,baggage",
        value_parser = formats
    )]
    // With its path, or clap would take it for an argument that may come several times.
    pub propagators: std::vec::Vec<HeaderFormat>,

    /// MDC values that travel to the next service, and are trusted from the caller
    #[arg(
        long,
        env = "MDC_PROPAGATE",
        value_name = "NAMES",
        default_value = "userId,orderId",
        value_parser = mdc_names
    )]
    pub mdc_propagate: std::vec::Vec<String>,

    /// What becomes of the caller's other baggage; it is neither read nor logged
    #[arg(
        long,
        env = "BAGGAGE_PASS",
        value_name = "WHICH",
        ignore_case = true,
        default_value = "none"
    )]
    pub baggage_pass: BaggagePass,
}

/// Baggage members that are none of `MDC_PROPAGATE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum BaggagePass {
    /// They end here: a stranger's values reach no service behind the edge.
    None,
    /// They travel on as they came.
    All,
}

fn formats(text: &str) -> Result<Vec<HeaderFormat>, String> {
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
fn mdc_names(text: &str) -> Result<Vec<String>, String> {
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
