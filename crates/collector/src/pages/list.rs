//! The rows of a list of traces: a table, and cards where the window is narrow.

use super::{
    grouped::grouped,
    headline::title,
    markup::Attribute,
    reader::Reader,
    scale::{Scale, WIDTH},
    services::{self, colour},
    summed::{MAX_SERVICES, Summed},
    when::moment,
};

/// The rows with their head.
pub fn table(reader: &Reader, traces: &[Summed]) -> String {
    let scale = Scale::of(traces.iter().filter_map(|trace| trace.summary.times.duration));
    let rows: String = traces.iter().map(|trace| row(reader, trace, scale)).collect();
    let hint = if traces.iter().any(|trace| is_cut(trace, scale)) {
        format!(
            r#"<p class="hint">{}</p>"#,
            reader.say(
                "A bar that ends in a gap is longer than the scale: one outlier would flatten the others."
            )
        )
    } else {
        String::new()
    };
    format!(
        r#"<table class="traces" data-arrows>
<thead><tr><th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th><th scope="col" class="number">{}</th><th scope="col" class="number">{}</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
{hint}"#,
        reader.say("Started"),
        reader.say("Trace"),
        reader.say("Duration, by the service that it was waited for"),
        reader.say("Spans"),
        reader.say("Errors"),
    )
}

fn is_cut(trace: &Summed, scale: Scale) -> bool {
    trace
        .summary
        .times
        .duration
        .is_some_and(|duration| scale.cuts(duration))
}

fn row(reader: &Reader, trace: &Summed, scale: Scale) -> String {
    let summary = &trace.summary;
    let took = summary.times.took_in_short_in(reader.language.into());
    let errors = match summary.errors {
        0 => r#"<span class="zero">0</span>"#.to_owned(),
        1 => format!(r#"<strong class="error">{}</strong>"#, reader.say("1 error")),
        errors => {
            let text = reader.fill("{count} errors", &[("count", &errors)]);
            format!(r#"<strong class="error">{text}</strong>"#)
        }
    };
    let spans = match summary.spans {
        1 => reader.say("1 span").to_owned(),
        spans => reader.fill("{count} spans", &[("count", &grouped(spans))]),
    };
    format!(
        r#"<tr>
<td class="when">{when}</td>
<th scope="row"><a href="{root}traces/{id}">{title}<span class="hidden">, {took}</span></a><span class="services">{services}</span></th>
<td class="took"><b>{took}</b>{bar}</td>
<td class="number spans">{spans}</td>
<td class="number errors">{errors}</td>
</tr>
"#,
        when = moment(reader, summary.times.start),
        root = reader.root,
        id = summary.trace_id,
        title = title(reader, &summary.service, &summary.name),
        services = chips(reader, trace),
        bar = bar(trace, scale),
    )
}

fn chips(reader: &Reader, trace: &Summed) -> String {
    let summary = &trace.summary;
    let mut chips: String = summary
        .services
        .iter()
        .take(MAX_SERVICES)
        .map(|name| services::chip(name))
        .collect();
    let more = summary.service_count.saturating_sub(MAX_SERVICES);
    if more > 0 {
        let what = reader.fill("and {count} more services", &[("count", &more)]);
        chips += &format!(r#"<span title="{}">+{}</span>"#, Attribute(&what), grouped(more));
    }
    chips
}

fn bar(trace: &Summed, scale: Scale) -> String {
    let Some(duration) = trace.summary.times.duration else {
        return String::new();
    };
    let rect = |class: &str, x: f64, width: f64| {
        format!(r#"<rect class="{class}" x="{x:.1}" width="{width:.1}" height="8"/>"#)
    };
    let whole = scale.width(duration).max(4.0);
    let mut drawn = rect("none", 0.0, whole);
    let factor = if duration == 0 {
        0.0
    } else {
        whole / duration as f64
    };
    let mut at = 0.0;
    for piece in &trace.pieces {
        let width = (piece.duration_us as f64 * factor).min(whole - at);
        drawn += &rect(&colour(&piece.service), at, width);
        at += width;
    }
    if scale.cuts(duration) {
        drawn += &rect("gap", WIDTH * 0.93, WIDTH * 0.02);
    }
    format!(
        r#"<svg class="share" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>"#
    )
}
