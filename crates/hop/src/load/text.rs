//! The report of `hop load`, for people.

use std::time::Duration;

use load::{Failure, Report, Times};
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
pub fn report(report: &Report, slowest: &[Explained<'_>], screen: &Screen, language: Language) -> String {
    let (paint, width, words) = (screen.paint(), screen.width(), Words::of(language));
    let mut lines = wrap(&rate(report, language), "", width);
    lines.push(String::new());
    let heads = [words.requests, "p50", "p90", "p99", "p99.9", words.longest];
    let heads = heads.map(|head| pad_left(head, FIGURE)).concat();
    lines.push(paint.style(DIM, &format!("{}{heads}", pad(words.from_due, LABEL))));
    if report.stages.len() > 1 {
        lines.extend(
            report
                .stages
                .iter()
                .map(|stage| row(&a_second(stage.rate, language), &stage.times, language)),
        );
    }
    lines.push(row(words.all, &report.times, language));
    lines.push(row(words.waiting, &report.waits, language));
    lines.extend(
        timeless(report, language)
            .iter()
            .flat_map(|text| wrap(text, "", width)),
    );
    lines.push(String::new());
    lines.push(format!("{}{}", pad(words.succeeded, ENDING), report.succeeded));
    for (failure, (times, trace)) in &report.failures {
        let first = trace.map_or_else(String::new, |id| format!("   {}: {id}", words.first));
        lines.push(format!(
            "{}{}{first}",
            pad(&ending(*failure, language), ENDING),
            pad(&times.to_string(), 7).trim_end()
        ));
    }
    if report.unsent > 0 {
        lines.push(format!("{}{}", pad(words.unsent, ENDING), report.unsent));
    }
    lines.extend(
        lost(report, language)
            .iter()
            .flat_map(|text| wrap(text, "", width)),
    );
    if !slowest.is_empty() {
        lines.push(String::new());
        lines.push(paint.style(BOLD, words.slowest));
    }
    for Explained { slow, answer, .. } in slowest {
        let id = slow.trace_id.map_or_else(String::new, |id| id.to_string());
        let took = pad_left(&duration(Some(slow.took), language), 9);
        lines.push(format!("{took}  {id}  {}", clean(&slow.path)));
        if !answer.is_empty() {
            lines.extend(wrap(&clean(answer), "           ", width));
        }
    }
    lines.join("\n")
}

/// The progress, in one line.
pub fn progress(elapsed: Duration, report: &Report, language: Language) -> String {
    let (seconds, sent) = (elapsed.as_secs(), report.sent());
    let failed = report.failures.values().map(|(times, _)| times).sum::<u64>();
    let p99 = duration(report.times.percentile(99.0), language);
    match language {
        Language::English => format!("  … {seconds} s: {sent} sent, {failed} failed, p99 {p99}"),
        Language::Korean => format!("  … {seconds}초: {sent}건 보냄, {failed}건 실패, p99 {p99}"),
    }
}

/// Whether the rate was reached, and if not, by whose fault.
pub fn rate(report: &Report, language: Language) -> String {
    let rates: Vec<String> = report
        .stages
        .iter()
        .map(|stage| format!("{}", stage.rate))
        .collect();
    let asked = rates.join(", ");
    let length = duration(Some(report.due_for), language);
    let late = report.late_by_server + report.late_by_us;
    if report.is_rate_reached() {
        return reached(&asked, &length, report.sent(), late, language);
    }
    let (due, unsent) = (report.due(), report.unsent);
    let is_server = report.late_by_server + unsent >= report.late_by_us;
    match language {
        Language::English => {
            let whose = if is_server {
                "the server's fault: all connections waited for its answers. --connections sets how many there are"
            } else {
                "this machine's fault: it was busy when requests were due, so lower the rate or take another machine"
            };
            format!(
                "Rate not reached: of {due} requests due in {length} ({asked} a second), {late} were sent late and {unsent} never. This is {whose}."
            )
        }
        Language::Korean => {
            let whose = if is_server {
                "서버 쪽 원인입니다. 모든 연결이 응답을 기다리고 있었습니다. 연결 수는 --connections로 정합니다"
            } else {
                "이 머신 쪽 원인입니다. 보낼 때 바빴으니 속도를 낮추거나 다른 머신에서 보내세요"
            };
            format!(
                "목표 속도를 지키지 못했습니다. {length} 동안 보낼 {due}건(초당 {asked}건) 중 {late}건은 늦게 보냈고 {unsent}건은 보내지 못했습니다. {whose}."
            )
        }
    }
}

fn reached(asked: &str, length: &str, sent: u64, late: u64, language: Language) -> String {
    match (language, late) {
        (Language::English, 0) => {
            format!("Rate reached: {asked} a second for {length}, {sent} requests sent.")
        }
        (Language::English, _) => {
            let late = count(usize::try_from(late).unwrap_or(usize::MAX), "request");
            format!("Rate reached: {asked} a second for {length}, {sent} requests sent. {late} late.")
        }
        (Language::Korean, 0) => {
            format!("목표 속도를 지켰습니다. 초당 {asked}건으로 {length} 동안 {sent}건을 보냈습니다.")
        }
        (Language::Korean, _) => format!(
            "목표 속도를 지켰습니다. 초당 {asked}건으로 {length} 동안 {sent}건을 보냈고, 그중 {late}건은 늦었습니다."
        ),
    }
}

fn a_second(rate: impl std::fmt::Display, language: Language) -> String {
    match language {
        Language::English => format!("{rate} a second"),
        Language::Korean => format!("초당 {rate}건"),
    }
}

fn row(label: &str, times: &Times, language: Language) -> String {
    let figures = PERCENTILES.map(|percent| times.percentile(percent));
    let figures = figures.into_iter().chain([times.longest()]);
    let figures: String = figures
        .map(|time| pad_left(&duration(time, language), FIGURE))
        .collect();
    format!(
        "{}{}{figures}",
        pad(label, LABEL),
        pad_left(&times.count().to_string(), FIGURE)
    )
}

fn ending(failure: Failure, language: Language) -> String {
    if language == Language::English {
        return failure.to_string();
    }
    match failure {
        Failure::Refused => "연결 거부".to_owned(),
        Failure::NoConnection => "연결하지 못함".to_owned(),
        Failure::Closed => "응답 전에 연결이 끊김".to_owned(),
        Failure::NotHttp => "HTTP가 아닌 응답".to_owned(),
        Failure::BrokenBody => "응답이 중간에 끊김".to_owned(),
        Failure::TimedOut => "시간 안에 응답하지 않음".to_owned(),
        Failure::Status(status) => format!("{status} 응답"),
    }
}

/// That some requests are in no percentile.
fn timeless(report: &Report, language: Language) -> Option<String> {
    let (timed, without, due) = (report.times.count(), report.without_time(), report.due());
    (without > 0).then(|| match language {
        Language::English => format!(
            "Percentiles are of {timed} of {due} requests: {without} failed before there was an answer to time."
        ),
        Language::Korean => format!(
            "백분위수는 {due}건 중 {timed}건의 값입니다. {without}건은 시간을 잴 응답이 오기 전에 실패했습니다."
        ),
    })
}

fn lost(report: &Report, language: Language) -> Option<String> {
    let lost = report.delivered.lost;
    let reason = report.delivered.reason.as_deref().map(clean);
    (lost > 0).then(|| match language {
        Language::English => {
            let reason = reason.as_deref().unwrap_or("no reason is known");
            format!("{lost} spans of hop load itself were lost: {reason}")
        }
        Language::Korean => {
            let reason = reason.as_deref().unwrap_or("이유를 알 수 없음");
            format!("hop load 자신의 span {lost}개를 잃었습니다: {reason}")
        }
    })
}

fn duration(time: Option<Duration>, language: Language) -> String {
    let micros = time.and_then(|time| u64::try_from(time.as_micros()).ok());
    micros.map_or_else(|| "–".to_owned(), |micros| words::short_in(micros, language))
}

/// Labels of the report.
struct Words {
    requests: &'static str,
    longest: &'static str,
    from_due: &'static str,
    all: &'static str,
    waiting: &'static str,
    succeeded: &'static str,
    first: &'static str,
    unsent: &'static str,
    slowest: &'static str,
}

impl Words {
    const fn of(language: Language) -> Self {
        match language {
            Language::English => Self {
                requests: "requests",
                longest: "longest",
                from_due: "time from due",
                all: "all",
                waiting: "waiting to be sent",
                succeeded: "succeeded",
                first: "the first",
                unsent: "never sent",
                slowest: "The slowest, and where their time went",
            },
            Language::Korean => Self {
                requests: "요청",
                longest: "최대",
                from_due: "예정부터 응답까지",
                all: "전체",
                waiting: "보내기 전 대기",
                succeeded: "성공",
                first: "첫 트레이스",
                unsent: "보내지 못함",
                slowest: "가장 느린 요청과 시간이 걸린 곳",
            },
        }
    }
}
