//! One span of a waterfall.

use zipkin::{Place, Row};

use super::{
    bar::{self, Path},
    drawing::{Drawing, cell, link},
    scale::Scale,
};
use crate::pages::{
    details,
    markup::{Attribute, name_or},
    rows::MAX_LINES,
    services::colour,
    view::Open,
};

/// Deeper rows are indented no further; they say their depth.
const MAX_INDENT: usize = 16;

/// The row of a span, which opens.
pub fn item(
    drawing: &Drawing<'_>,
    scale: Scale,
    path: &Path,
    index: usize,
    indent: usize,
    first_found: Option<usize>,
) -> String {
    let Drawing { reader, laid, .. } = drawing;
    let Some(row) = laid.row(index) else {
        return String::new();
    };
    let kind = row.kind.map_or("local", |kind| kind.as_str()).to_lowercase();
    let deep = if row.depth > MAX_INDENT {
        format!("↳ {} ", row.depth)
    } else {
        String::new()
    };
    let is_found = drawing
        .found
        .is_some_and(|found| found.binary_search(&index).is_ok());
    let open = if is_found && drawing.detailed.contains(&index) {
        " open"
    } else {
        ""
    };
    format!(
        r#"<li{id}{class}><details{open}><summary><span class="what d{indent}"><span class="hidden">{where_it_is}</span>{deep}<span class="service {colour}">{service}</span> <span class="name">{name}</span> <span class="kind">{kind}</span>{apart}{error}{found}</span>{bar}<span class="number">{duration}</span><span class="number path">{on_path}</span></summary>{inside}</details></li>
"#,
        id = anchor(drawing, index, row, first_found),
        class = if is_found { r#" class="found""# } else { "" },
        indent = indent.min(MAX_INDENT),
        where_it_is = where_it_is(drawing, row),
        colour = colour(&row.service),
        service = name_or(&row.service, reader.words().no_service),
        name = name_or(&row.name, reader.words().no_name),
        apart = apart(drawing, index, row.place),
        error = if row.error.is_some() {
            format!(r#" <strong class="error">{}</strong>"#, reader.say("error"))
        } else {
            String::new()
        },
        found = if is_found {
            format!(r#" <mark>{}</mark>"#, reader.say("found"))
        } else {
            String::new()
        },
        bar = bar::of_row(row, index, scale, path),
        duration = took(drawing, row),
        on_path = cell(reader, laid.on_path.get(index).copied().unwrap_or_default()),
        inside = inside(drawing, index, row),
    )
}

/// The first row of a span is found by its id, and what is found first by `#found`.
fn anchor(drawing: &Drawing<'_>, index: usize, row: &Row, first_found: Option<usize>) -> String {
    if first_found == Some(index) {
        return r#" id="found""#.to_owned();
    }
    let is_first = row.parent.is_none_or(|parent| {
        let above = drawing.laid.row(parent);
        above.is_none_or(|above| above.span.id != row.span.id)
    });
    if is_first {
        format!(r#" id="s-{}""#, row.span.id)
    } else {
        String::new()
    }
}

/// For those who do not see the bar.
fn where_it_is(drawing: &Drawing<'_>, row: &Row) -> String {
    let reader = drawing.reader;
    match row.offset {
        Some(offset) => reader.fill(
            "Depth {depth}, starts at {start}: ",
            &[("depth", &row.depth), ("start", &reader.duration(offset))],
        ),
        None => reader.fill("Depth {depth}: ", &[("depth", &row.depth)]),
    }
}

/// Why a row other than the first stands at the top; also of the first one where that is no root.
fn apart(drawing: &Drawing<'_>, index: usize, place: Place) -> String {
    let why = place
        .why_apart_in(drawing.reader.language.into())
        .filter(|_| index > 0 || place != Place::Root);
    why.map_or_else(String::new, |why| {
        format!(r#" <span class="kind">({})</span>"#, why)
    })
}

/// In words.
pub fn took(drawing: &Drawing<'_>, row: &Row) -> String {
    match (row.duration, row.offset) {
        (Some(duration), _) => drawing.reader.duration(duration),
        (None, Some(_)) => drawing.reader.words().not_ended.to_owned(),
        (None, None) => drawing.reader.words().no_time.to_owned(),
    }
}

/// All that the span says, or the way to it: a page with all that hundreds of spans say is slow.
fn inside(drawing: &Drawing<'_>, index: usize, row: &Row) -> String {
    let reader = drawing.reader;
    let span_page = format!("{}traces/{}/spans/{}", reader.root, drawing.id, row.span.id);
    let links = format!(
        r#"<p class="links"><a href="{}">{}</a>{}</p>"#,
        Attribute(&span_page),
        reader.say("This span alone"),
        subtree(drawing, index, row),
    );
    if drawing.detailed.contains(&index) {
        let span = drawing.whole.span(row);
        format!(
            "{}{links}",
            details::section(reader, drawing.laid, row, span, &span_page)
        )
    } else {
        format!(
            r#"<div class="details" data-from="{}">{links}</div>"#,
            Attribute(&span_page)
        )
    }
}

fn subtree(drawing: &Drawing<'_>, index: usize, row: &Row) -> String {
    let below = drawing.laid.shape.subtree(index).len() - 1;
    if below == 0 || drawing.laid.trace.rows.len() <= MAX_LINES {
        return String::new();
    }
    let view = drawing.view.opened(Open::Below(row.span.id));
    let text = drawing.reader.say("What it caused");
    format!(" · {}", link(&view, text))
}
