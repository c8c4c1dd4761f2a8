//! The drawing of who calls whom. The table beside it says the same, so that readers of screens pass it over.

use std::collections::BTreeMap;

use zipkin::DependencyLink;

use super::{
    super::{
        markup::{Text, path_segment},
        reader::Reader,
        services::colour,
    },
    places::Places,
};

/// A service's box, and the room around it, in CSS pixels.
const BOX: (f64, f64) = (150.0, 24.0);
const STEP: (f64, f64) = (330.0, 44.0);
/// The same where lines have no words on them: more of it is seen at once.
const CLOSE_STEP: (f64, f64) = (255.0, 36.0);
const MARGIN: f64 = 16.0;

/// Longer names are cut; the title has all of it.
const MAX_NAME: usize = 19;

/// With more links than this, the numbers of calls stand in the table alone.
const MAX_LABELLED: usize = 12;

/// The share of failed calls, in percent.
pub fn percent(link: &DependencyLink) -> String {
    let percent = 100.0 * link.error_count as f64 / link.call_count.max(1) as f64;
    if percent > 0.0 && percent < 0.1 {
        "&lt; 0.1".to_owned()
    } else if percent < 10.0 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.0}")
    }
}

/// The drawing, in a frame that scrolls by itself where it is wider than the page.
pub fn svg(reader: &Reader, links: &[DependencyLink]) -> String {
    let places = Places::of(links);
    let (columns, rows) = places.size();
    let is_labelled = links.len() <= MAX_LABELLED;
    let step = if is_labelled { STEP } else { CLOSE_STEP };
    let spot = |column: usize, row: f64| (MARGIN + column as f64 * step.0, MARGIN + row * step.1);
    let spots: BTreeMap<&str, (f64, f64)> = places
        .each()
        .map(|(name, column, row)| (name, spot(column, row)))
        .collect();
    let most = links
        .iter()
        .map(|link| link.call_count)
        .max()
        .unwrap_or_default()
        .max(1);
    let lines: String = links
        .iter()
        .filter_map(|link| {
            let (from, to) = (spots.get(link.parent.as_str())?, spots.get(link.child.as_str())?);
            Some(line(reader, link, *from, *to, most, is_labelled))
        })
        .collect();
    let boxes: String = spots
        .iter()
        .map(|(name, at)| service(reader, name, *at))
        .collect();
    let width = 2.0 * MARGIN + (columns.saturating_sub(1)) as f64 * step.0 + BOX.0;
    let height = 2.0 * MARGIN + (rows.saturating_sub(1)) as f64 * step.1 + BOX.1 + 12.0;
    format!(
        r#"<div class="graph" tabindex="0" role="region" aria-label="{}"><svg width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}" aria-hidden="true">{lines}{boxes}</svg></div>"#,
        reader.say("Drawing of who calls whom; the table below has the same")
    )
}

fn line(
    reader: &Reader,
    link: &DependencyLink,
    (from_x, from_y): (f64, f64),
    (to_x, to_y): (f64, f64),
    most: u64,
    is_labelled: bool,
) -> String {
    let share = (link.call_count as f64).ln_1p() / (most as f64).ln_1p();
    let width = 1.0 + 6.0 * share;
    let (x1, y1) = (from_x + BOX.0, from_y + BOX.1 / 2.0);
    let (x2, y2) = (to_x, to_y + BOX.1 / 2.0);
    // Back, or to itself: around below.
    let (path, middle) = if x2 > x1 {
        let bend = (x2 - x1) / 2.0;
        let path = format!(
            "M{x1:.0} {y1:.0}C{:.0} {y1:.0} {:.0} {y2:.0} {x2:.0} {y2:.0}",
            x1 + bend,
            x2 - bend
        );
        (path, ((x1 + x2) / 2.0, (y1 + y2) / 2.0))
    } else {
        let low = y1.max(y2) + BOX.1;
        let path = format!(
            "M{x1:.0} {y1:.0}C{:.0} {low:.0} {:.0} {low:.0} {x2:.0} {y2:.0}",
            x1 + 40.0,
            x2 - 40.0
        );
        (path, ((x1 + x2) / 2.0, low - 6.0))
    };
    let failed = if link.error_count > 0 { " failed" } else { "" };
    let calls = match link.call_count {
        1 => reader.say("1 call").to_owned(),
        calls => reader.fill("{count} calls", &[("count", &calls)]),
    };
    let errors = match link.error_count {
        0 => String::new(),
        _ => format!(
            ", {}",
            reader.fill("{percent} % errors", &[("percent", &percent(link))])
        ),
    };
    let label = match (is_labelled, link.error_count) {
        (true, _) => format!("{calls}{errors}"),
        (false, 0) => String::new(),
        (false, _) => format!("✗ {} %", percent(link)),
    };
    format!(
        r#"<g class="call{failed}"><title>{} → {}: {calls}{errors}</title><path d="{path}" stroke-width="{width:.1}"/><text x="{:.0}" y="{:.0}" text-anchor="middle">{label}</text></g>"#,
        Text(&link.parent),
        Text(&link.child),
        middle.0,
        middle.1 - 4.0 - width / 2.0,
    )
}

fn service(reader: &Reader, name: &str, (x, y): (f64, f64)) -> String {
    let mut shown: String = name.chars().take(MAX_NAME).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    format!(
        r#"<a href="{}?serviceName={}" tabindex="-1"><title>{}</title><rect class="box" x="{x:.0}" y="{y:.0}" width="{}" height="{}" rx="4"/><rect class="{}" x="{x:.0}" y="{y:.0}" width="6" height="{}"/><text x="{:.0}" y="{:.0}">{}</text></a>"#,
        reader.root,
        path_segment(name),
        Text(name),
        BOX.0,
        BOX.1,
        colour(name),
        BOX.1,
        x + 12.0,
        y + 16.0,
        plain(&shown),
    )
}

/// Text of an SVG, which has no other elements in it: signs without a shape are left out.
fn plain(name: &str) -> String {
    let shaped: String = name
        .chars()
        .filter(|each| !each.is_control() && !('\u{202a}'..='\u{202e}').contains(each))
        .collect();
    Text(&shaped)
        .to_string()
        .replace("<span class=\"sign\">", "")
        .replace("</span>", "")
}
