//! Durations over time: each trace a dot that opens it. What the dots say stands in the list below, too.

use super::{markup::Text, reader::Reader, when::age};
use zipkin::Summary;

/// Fewer dots than these show nothing.
const MIN_DOTS: usize = 3;

/// More dots than these of the latest make no picture clearer.
const MAX_DOTS: usize = 500;

/// Durations that are further apart than this are drawn on a logarithmic scale.
const FAR_APART: u64 = 50;

/// So are those of which the longest is so many times the median: it would push the others to the ground.
const OUTLIER: u64 = 8;

/// The picture; nothing for a few traces.
pub fn section(reader: &Reader, traces: &[&Summary]) -> String {
    let dots: Vec<(&Summary, u64, u64)> = traces
        .iter()
        .filter_map(|trace| Some((*trace, trace.times.start?, trace.times.duration?)))
        .take(MAX_DOTS)
        .collect();
    let starts = || dots.iter().map(|(_, start, _)| *start);
    let durations = || dots.iter().map(|(.., duration)| *duration);
    let (Some(first), Some(last)) = (starts().min(), starts().max()) else {
        return String::new();
    };
    let (shortest, longest) = (
        durations().min().unwrap_or_default().max(1),
        durations().max().unwrap_or_default().max(1),
    );
    if dots.len() < MIN_DOTS {
        return String::new();
    }
    let is_logarithmic = longest / shortest > FAR_APART || longest / median(durations()) > OUTLIER;
    let height = |duration: u64| {
        let (low, high, value) = (shortest as f64, longest as f64, duration.max(1) as f64);
        if is_logarithmic {
            (value / low).ln() / (high / low).ln()
        } else {
            value / high
        }
    };
    let x = |start: u64| 2.0 + 96.0 * (start - first) as f64 / (last - first).max(1) as f64;
    let drawn: String = dots
        .iter()
        .map(|(trace, start, duration)| dot(reader, trace, x(*start), 92.0 - 84.0 * height(*duration)))
        .collect();
    let caption = if is_logarithmic {
        reader.say("Duration on a logarithmic scale, over time: a dot opens its trace")
    } else {
        reader.say("Duration over time: a dot opens its trace")
    };
    format!(
        r#"<figure class="scatter">
<figcaption>{caption}</figcaption>
<div class="axis-y"><span>{longest}</span><span>{shortest}</span></div>
<svg aria-hidden="true">{drawn}</svg>
<div class="axis-x"><span>{first}</span><span>{last}</span></div>
</figure>
"#,
        longest = reader.duration(longest),
        shortest = if is_logarithmic {
            reader.duration(shortest)
        } else {
            "0".to_owned()
        },
        first = age(reader, first),
        last = age(reader, last),
    )
}

/// The median, one at least.
fn median(durations: impl Iterator<Item = u64>) -> u64 {
    let mut sorted: Vec<u64> = durations.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default().max(1)
}

/// A circle; a diamond where the trace has errors, so that it is not told by colour alone.
fn dot(reader: &Reader, trace: &Summary, x: f64, y: f64) -> String {
    let (class, path) = match trace.errors {
        0 => ("", "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z"),
        _ => (r#" class="failed""#, "M0 -7L7 0L0 7L-7 0z"),
    };
    format!(
        r#"<a href="{}traces/{}" tabindex="-1"{class}><title>{} {}, {}</title><svg x="{x:.2}%" y="{y:.2}%" overflow="visible"><path d="{path}"/></svg></a>"#,
        reader.root,
        trace.trace_id,
        Text(&trace.service),
        Text(&trace.name),
        trace.times.took_in_short_in(reader.language.into()),
    )
}
