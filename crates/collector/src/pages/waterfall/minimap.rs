//! The whole trace at a glance, and the part of it that is shown. Each slice of it leads to that part, without a script.

use super::{
    bar::{Path, drawn},
    drawing::Drawing,
    scale::{Scale, WIDTH},
};
use crate::pages::{
    markup::Attribute,
    rows::{Line, Lines},
};

/// Slices to zoom to.
const SLICES: u64 = 8;

/// Lines of bars.
const LINES: u32 = 8;

/// The map; nothing where there is no time.
pub fn figure(drawing: &Drawing<'_>, lines: &Lines, path: &Path) -> String {
    let Drawing {
        reader, laid, view, ..
    } = drawing;
    let width = laid.trace.times.width;
    if width < SLICES {
        return String::new();
    }
    let scale = Scale::of((0, width));
    let (bars, failed) = bars(drawing, lines, scale);
    let slice = |at: u64| {
        let (from, to) = (part(width, at), part(width, at + 1));
        let said = reader.fill(
            "Zoom to {from} – {to}",
            &[("from", &reader.duration(from)), ("to", &reader.duration(to))],
        );
        format!(
            r#"<a href="{}#waterfall" aria-label="{said}"><rect class="slice" x="{:.1}" width="{:.1}" height="44"/></a>"#,
            Attribute(&view.zoomed(from, to).query()),
            WIDTH / SLICES as f64 * at as f64,
            WIDTH / SLICES as f64,
        )
    };
    let window = if view.is_zoomed(width) {
        let (from, to) = view.range(width);
        let place = scale.place(from, to - from);
        place.map_or_else(String::new, |(left, width)| {
            format!(r#"<rect class="window" x="{left:.1}" width="{width:.1}" height="44"/>"#)
        })
    } else {
        String::new()
    };
    format!(
        r#"<svg class="minimap" viewBox="0 0 1000 44" preserveAspectRatio="none" role="group" aria-label="{label}" data-width="{width}"><path class="bars" d="{bars}"/><path class="failed" d="{failed}"/><path class="path" d="{path}"/>{window}{slices}</svg>
"#,
        label = reader.say("The whole trace"),
        path = path.whole(scale, 38),
        slices = (0..SLICES).map(slice).collect::<String>(),
    )
}

fn part(width: u64, at: u64) -> u64 {
    u64::try_from(u128::from(width) * u128::from(at) / u128::from(SLICES)).unwrap_or(width)
}

/// The bars of the rows that are shown, in a few lines, and marks of those that failed.
fn bars(drawing: &Drawing<'_>, lines: &Lines, scale: Scale) -> (String, String) {
    let count = u32::try_from(lines.lines.len()).unwrap_or(u32::MAX).max(1);
    let mut by_line = vec![Vec::new(); LINES as usize];
    let mut failed = Vec::new();
    for (place, line) in (0_u32..).zip(&lines.lines) {
        let (ran, has_failed) = match line {
            Line::Row { row, .. } => {
                let row = drawing.laid.row(*row);
                let ran = row.and_then(|row| Some((row.offset?, row.duration.unwrap_or_default())));
                (ran, row.is_some_and(|row| row.error.is_some()))
            }
            Line::Fold { fold, .. } => (fold.ran.map(|(start, end)| (start, end - start)), false),
        };
        let Some((left, width)) = ran.and_then(|(start, duration)| scale.place(start, duration)) else {
            continue;
        };
        if let Some(bars) = by_line.get_mut((place * LINES / count) as usize) {
            bars.push((left, width));
        }
        if has_failed {
            failed.push((left, 2.0));
        }
    }
    let bars = (0_u32..).zip(by_line);
    let bars: String = bars
        .map(|(line, bars)| drawn(bars.into_iter(), 2 + 4 * line, 3, 60))
        .collect();
    (bars, drawn(failed.into_iter(), 0, 36, 60))
}
