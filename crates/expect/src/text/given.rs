//! What the placeholders of a pattern stand for.

use std::collections::BTreeMap;

/// What the placeholders of a pattern stand for.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The id of the trace, as it is written.
    pub trace_id: Option<String>,
    /// The ids of labelled spans.
    pub span_ids: BTreeMap<String, Vec<String>>,
}
