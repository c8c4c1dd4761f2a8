//! The report of `hop load`, for people.

use std::time::Duration;

use load::{Report, Times};
use zipkin::{
    Language,
    words::{self, count},
};

use super::slowest::Explained;
use crate::{
    draw::text::{clean, pad, pad_left, wrap},
    screen::{BOLD, DIM, Screen},
};

/// The percentiles that are shown.
pub const PERCENTILES: [f64; 4] = [50.0, 90.0, 99.0, 99.9];

/// "waiting to be sent" is the longest.
const LABEL: usize = 18;

/// "closed before the answer" is the longest.
const ENDING: usize = 26;
const FIGURE: usize = 10;

/// All of it, the verdict on the rate first.
pub fn report(report: &Report, slowest: &[Explained<'_>], screen: &Screen) -> String {
    let (paint, width) = (screen.paint(), screen.width());
    let mut lines = wrap(&rate(report), "", width);
    lines.push(String::new());
    let heads = ["requests", "p50", "p90", "p99", "p99.9", "longest"].map(|head| pad_left(head, FIGURE));
    lines.push(paint.style(DIM, &format!("{}{}", pad("time from due", LABEL), heads.concat())));
    if report.stages.len() > 1 {
        lines.extend(
            report
                .stages
                .iter()
                .map(|stage| row(&format!("{} a second", stage.rate), &stage.times)),
        );
    }
    lines.push(row("all", &report.times));
    lines.push(row("waiting to be sent", &report.waits));
    lines.extend(timeless(report).iter().flat_map(|text| wrap(text, "", width)));
    lines.push(String::new());
    lines.push(format!("{}{}", pad("succeeded", ENDING), report.succeeded));
    for (failure, (times, trace)) in &report.failures {
        let first = trace.map_or_else(String::new, |id| format!("   the first: {id}"));
        lines.push(format!(
            "{}{}{first}",
            pad(&failure.to_string(), ENDING),
            pad(&times.to_string(), 7).trim_end()
        ));
    }
    if report.unsent > 0 {
        lines.push(format!("{}{}", pad("never sent", ENDING), report.unsent));
    }
    lines.extend(lost(report).iter().flat_map(|text| wrap(text, "", width)));
    if !slowest.is_empty() {
        lines.push(String::new());
        lines.push(paint.style(BOLD, "The slowest, and where their time went"));
    }
    for Explained { slow, answer, .. } in slowest {
        let id = slow.trace_id.map_or_else(String::new, |id| id.to_string());
        let took = pad_left(&duration(Some(slow.took)), 9);
        lines.push(format!("{took}  {id}  {}", clean(&slow.path)));
        if !answer.is_empty() {
            lines.extend(wrap(&clean(answer), "           ", width));
        }
    }
    lines.join("\n")
}

/// The progress, in one line.
pub fn progress(elapsed: Duration, report: &Report) -> String {
    format!(
        "  … {} s: {} sent, {} failed, p99 {}",
        elapsed.as_secs(),
        report.sent(),
        report.failures.values().map(|(times, _)| times).sum::<u64>(),
        duration(report.times.percentile(99.0)),
    )
}

/// Whether the rate was reached, and if not, by whose fault.
pub fn rate(report: &Report) -> String {
    let rates: Vec<String> = report
        .stages
        .iter()
        .map(|stage| format!("{}", stage.rate))
        .collect();
    let asked = rates.join(", ");
    let length = duration(Some(report.due_for));
    let (due, sent) = (report.due(), report.sent());
    let late = report.late_by_server + report.late_by_us;
    if report.is_rate_reached() {
        let late = match late {
            0 => String::new(),
            late => format!(
                " {} late.",
                count(usize::try_from(late).unwrap_or(usize::MAX), "request")
            ),
        };
        return format!("Rate reached: {asked} a second for {length}, {sent} requests sent.{late}");
    }
    let by_server = report.late_by_server + report.unsent;
    let whose = if by_server >= report.late_by_us {
        "the server's fault: all connections waited for its answers. --connections sets how many there are"
    } else {
        "this machine's fault: it was busy when requests were due, so lower the rate or take another machine"
    };
    format!(
        "Rate not reached: of {due} requests due in {length} ({asked} a second), {late} were sent late and {} never. This is {whose}.",
        report.unsent
    )
}

fn row(label: &str, times: &Times) -> String {
    let figures = PERCENTILES.map(|percent| times.percentile(percent));
    let figures = figures.into_iter().chain([times.longest()]);
    let figures: String = figures.map(|time| pad_left(&duration(time), FIGURE)).collect();
    format!(
        "{}{}{figures}",
        pad(label, LABEL),
        pad_left(&times.count().to_string(), FIGURE)
    )
}

/// That some requests are in no percentile.
fn timeless(report: &Report) -> Option<String> {
    let (timed, without) = (report.times.count(), report.without_time());
    (without > 0).then(|| {
        format!(
            "Percentiles are of {timed} of {} requests: {without} failed before there was an answer to time.",
            report.due()
        )
    })
}

fn lost(report: &Report) -> Option<String> {
    let delivered = &report.delivered;
    let reason = delivered.reason.as_deref().unwrap_or("no reason is known");
    (delivered.lost > 0).then(|| {
        format!(
            "{} spans of hop load itself were lost: {}",
            delivered.lost,
            clean(reason)
        )
    })
}

fn duration(time: Option<Duration>) -> String {
    let micros = time.and_then(|time| u64::try_from(time.as_micros()).ok());
    micros.map_or_else(
        || "–".to_owned(),
        |micros| words::short_in(micros, Language::English),
    )
}
