//! Texts of the mystery: questions, headings, next steps, in English and Korean.

use ask::lines::Line;
use mystery::{Answer, Credit, Evidence, Hop, Measure, sentence};
use probe::Context;
use serde_json::{Value, json};
use zipkin::{Language, TraceId, analysis::analyse};

use crate::{
    draw::text::{clean, pad, wrap},
    program::{entered, program},
    screen::{BOLD, Screen},
};

use Language::{English, Korean};

/// Traces that are shown to who answers later.
const TRACES: usize = 5;

/// The system that is looked at, as the first screen names it.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Where requests go.
    pub gateway: &'a str,
    /// Where traces are.
    pub zipkin: &'a str,
    /// The arguments of other commands that look there.
    pub arguments: &'a str,
    /// It was started for this mystery.
    pub is_own: bool,
}

/// The first screen: what is going on, and where to look.
pub fn opening(seed: u64, count: usize, scene: &Scene<'_>, language: Language, width: usize) -> String {
    let Scene {
        gateway,
        zipkin,
        arguments,
        is_own,
    } = scene;
    let faults = match (language, count) {
        (English, 1) => format!("Mystery {seed}: gateway, orders or inventory has one fault."),
        (English, _) => {
            format!("Mystery {seed}: {count} of gateway, orders and inventory have a fault each.")
        }
        (Korean, 1) => format!("미스터리 {seed}: gateway, orders, inventory 가운데 한 곳에 고장이 있습니다."),
        (Korean, _) => {
            format!("미스터리 {seed}: gateway, orders, inventory 가운데 {count}곳에 고장이 하나씩 있습니다.")
        }
    };
    let own = match language {
        English => "The system was started for this, and ends with it.",
        Korean => "시스템은 이 문제를 위해 띄웠고, 문제와 함께 끝납니다.",
    };
    let requests = match language {
        English => format!("Requests go to {gateway}, six a second. In another terminal:"),
        Korean => format!("초당 여섯 건의 요청이 {gateway}로 가고 있습니다. 다른 터미널에서 살펴보세요."),
    };
    let browser = match language {
        English => "and in a browser, traces and log lines:",
        Korean => "브라우저에서는 트레이스와 로그를 볼 수 있습니다.",
    };
    let mut lines = wrap(&faults, "", width);
    if *is_own {
        lines.extend(wrap(own, "", width));
    }
    lines.extend(wrap(&requests, "", width));
    lines.push(String::new());
    let looks =
        looks(language).map(|(command, what)| look(&format!("{} {command}{arguments}", program()), what));
    lines.extend(looks);
    lines.extend([String::new(), browser.to_owned(), String::new()]);
    lines.extend([format!("  {zipkin}/"), format!("  {zipkin}/logs")]);
    lines.join("\n")
}

/// A command as it can be typed; what it shows is beside it, or below where there is no place.
fn look(command: &str, what: &str) -> String {
    match command.len() {
        ..40 => format!("  {}{what}", pad(command, 40)),
        _ => format!("  {command}\n      {what}"),
    }
}

/// Commands that show something, and what.
const fn looks(language: Language) -> [(&'static str, &'static str); 4] {
    match language {
        English => [
            ("hops --limit 30", "where the time goes"),
            ("call /orders/8", "one request, and its trace"),
            ("trace ID", "any trace, by its id"),
            ("doctor", "each hop asked alone"),
        ],
        Korean => [
            ("hops --limit 30", "호출별로 쓰인 시간"),
            ("call /orders/8", "요청 하나와 그 트레이스"),
            ("trace ID", "id로 찾은 트레이스"),
            ("doctor", "홉을 하나씩 호출한 결과"),
        ],
    }
}

/// The question for a hop.
pub fn which_hop(number: usize, count: usize, language: Language) -> String {
    let of = if count > 1 {
        format!(" ({number}/{count})")
    } else {
        String::new()
    };
    let hops = "  1 gateway   2 orders   3 inventory";
    match language {
        English => format!("\nWhich hop?{of} A number or a name; g gives up.\n{hops}"),
        Korean => format!("\n어느 홉입니까?{of} 번호나 이름을 넣으세요. g는 포기입니다.\n{hops}"),
    }
}

/// The question for a kind, all of them in three columns.
pub fn which_kind(kinds: &[&str], language: Language) -> String {
    let rows = kinds.len().div_ceil(3);
    let cell = |index: usize| {
        kinds
            .get(index)
            .map(|kind| pad(&format!("{:>2} {kind}", index + 1), 24))
    };
    let row = |row: usize| {
        format!(
            "  {}",
            (0..3)
                .filter_map(|column| cell(row + column * rows))
                .collect::<String>()
        )
    };
    let table: Vec<String> = (0..rows).map(row).map(|row| row.trim_end().to_owned()).collect();
    let table = table.join("\n");
    let asked = match language {
        English => format!("\nWhich fault? `hop mystery list` says what shows each.\n{table}"),
        Korean => {
            format!("\n어떤 고장입니까? 각각의 증상은 `hop mystery list`에 있습니다.\n{table}")
        }
    };
    entered(&asked)
}

/// After a line that is none of the choices.
pub fn not_a_choice(count: usize, near: Option<&str>, language: Language) -> String {
    match (language, near) {
        (English, Some(near)) => format!("Did you mean {near}? A number from 1 to {count}, a name, or g."),
        (Korean, Some(near)) => {
            format!("{near} 말입니까? 1부터 {count}까지의 번호나 이름, 또는 g를 넣으세요.")
        }
        (English, None) => format!("A number from 1 to {count}, a name, or g."),
        (Korean, None) => format!("1부터 {count}까지의 번호나 이름, 또는 g를 넣으세요."),
    }
}

/// The text before a fault.
pub fn head(answer: Option<&Answer>, credit: Credit, gave_up: bool, language: Language) -> &'static str {
    match (language, credit, answer) {
        (English, _, _) if gave_up => "It was: ",
        (Korean, _, _) if gave_up => "정답: ",
        (English, Credit::Full, _) => "Right: ",
        (English, Credit::Hop, _) => "The right hop, another fault: ",
        (English, Credit::Class, _) => "The right fault, another hop: ",
        (English, ..) => "Not found: ",
        (Korean, Credit::Full, _) => "맞았습니다: ",
        (Korean, Credit::Hop, _) => "홉은 맞지만 다른 고장입니다: ",
        (Korean, Credit::Class, _) => "고장은 맞지만 다른 홉입니다: ",
        (Korean, ..) => "찾지 못했습니다: ",
    }
}

/// Why an answer is wrong: what the evidence says of it.
pub fn you_said(answer: &Answer, measure: &Measure, language: Language) -> String {
    let said = sentence(measure, language);
    let Answer { hop, kind, .. } = answer;
    match language {
        English => format!("You said {kind} at {hop}: {said}"),
        Korean => format!("{hop}의 {kind}라고 답했습니다. {said}"),
    }
}

/// A trace that shows it.
pub fn of_trace(id: TraceId, answer: &str, language: Language) -> String {
    match language {
        English => format!("trace {id}: {answer}"),
        Korean => format!("트레이스 {id}: {answer}"),
    }
}

/// The headers that a hop took.
pub fn of_headers(hop: Hop, contexts: &[(&str, Context)], language: Language) -> Option<String> {
    let each: Vec<String> = contexts
        .iter()
        .map(|(dialect, became)| format!("{dialect} {}", context(*became, language)))
        .collect();
    (!each.is_empty()).then(|| match language {
        English => format!("headers, {hop} asked alone: {}", each.join(", ")),
        Korean => format!("헤더, {hop}만 호출: {}", each.join(", ")),
    })
}

/// The fate of a context.
pub const fn context(became: Context, language: Language) -> &'static str {
    match (became, language) {
        (Context::Kept, English) => "kept",
        (Context::Halved, English) => "cut to 64 bits",
        (Context::Lost, English) => "lost",
        (Context::Unknown, English) => "no answer",
        (Context::Kept, Korean) => "유지",
        (Context::Halved, Korean) => "64비트로 잘림",
        (Context::Lost, Korean) => "끊김",
        (Context::Unknown, Korean) => "응답 없음",
    }
}

/// A log line.
pub fn of_line(line: &Line, language: Language) -> String {
    let none = match language {
        English => "no trace id",
        Korean => "트레이스 id 없음",
    };
    let time = line
        .time
        .split('T')
        .nth(1)
        .and_then(|time| time.get(..12))
        .unwrap_or_default();
    let id = line.trace_id.as_deref().unwrap_or(none);
    let head = match language {
        English => "line",
        Korean => "로그",
    };
    let values: String = line
        .values
        .iter()
        .map(|(name, value)| format!("{name}={value} "))
        .collect();
    format!("{head} {time} {} [{id}] {values}{}", line.service, line.message)
}

/// The last line.
pub fn points((points, most): (usize, usize), gave_up: bool, seed: u64, language: Language) -> String {
    match (language, gave_up) {
        (English, true) => format!("Mystery {seed}, given up. The faults are taken off."),
        (Korean, true) => format!("미스터리 {seed}: 포기했습니다. 고장은 모두 껐습니다."),
        (English, false) => format!("Mystery {seed}: {points} of {most} points. The faults are taken off."),
        (Korean, false) => format!("미스터리 {seed}: {most}점 중 {points}점. 고장은 모두 껐습니다."),
    }
}

/// The reason why answers are refused.
pub fn too_many(given: usize, count: usize, language: Language) -> String {
    match (language, count) {
        (English, 1) => format!("this mystery has one fault, and {given} answers were given"),
        (English, _) => format!("this mystery has {count} faults, and {given} answers were given"),
        (Korean, _) => format!("이 문제의 고장은 {count}개인데 답이 {given}개입니다"),
    }
}

/// The reason for the exit code.
pub fn not_solved((points, most): (usize, usize), language: Language) -> String {
    match language {
        English => format!("not solved: {points} of {most} points"),
        Korean => format!("풀지 못했습니다: {most}점 중 {points}점"),
    }
}

/// All kinds, with what shows them.
pub fn list(language: Language, screen: &Screen) -> String {
    let mut lines = Vec::new();
    for entry in &faults::KINDS {
        let none = mystery::UNDRAWN.iter().find(|(kind, _)| *kind == entry.name);
        let note = match (none, language) {
            (None, _) => "",
            (Some(_), English) => " (in no mystery)",
            (Some(_), Korean) => " (문제로는 나오지 않음)",
        };
        lines.push(format!("{}{note}", screen.paint().style(BOLD, entry.name)));
        lines.extend(wrap(mystery::shows(entry, language), "    ", screen.width()));
    }
    lines.push(String::new());
    lines.extend(wrap(&alike(language), "", screen.width()));
    lines.join("\n")
}

/// The kinds that count as one.
fn alike(language: Language) -> String {
    let each = |(kinds, hop): (Vec<&str>, Option<Hop>)| match (hop, language) {
        (None, _) => kinds.join(", "),
        (Some(hop), English) => format!("at {hop} {}", kinds.join(", ")),
        (Some(hop), Korean) => format!("{hop}에서는 {}", kinds.join(", ")),
    };
    let all: Vec<String> = mystery::alike().into_iter().map(each).collect();
    let all = all.join("; ");
    match language {
        English => format!("As right as each other: {all}."),
        Korean => format!("서로 구별되지 않아 어느 쪽으로 답해도 맞는 것: {all}."),
    }
}

/// The same for programs.
pub fn list_json(language: Language) -> String {
    let is_drawn = |kind: &str| mystery::UNDRAWN.iter().all(|(undrawn, _)| *undrawn != kind);
    let kind = |entry: &faults::Entry| json!({"kind": entry.name, "shows": mystery::shows(entry, language), "drawn": is_drawn(entry.name)});
    Value::Array(faults::KINDS.iter().map(kind).collect()).to_string()
}

/// The latest traces, for who answers by a later command.
pub fn later(
    seed: u64,
    count: usize,
    evidence: &Evidence,
    arguments: &str,
    language: Language,
    screen: &Screen,
) -> String {
    let width = screen.width();
    let head = match (language, count) {
        (English, 1) => format!("Mystery {seed}: one fault was on. Some of its traces:"),
        (English, count) => {
            format!("Mystery {seed}: {count} faults were on, in {count} hops. Some of its traces:")
        }
        (Korean, count) => {
            format!("미스터리 {seed}: 고장 {count}개가 있었습니다. 그때의 트레이스 몇 개입니다.")
        }
    };
    let mut lines = vec![head];
    for trace in evidence.traces.iter().take(TRACES) {
        let answer = analyse(trace).answer_in(language);
        lines.extend(wrap(
            &clean(&format!("{}: {answer}", trace.trace_id)),
            "  ",
            width,
        ));
    }
    let example = vec!["--answer HOP:KIND"; count].join(" ");
    lines.push(match language {
        English => "Answer it:".to_owned(),
        Korean => "답하려면:".to_owned(),
    });
    lines.push(format!(
        "  {} mystery --seed {seed} {example}{arguments}",
        program()
    ));
    lines.join("\n")
}

/// The same for programs.
pub fn later_json(seed: u64, count: usize, evidence: &Evidence) -> Value {
    let ids: Vec<String> = evidence
        .traces
        .iter()
        .map(|trace| trace.trace_id.to_string())
        .collect();
    json!({"seed": seed, "faults": count, "traceIds": ids})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::text::width;

    #[test]
    fn questions_stay_within_80_columns_in_both_languages() {
        let kinds: Vec<&str> = mystery::kinds().collect();
        let scene = Scene {
            gateway: "http://127.0.0.1:44081",
            zipkin: "http://127.0.0.1:45411",
            arguments: " --port-offset 36000",
            is_own: true,
        };
        for language in [English, Korean] {
            let mut texts = vec![
                not_a_choice(kinds.len(), Some("context-dropped"), language),
                which_kind(&kinds, language),
                points((4, 4), false, u64::MAX, language),
                points((4, 4), true, u64::MAX, language),
                not_solved((3, 4), language),
                too_many(9, 2, language),
            ];
            for (command, what) in looks(language) {
                texts.push(look(&format!("cargo run -- {command} --port-offset 36000"), what));
            }
            for count in [1, 2] {
                texts.push(opening(9_999, count, &scene, language, 80));
                texts.push(which_hop(count, count, language));
            }
            for line in texts.iter().flat_map(|text| text.lines()) {
                assert!(width(line) <= 80, "{}: {line}", width(line));
            }
        }
    }

    #[test]
    fn kinds_that_count_as_one_are_named_in_text_and_docs() {
        let docs = [
            (
                English,
                include_str!("../../../../docs/mystery.md"),
                "### What nobody can tell",
            ),
            (
                Korean,
                include_str!("../../../../docs/mystery.ko.md"),
                "### 아무도 구별할 수 없는 것",
            ),
        ];
        for (language, page, heading) in docs {
            let part = page.split(heading).nth(1).unwrap();
            let part = part.split("```").next().unwrap();
            let said = alike(language);
            for (kinds, hop) in mystery::alike() {
                let hop = hop.map(Hop::name);
                for name in kinds.into_iter().chain(hop) {
                    assert!(said.contains(name), "{name} in: {said}");
                    assert!(part.contains(name), "{name} in: {part}");
                }
            }
        }
    }
}
