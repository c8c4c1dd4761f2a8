//! The verdicts, for people and for programs.

use output::clean;
use serde_json::json;
use zipkin::Language;

use super::{
    exchange::Exchanges,
    verdict::{Outcome, Verdict},
};
use crate::{
    draw::text::wrap,
    screen::{DIM, RED, Screen},
};

/// The name and version of the JSON.
const SCHEMA: &str = "three-hops/check/1";

/// More headers of a check than these are counted.
const SHOWN: usize = 3;

/// Each check with its mark; those that failed with what was sent and seen.
pub fn text(exchanges: &Exchanges, verdicts: &[Verdict], screen: &Screen, language: Language) -> String {
    let (paint, columns) = (screen.paint(), screen.width());
    let mut text = heading(exchanges, language);
    let mut indented = |mark: &str, line: &str| {
        for line in wrap(line, mark, columns) {
            text.push_str(&line);
            text.push('\n');
        }
    };
    let words = Words::of(language);
    let mut reasons = Vec::new();
    for verdict in verdicts {
        let title = verdict.title.text_in(language);
        match &verdict.outcome {
            Outcome::Passed => indented("✓ ", title),
            Outcome::Unseen(why) => {
                indented("· ", title);
                reasons.push(why.text_in(language));
            }
            Outcome::Failed { diagnosis, text } => {
                indented("", &format!("{} {title}", paint.style(RED, "✗")));
                indented("  ", &format!("[{diagnosis}] {}", clean(text.text_in(language))));
                for (sent, seen) in verdict.sent.iter().zip(&verdict.seen).take(SHOWN) {
                    indented(words.sent, &clean(sent.text_in(language)));
                    indented(words.seen, &clean(seen.text_in(language)));
                }
                if verdict.sent.len() > SHOWN {
                    indented("  ", &more(verdict.sent.len() - SHOWN, language));
                }
                indented(words.concept, verdict.concept.text_in(language));
            }
        }
    }
    reasons.dedup();
    for why in reasons {
        indented("", "");
        for line in wrap(&format!("{}{why}.", words.unseen), "", columns) {
            indented("", &paint.style(DIM, &line));
        }
    }
    text.trim_end().to_owned()
}

fn heading(exchanges: &Exchanges, language: Language) -> String {
    let (url, sent) = (clean(&exchanges.url), exchanges.all.len());
    match (language, &exchanges.collector) {
        (Language::English, Some(collector)) => {
            format!("{url}: {sent} requests sent, spans looked for at {collector}\n\n")
        }
        (Language::English, None) => format!("{url}: {sent} requests sent, no collector asked\n\n"),
        (Language::Korean, Some(collector)) => {
            format!("{url}: 요청 {sent}건을 보내고 {collector}에서 span을 찾았습니다\n\n")
        }
        (Language::Korean, None) => {
            format!("{url}: 요청 {sent}건을 보냈습니다. 컬렉터는 지정하지 않았습니다\n\n")
        }
    }
}

fn more(count: usize, language: Language) -> String {
    match language {
        Language::English => format!("and {count} more, with --json"),
        Language::Korean => format!("나머지 {count}건은 --json으로 볼 수 있습니다"),
    }
}

/// The words before what is shown.
struct Words {
    sent: &'static str,
    seen: &'static str,
    concept: &'static str,
    unseen: &'static str,
}

impl Words {
    const fn of(language: Language) -> Self {
        match language {
            Language::English => Self {
                sent: "  sent ",
                seen: "  seen ",
                concept: "  concept: ",
                unseen: "· not seen: ",
            },
            Language::Korean => Self {
                sent: "  보냄 ",
                seen: "  받음 ",
                concept: "  개념: ",
                unseen: "· 확인하지 못함: ",
            },
        }
    }
}

/// All of it.
pub fn json(exchanges: &Exchanges, verdicts: &[Verdict], language: Language) -> serde_json::Result<String> {
    let checks: Vec<_> = verdicts
        .iter()
        .map(|verdict| {
            let (diagnosis, text) = match &verdict.outcome {
                Outcome::Passed => (None, None),
                Outcome::Failed { diagnosis, text } => (Some(*diagnosis), Some(text.text_in(language))),
                Outcome::Unseen(why) => (None, Some(why.text_in(language))),
            };
            let requests: Vec<_> = verdict
                .sent
                .iter()
                .zip(&verdict.seen)
                .map(|(sent, seen)| json!({"sent": sent.text_in(language), "seen": seen.text_in(language)}))
                .collect();
            json!({
                "id": verdict.id, "title": verdict.title.text_in(language), "concept": verdict.concept.text_in(language),
                "outcome": verdict.outcome.name(), "diagnosis": diagnosis, "text": text, "requests": requests,
            })
        })
        .collect();
    serde_json::to_string(&json!({
        "schema": SCHEMA, "url": exchanges.url, "collector": exchanges.collector, "checks": checks,
    }))
}
