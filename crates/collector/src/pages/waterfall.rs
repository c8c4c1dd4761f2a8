//! The rows of a trace on a time axis: one bar a span, indented below the span that caused it, the critical path on it.
//!
//! ```text
//! drawing, scale ─┬→ bar → row, fold ┐
//!                └→ minimap, tools ─┴→ section
//! ```

use super::{
    grouped::grouped,
    laid::Laid,
    reader::Reader,
    rows::{Line, Lines},
    view::{Open, View},
};

/// The context that each line is drawn with.
mod drawing;

/// Times to places on the axis.
mod scale;

/// The bar of a row, and of a fold.
mod bar;

/// One span.
mod row;

/// Spans that are not shown.
mod fold;

/// The whole trace at a glance.
mod minimap;

/// The keys that the script knows.
mod keys;

/// Find and zoom.
mod tools;

use bar::Path;
pub use drawing::Drawing;
use drawing::link;
use scale::Scale;

/// A trace with more lines has a map of its own.
const MAPPED: usize = 20;

/// The mark of the critical path.
const STROKE: &str = r#"<span class="stroke" aria-hidden="true"></span>"#;

/// The waterfall with its heading.
pub fn section(drawing: &Drawing<'_>, lines: &Lines) -> String {
    let Drawing {
        reader, laid, view, ..
    } = drawing;
    let width = laid.trace.times.width;
    let scale = Scale::of(view.range(width));
    let path = Path::of(laid, lines.rows());
    let first_found = drawing.found.and_then(|found| found.get(view.after)).copied();
    let items = lines.lines.iter().map(|line| match line {
        Line::Row { row, indent } => row::item(drawing, scale, &path, *row, *indent, first_found),
        Line::Fold { fold, indent } => fold::item(drawing, scale, fold, *indent),
    });
    let items: String = items.collect();
    let map = if lines.lines.len() > MAPPED || view.is_zoomed(width) {
        minimap::figure(drawing, lines, &path)
    } else {
        String::new()
    };
    format!(
        r#"<section aria-labelledby="waterfall">
<h2 id="waterfall">{heading}</h2>
{tools}{map}<div class="axis" aria-hidden="true"><span>{span}</span><span class="ticks">{ticks}</span><span class="number">{duration}</span><span class="number path">{on_path}</span></div>
<ol class="waterfall">
{items}</ol>
{outside}{pages}{legend}{keys}</section>"#,
        heading = reader.say("Waterfall"),
        tools = tools::section(drawing),
        span = reader.say("Span"),
        duration = reader.say("Duration"),
        on_path = on_path(reader, laid),
        ticks = scale.ticks(reader),
        outside = outside(drawing, lines),
        pages = pages(drawing, lines),
        legend = legend(reader, laid),
        keys = keys::dialog(reader),
    )
}

/// The name of the last column, with the mark that its times have on the bars.
fn on_path(reader: &Reader, laid: &Laid) -> String {
    let mark = if laid.analysis.critical_path.is_empty() {
        ""
    } else {
        STROKE
    };
    format!("{mark} {}", reader.say("On the path"))
}

/// The time that is not shown hides rows.
fn outside(drawing: &Drawing<'_>, lines: &Lines) -> String {
    if lines.outside == 0 {
        return String::new();
    }
    let said = drawing.reader.fill(
        "{count} of {all} spans do not run in this time.",
        &[
            ("count", &grouped(lines.outside)),
            ("all", &grouped(drawing.laid.trace.rows.len())),
        ],
    );
    format!("<p class=\"hint\">{said}</p>\n")
}

/// Which of the rows that were asked for are shown, and the way to the others.
fn pages(drawing: &Drawing<'_>, lines: &Lines) -> String {
    let (reader, view) = (drawing.reader, drawing.view);
    let Some(all) = asked(drawing) else {
        return String::new();
    };
    let end = view.after + lines.asked;
    let mut parts = Vec::new();
    if view.after > 0 {
        parts.push(link(&view.later(0), reader.say("The first")));
    }
    let from = view.after + usize::from(lines.asked > 0);
    parts.push(reader.fill(
        "{from} to {to} of {all}",
        &[
            ("from", &grouped(from)),
            ("to", &grouped(end)),
            ("all", &grouped(all)),
        ],
    ));
    if end < all && lines.asked > 0 {
        parts.push(link(&view.later(end), reader.say("The next")));
    }
    let whole = View {
        open: None,
        find: String::new(),
        after: 0,
        ..view.clone()
    };
    parts.push(link(&whole, reader.say("The rows that matter most")));
    let label = reader.say("Pages of rows");
    format!(
        "<nav class=\"pages\" aria-label=\"{label}\">{}</nav>\n",
        parts.join(" · ")
    )
}

/// The number of rows that were asked for.
fn asked(drawing: &Drawing<'_>) -> Option<usize> {
    let opened = || drawing.view.opens(drawing.laid).map(|rows| rows.len());
    drawing.found.map(<[usize]>::len).or_else(opened)
}

/// The meaning of the marks, and the way to all rows.
fn legend(reader: &Reader, laid: &Laid) -> String {
    let mark = if laid.analysis.critical_path.is_empty() {
        String::new()
    } else {
        let text =
            reader.say("The line below a bar is the critical path: the spans that the trace waited for.");
        format!("<p class=\"hint\">{STROKE} {text}</p>\n")
    };
    if laid.trace.rows.len() <= super::rows::MAX_LINES {
        return mark;
    }
    let all = View::default().opened(Open::All);
    let text = reader.fill(
        "All {count} spans, in pages",
        &[("count", &grouped(laid.trace.rows.len()))],
    );
    format!("{mark}<p class=\"hint\">{}</p>\n", link(&all, &text))
}
