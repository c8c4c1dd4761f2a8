//! Find and zoom: a form, and links that do without it.

use super::{
    drawing::{Drawing, link},
    keys,
};
use crate::pages::{
    grouped::grouped,
    markup::Attribute,
    view::{View, field},
};

/// The form, and the ways to other times.
pub fn section(drawing: &Drawing<'_>) -> String {
    let Drawing {
        reader, laid, view, ..
    } = drawing;
    let width = laid.trace.times.width;
    let (from, to) = if width > 0 {
        (view.from, view.to)
    } else {
        (None, None)
    };
    let times = if width > 0 {
        format!(
            "{}{}",
            time(drawing, "from", reader.say("From"), from),
            time(drawing, "to", reader.say("To"), to)
        )
    } else {
        String::new()
    };
    format!(
        r##"<form class="tools" action="#found" role="search">
<label>{find} <input name="find" value="{text}" placeholder="userId=kim" autocomplete="off" dir="auto" aria-keyshortcuts="/"></label>
{times}<button>{go}</button>{keys}
</form>
{found}{zoom}"##,
        find = reader.say("Find in this trace"),
        text = Attribute(&view.find),
        go = reader.say("Find"),
        keys = keys::button(reader),
        found = found(drawing),
        zoom = zoom(drawing, width),
    )
}

/// A field for a time. What holds none stays as it is, with the mistake beside it.
fn time(drawing: &Drawing<'_>, name: &'static str, label: &str, time: Option<u64>) -> String {
    let wrong = drawing.view.wrong.iter().find(|(field, _)| *field == name);
    let (value, mistake) = match wrong {
        Some((_, text)) => (
            Attribute(text).to_string(),
            format!(
                r#" <strong class="error" id="wrong-{name}">{}</strong>"#,
                drawing.reader.say("No time. Write 1.5ms, 2s or 300µs.")
            ),
        ),
        None => (field(time), String::new()),
    };
    let described = if mistake.is_empty() {
        String::new()
    } else {
        format!(r#" aria-invalid="true" aria-describedby="wrong-{name}""#)
    };
    format!(
        r#"<label class="time">{label} <input name="{name}" value="{value}" placeholder="1.5ms" autocomplete="off"{described}>{mistake}</label>
"#
    )
}

fn found(drawing: &Drawing<'_>) -> String {
    let Some(found) = drawing.found else {
        return String::new();
    };
    let said = match found.len() {
        0 => drawing.reader.say("No span has this text.").to_owned(),
        1 => drawing.reader.say("1 span has this text.").to_owned(),
        all => drawing
            .reader
            .fill("{count} spans have this text.", &[("count", &grouped(all))]),
    };
    format!("<p role=\"status\">{said}</p>\n")
}

/// Ways to other times; nothing where all of it is shown.
fn zoom(drawing: &Drawing<'_>, width: u64) -> String {
    let (reader, view) = (drawing.reader, drawing.view);
    if !view.is_zoomed(width) {
        return String::new();
    }
    let (from, to) = view.range(width);
    let length = to - from;
    let moved = |from: u64, to: u64, text: &str| link(&view.zoomed(from, to.min(width)), text);
    let mut ways = Vec::new();
    if from > 0 {
        let start = from.saturating_sub(length / 2);
        ways.push(moved(start, start + length, reader.say("Earlier")));
    }
    if to < width {
        let end = to.saturating_add(length / 2).min(width);
        ways.push(moved(end - length, end, reader.say("Later")));
    }
    if length >= 4 {
        ways.push(moved(from + length / 4, to - length / 4, reader.say("Closer")));
    }
    ways.push(moved(
        from.saturating_sub(length / 2),
        to.saturating_add(length / 2),
        reader.say("Wider"),
    ));
    let whole = View {
        from: None,
        to: None,
        ..view.clone()
    };
    ways.push(link(&whole, reader.say("The whole trace")));
    let label = reader.say("Zoom");
    format!(
        "<nav class=\"zoom\" aria-label=\"{label}\">{}</nav>\n",
        ways.join(" · ")
    )
}
