//! The rows of the calls: how often, how long, and what changed.

use zipkin::{
    traffic::{Bucket, Call},
    words,
};

use super::super::{
    grouped::grouped,
    markup::{name_or, path_segment},
    reader::Reader,
    services::chip,
};

/// More rows than this nobody reads.
const MAX_ROWS: usize = 200;

/// A change below a tenth is none.
const CHANGE: f64 = 0.1;

/// The rows with their head, the longest p95 first.
pub fn table(reader: &Reader, calls: &[Call], seconds: Option<f64>, before: Option<&[Call]>) -> String {
    let mut sorted: Vec<&Call> = calls.iter().collect();
    sorted.sort_by_key(|call| std::cmp::Reverse(call.p95_us));
    let rows: String = sorted
        .iter()
        .take(MAX_ROWS)
        .map(|call| {
            row(
                reader,
                call,
                seconds,
                before.and_then(|before| same(before, call)),
            )
        })
        .collect();
    let rest = if sorted.len() > MAX_ROWS {
        let text = reader.fill(
            "The {shown} slowest of {all}.",
            &[("shown", &MAX_ROWS), ("all", &sorted.len())],
        );
        format!(
            "<p class=\"hint\">{text} <a href=\"{}hops.json\">{}</a></p>",
            reader.root,
            reader.say("All of them, as JSON")
        )
    } else {
        String::new()
    };
    let heads = [reader.say("Calls"), reader.say("Errors"), "p50", "p95", "p99"]
        .map(|head| format!(r#"<th scope="col" class="number">{head}</th>"#));
    format!(
        r#"<table class="calls" data-arrows>
<thead><tr><th scope="col">{}</th>{}<th scope="col">{}</th><th scope="col">{}</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
{rest}"#,
        reader.say("Hop"),
        heads.concat(),
        reader.say("How many took how long"),
        reader.say("Slowest"),
    )
}

fn same<'a>(before: &'a [Call], call: &Call) -> Option<&'a Call> {
    let key = |call: &Call| {
        (
            call.caller.clone(),
            call.from_outside,
            call.callee.clone(),
            call.name.clone(),
        )
    };
    before.iter().find(|other| key(other) == key(call))
}

fn row(reader: &Reader, call: &Call, seconds: Option<f64>, before: Option<&Call>) -> String {
    let words = reader.words();
    let caller = match (&call.caller, call.from_outside) {
        (Some(caller), _) => chip(caller),
        (None, true) => format!("<i>{}</i>", words.outside),
        (None, false) => format!("<i>{}</i>", words.not_reported),
    };
    let callee = if call.callee.is_empty() {
        format!("<i>{}</i>", words.not_reported)
    } else {
        chip(&call.callee)
    };
    let rate = seconds.map(|seconds| call.count as f64 / seconds);
    let errors = match call.errors {
        0 => r#"<span class="zero">0</span>"#.to_owned(),
        errors => format!(
            r#"<a class="error" href="{}?serviceName={}&amp;annotationQuery=error"><strong>{} %</strong></a>"#,
            reader.root,
            path_segment(&call.callee),
            percent(errors, call.count),
        ),
    };
    let figure = |name: &str, value: Option<u64>, earlier: Option<u64>| {
        let text = value.map_or_else(|| words::UNKNOWN.to_owned(), |value| reader.duration(value));
        format!(
            r#"<td class="number" data-name="{name}">{text}{}</td>"#,
            change(reader, value, earlier)
        )
    };
    format!(
        r#"<tr><th scope="row">{caller} → {callee} <span class="name">{name}</span></th>
<td class="number" data-name="{calls}">{count}<small>{rate}</small></td><td class="number" data-name="{errors_name}">{errors}</td>{p50}{p95}{p99}
<td>{histogram}</td><td class="slowest" data-name="{slowest_name}">{slowest}</td></tr>
"#,
        name = name_or(&call.name, words.no_name),
        calls = reader.say("Calls"),
        errors_name = reader.say("Errors"),
        count = grouped(call.count),
        rate = rate.map_or_else(String::new, |rate| said_rate(reader, rate)),
        p50 = figure("p50", call.p50_us, before.and_then(|before| before.p50_us)),
        p95 = figure("p95", call.p95_us, before.and_then(|before| before.p95_us)),
        p99 = figure("p99", call.p99_us, before.and_then(|before| before.p99_us)),
        histogram = histogram(reader, &call.histogram),
        slowest_name = reader.say("Slowest"),
        slowest = slowest(reader, call),
    )
}

fn percent(part: u64, whole: u64) -> String {
    let percent = 100.0 * part as f64 / whole.max(1) as f64;
    if percent > 0.0 && percent < 0.1 {
        "&lt; 0.1".to_owned()
    } else if percent < 10.0 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.0}")
    }
}

fn said_rate(reader: &Reader, per_second: f64) -> String {
    if per_second >= 1.0 {
        reader.fill("{n} a second", &[("n", &format!("{per_second:.1}"))])
    } else if per_second * 60.0 >= 0.1 {
        reader.fill("{n} a minute", &[("n", &format!("{:.1}", per_second * 60.0))])
    } else if per_second * 3600.0 < 0.1 {
        reader.say("less than 0.1 an hour").to_owned()
    } else {
        reader.fill("{n} an hour", &[("n", &format!("{:.1}", per_second * 3600.0))])
    }
}

/// The difference from the window before, with an arrow: not by colour alone.
fn change(reader: &Reader, now: Option<u64>, before: Option<u64>) -> String {
    let (Some(now), Some(before)) = (now, before.filter(|&before| before > 0)) else {
        return String::new();
    };
    let change = now as f64 / before as f64 - 1.0;
    let percent = format!("{:.0}", change.abs() * 100.0);
    match change {
        CHANGE.. => format!(
            r#"<small class="longer">▲ {}</small>"#,
            reader.fill("{n} % longer", &[("n", &percent)])
        ),
        ..=-0.1 => format!(
            r#"<small class="shorter">▼ {}</small>"#,
            reader.fill("{n} % shorter", &[("n", &percent)])
        ),
        _ => format!("<small>{}</small>", reader.say("as before")),
    }
}

fn histogram(reader: &Reader, buckets: &[Bucket]) -> String {
    let highest = buckets
        .iter()
        .map(|bucket| bucket.count)
        .max()
        .unwrap_or_default()
        .max(1);
    // One bucket alone is a bar, and fills no cell.
    let width = if buckets.len() > 1 {
        100.0 / buckets.len() as f64
    } else {
        10.0
    };
    let bar = |(index, bucket): (usize, &Bucket)| {
        let height =
            (bucket.count as f64 / highest as f64 * 30.0).max(if bucket.count > 0 { 2.0 } else { 0.0 });
        format!(
            r#"<rect x="{:.2}%" width="{:.2}%" y="{:.1}" height="{height:.1}"><title>{}: {}</title></rect>"#,
            index as f64 * width,
            (width - 1.0).max(0.5),
            30.0 - height,
            reader.fill(
                "below {duration}",
                &[("duration", &reader.duration(bucket.below_us))]
            ),
            grouped(bucket.count),
        )
    };
    let bars: String = buckets.iter().enumerate().map(bar).collect();
    let (Some(first), Some(last)) = (buckets.first(), buckets.last()) else {
        return String::new();
    };
    let end = |bucket: &Bucket| format!("<span>&lt; {}</span>", reader.duration(bucket.below_us));
    let last = if buckets.len() > 1 {
        end(last)
    } else {
        String::new()
    };
    format!(
        r#"<svg class="histogram" aria-hidden="true">{bars}</svg><small class="ends">{}{last}</small>"#,
        end(first)
    )
}

fn slowest(reader: &Reader, call: &Call) -> String {
    let link = |slow: &zipkin::traffic::Slow| {
        format!(
            r#"<a href="{}traces/{}">{}</a>"#,
            reader.root,
            slow.trace_id,
            reader.duration(slow.duration_us)
        )
    };
    call.slowest.iter().map(link).collect::<Vec<_>>().join(" ")
}
