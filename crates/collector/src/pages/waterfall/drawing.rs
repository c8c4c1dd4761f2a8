//! The context that each line is drawn with.

use std::collections::HashSet;

use zipkin::TraceId;

use crate::pages::{
    laid::{Laid, Whole},
    markup::Attribute,
    reader::Reader,
    view::View,
};

/// All that a line needs.
pub struct Drawing<'a> {
    /// The reader of the page.
    pub reader: &'a Reader,
    /// The trace's id, as it stands in addresses.
    pub id: TraceId,
    /// The trace.
    pub laid: &'a Laid,
    /// The part that is asked for.
    pub view: &'a View,
    /// Tags and events of the rows that have them on the page.
    pub whole: &'a Whole,
    /// The rows whose details are on the page.
    pub detailed: HashSet<usize>,
    /// The rows that were found, in drawing order.
    pub found: Option<&'a [usize]>,
}

/// The way to another part of the trace.
pub fn link(view: &View, text: &str) -> String {
    format!("<a href=\"{}#waterfall\">{text}</a>", Attribute(&view.query()))
}

/// A duration on the axis or in a column; nothing where it is not known.
pub fn cell(reader: &Reader, micros: u64) -> String {
    if micros == 0 {
        String::new()
    } else {
        reader.duration(micros)
    }
}
