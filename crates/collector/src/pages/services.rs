//! The services of a trace, each in its colour.

use zipkin::TraceId;

use super::markup::Isolated;
use crate::root::Root;

/// As many as the stylesheet has; then they start again.
const COLOURS: usize = 8;

/// The class of a service's colour, by its place among those of the trace: services that follow each other differ.
pub fn colour(index: Option<usize>) -> String {
    index.map_or_else(|| "none".into(), |index| format!("c{}", index % COLOURS))
}

/// The names of the first `limit` services, and how many more there are.
pub fn chips(root: Root, names: &[String], all: usize, limit: usize, id: TraceId) -> String {
    let shown = names.iter().take(limit).enumerate();
    let mut chips: String = shown.map(|(index, name)| chip(index, name)).collect();
    let left_out = all.saturating_sub(limit.min(names.len()));
    if left_out > 0 {
        chips += &format!(r#"<a href="{root}api/v2/trace/{id}">and {left_out} more, in its JSON</a>"#);
    }
    chips
}

fn chip(index: usize, name: &str) -> String {
    format!(
        r#"<span class="chip {}">{}</span> "#,
        colour(Some(index)),
        Isolated(name)
    )
}
