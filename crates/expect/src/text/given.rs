//! The values of a pattern's placeholders.

use std::collections::BTreeMap;

/// The values of a pattern's placeholders.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The id of the trace, as it is written.
    pub trace_id: Option<String>,
    /// The ids of labelled spans.
    pub span_ids: BTreeMap<String, Vec<String>>,
}
