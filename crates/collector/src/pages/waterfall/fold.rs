//! Spans of a waterfall that are not shown: what they are, how long they took, what failed in them, and the way to them.

use zipkin::Row;

use super::{bar, drawing::Drawing, scale::Scale};
use crate::pages::{
    grouped::grouped,
    markup::{Attribute, name_or},
    rows::{Fold, Folded},
    services::colour,
    view::Open,
};

/// Deeper folds are indented no further.
const MAX_INDENT: usize = 16;

/// The line of a fold, which leads to its rows.
pub fn item(drawing: &Drawing<'_>, scale: Scale, fold: &Fold, indent: usize) -> String {
    let Drawing {
        reader, laid, view, ..
    } = drawing;
    let Some(first) = laid.row(fold.first) else {
        return String::new();
    };
    let parent = first.parent.and_then(|parent| laid.row(parent));
    let open = match (fold.folded, parent) {
        (Folded::Siblings { .. }, Some(parent)) => Open::Below(parent.span.id),
        (Folded::Siblings { .. }, None) => Open::Top,
        _ => Open::Span(first.span.id),
    };
    let address = format!("{}#s-{}", view.opened(open).query(), first.span.id);
    let service = if fold.folded == Folded::Alike {
        &first.service
    } else {
        ""
    };
    let failed = if fold.failed > 0 {
        let text = reader.fill("{count} failed", &[("count", &grouped(fold.failed))]);
        format!(r#" <strong class="error">{text}</strong>"#)
    } else {
        String::new()
    };
    let figures = if fold.count > 1 && fold.longest_us > 0 {
        let values: [(&str, &dyn std::fmt::Display); 2] = [
            ("total", &reader.duration(fold.total_us)),
            ("longest", &reader.duration(fold.longest_us)),
        ];
        reader.fill("total {total}, longest {longest}", &values)
    } else {
        String::new()
    };
    format!(
        r#"<li class="fold"><a href="{address}"><span class="what d{indent}">{what}{below}{failed}</span>{bar}<span class="figures">{figures}</span></a></li>
"#,
        address = Attribute(&address),
        indent = indent.min(MAX_INDENT),
        what = what(drawing, fold, first),
        below = below(drawing, fold),
        bar = bar::of_fold(fold, service, scale),
    )
}

fn what(drawing: &Drawing<'_>, fold: &Fold, first: &Row) -> String {
    let reader = drawing.reader;
    let count = grouped(fold.count);
    match fold.folded {
        Folded::Alike => {
            // One span with others below it is not many.
            let count = if fold.count > 1 {
                format!(" <b>×{count}</b>")
            } else {
                String::new()
            };
            format!(
                r#"<span class="service {}">{}</span> <span class="name">{}{count}</span>"#,
                colour(&first.service),
                name_or(&first.service, reader.words().no_service),
                name_or(&first.name, reader.words().no_name),
            )
        }
        Folded::Siblings { kinds } => reader.fill(
            "{count} other spans of {kinds} kinds",
            &[("count", &count), ("kinds", &grouped(kinds))],
        ),
        Folded::Levels => reader.fill("{count} spans in between", &[("count", &count)]),
    }
}

fn below(drawing: &Drawing<'_>, fold: &Fold) -> String {
    let below = fold.spans - fold.count;
    if below == 0 {
        return String::new();
    }
    let text = drawing
        .reader
        .fill("and {count} below", &[("count", &grouped(below))]);
    format!(r#" <span class="kind">{text}</span>"#)
}
