//! Settings of propagation: formats of headers, and names of the MDC that are believed.

use super::{format::HeaderFormat, values};
use crate::error::SettingError;

/// Formats of headers, and names of the MDC that are believed.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[non_exhaustive]
#[cfg_attr(feature = "clap", group(skip))] // one group named `Config` is enough for the service that flattens this
pub struct PropagationSettings {
    /// Headers to write, best first, of b3multi, b3, tracecontext, baggage, or none; all are read
    #[cfg_attr(feature = "clap", arg(
        long,
        env = "OTEL_PROPAGATORS",
        value_name = "FORMATS",
        default_value = "b3multi,tracecontext,baggage",
        value_parser = values::formats
    ))]
    // With its path, or clap would take it for an argument that may come several times.
    pub propagators: std::vec::Vec<HeaderFormat>,

    /// Names of the MDC values that travel to the next service, and are trusted from the caller
    #[cfg_attr(feature = "clap", arg(
        long,
        env = "MDC_PROPAGATE",
        value_name = "NAMES",
        default_value = "",
        hide_default_value = true,
        value_parser = values::mdc_names
    ))]
    pub mdc_propagate: std::vec::Vec<String>,

    /// Whether the caller's other baggage travels on; it is neither read nor logged
    #[cfg_attr(
        feature = "clap",
        arg(
            long,
            env = "BAGGAGE_PASS",
            value_name = "WHICH",
            ignore_case = true,
            default_value = "none"
        )
    )]
    pub baggage_pass: BaggagePass,

    /// Write the context headers that came in and went out as tags of spans, and what was made of them
    #[cfg_attr(feature = "clap", arg(
        long,
        env = "HEADER_TAGS",
        value_name = "BOOL",
        default_value = "false",
        action = clap::ArgAction::Set,
        value_parser = crate::texts::boolean::boolean
    ))]
    pub header_tags: bool,
}

impl PropagationSettings {
    /// Holds values set in code to what the environment is held to.
    ///
    /// # Errors
    /// The first name that no member of baggage can have.
    pub(crate) fn check(&self) -> Result<(), SettingError> {
        for name in &self.mdc_propagate {
            values::mdc_name(name).map_err(|needed| {
                SettingError::new("propagation.mdc_propagate", format!("{name:?}"), needed)
            })?;
        }
        Ok(())
    }
}

/// Baggage members that are none of `MDC_PROPAGATE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum BaggagePass {
    /// They end here: a stranger's values reach no service behind the edge.
    None,
    /// They travel on as they came.
    All,
}

/// Nobody's names are trusted: an application knows its own.
impl Default for PropagationSettings {
    fn default() -> Self {
        Self {
            propagators: vec![
                HeaderFormat::B3Multi,
                HeaderFormat::TraceContext,
                HeaderFormat::Baggage,
            ],
            mdc_propagate: Vec::new(),
            baggage_pass: BaggagePass::None,
            header_tags: false,
        }
    }
}
