//! The rows of a trace on a time axis: one bar a span, indented below the span that caused it.

use zipkin::{Row, Waterfall};

use super::{details, figures, markup::Text};
use crate::root::Root;

/// More rows than this make a page that no browser scrolls well.
const MAX_ROWS: usize = 2_000;

/// Deeper rows are indented no further; they say their depth.
const MAX_INDENT: usize = 16;

/// As many as the stylesheet has; then they start again.
const COLOURS: usize = 8;

/// Width of the bars' coordinate system.
const WIDTH: f64 = 1000.0;

/// The narrowest bar that is seen on a telephone.
const NARROWEST: f64 = 4.0;

/// The waterfall with its heading.
pub fn section(root: Root, trace: &Waterfall) -> String {
    let rows: String = trace
        .rows
        .iter()
        .take(MAX_ROWS)
        .map(|row| item(row, trace))
        .collect();
    let ticks: String = [0.0, 0.25, 0.5, 0.75, 1.0]
        .map(|part| figures::duration((trace.duration as f64 * part) as u64))
        .map(|tick| format!("<span>{tick}</span>"))
        .concat();
    format!(
        r#"<section aria-labelledby="waterfall">
<h2 id="waterfall">Waterfall</h2>
<p class="hint">A row opens: it has all that its span says.</p>
<div class="axis" aria-hidden="true"><span>Span</span><span class="ticks">{ticks}</span><span class="number">Duration</span></div>
<ol class="waterfall">
{rows}</ol>
{rest}</section>"#,
        rest = rest(root, trace),
    )
}

/// The class of a service's colour: services that follow each other in the trace differ.
pub fn colour(service: &str, trace: &Waterfall) -> String {
    let index = trace.services.iter().position(|each| each == service);
    index.map_or_else(|| "none".into(), |index| format!("c{}", index % COLOURS))
}

fn item(row: &Row, trace: &Waterfall) -> String {
    let kind = row.kind.map_or("local", |kind| kind.as_str()).to_lowercase();
    let deep = if row.depth > MAX_INDENT {
        format!("↳ {} ", row.depth)
    } else {
        String::new()
    };
    let error = if row.error.is_some() {
        r#" <strong class="error">error</strong>"#
    } else {
        ""
    };
    format!(
        r#"<li><details><summary>
<span class="what d{indent}"><span class="hidden">Depth {depth}: </span>{deep}<span class="service {colour}">{service}</span> <span class="name">{name}</span> <span class="kind">{kind}</span>{error}</span>
{bar}
<span class="number">{duration}</span>
</summary>
{details}</details></li>
"#,
        indent = row.depth.min(MAX_INDENT),
        depth = row.depth,
        colour = colour(&row.service, trace),
        service = Text(&row.service),
        name = Text(&row.name),
        bar = bar(row, trace),
        duration = row.duration.map_or_else(|| "–".into(), figures::duration),
        details = details::section(row, trace),
    )
}

fn bar(row: &Row, trace: &Waterfall) -> String {
    let scale = WIDTH / trace.duration.max(1) as f64;
    let width = (row.duration.unwrap_or_default() as f64 * scale).clamp(NARROWEST, WIDTH);
    let x = (row.offset as f64 * scale).clamp(0.0, WIDTH - width);
    let rect = if row.span.timestamp.is_none() {
        String::new()
    } else {
        format!(
            r#"<rect class="{}" x="{x:.1}" y="4" width="{width:.1}" height="12"/>"#,
            colour(&row.service, trace)
        )
    };
    let failed = if row.error.is_some() { " failed" } else { "" };
    format!(
        r#"<svg class="bar{failed}" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">{rect}</svg>"#
    )
}

fn rest(root: Root, trace: &Waterfall) -> String {
    if trace.rows.len() <= MAX_ROWS {
        return String::new();
    }
    format!(
        r#"<p>The first {MAX_ROWS} of {} spans. <a href="{root}api/v2/trace/{}">All of them, as JSON</a></p>
"#,
        trace.rows.len(),
        trace.trace_id
    )
}
