//! The verdicts, for people and for programs.

use std::fmt::Write as _;

use output::clean;
use serde_json::json;

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
pub fn text(exchanges: &Exchanges, verdicts: &[Verdict], screen: &Screen) -> String {
    let (paint, columns) = (screen.paint(), screen.width());
    let mut text = format!("{}: {} requests sent", clean(&exchanges.url), exchanges.all.len());
    match &exchanges.collector {
        Some(collector) => _ = writeln!(text, ", spans looked for at {collector}\n"),
        None => text.push_str(", no collector asked\n\n"),
    }
    let mut indented = |mark: &str, line: &str| {
        for line in wrap(line, mark, columns) {
            text.push_str(&line);
            text.push('\n');
        }
    };
    let mut reasons = Vec::new();
    for verdict in verdicts {
        match &verdict.outcome {
            Outcome::Passed => indented("✓ ", verdict.title),
            Outcome::Unseen(why) => {
                indented("· ", verdict.title);
                reasons.push(*why);
            }
            Outcome::Failed { diagnosis, text } => {
                indented("", &format!("{} {}", paint.style(RED, "✗"), verdict.title));
                indented("  ", &format!("[{diagnosis}] {}", clean(text)));
                for (sent, seen) in verdict.sent.iter().zip(&verdict.seen).take(SHOWN) {
                    indented("  sent ", &clean(sent));
                    indented("  seen ", &clean(seen));
                }
                if verdict.sent.len() > SHOWN {
                    indented(
                        "  ",
                        &format!("and {} more, with --json", verdict.sent.len() - SHOWN),
                    );
                }
                indented("  concept: ", verdict.concept);
            }
        }
    }
    reasons.dedup();
    for why in reasons {
        indented("", "");
        for line in wrap(&format!("· not seen: {why}."), "", columns) {
            indented("", &paint.style(DIM, &line));
        }
    }
    text.trim_end().to_owned()
}

/// All of it.
pub fn json(exchanges: &Exchanges, verdicts: &[Verdict]) -> serde_json::Result<String> {
    let checks: Vec<_> = verdicts
        .iter()
        .map(|verdict| {
            let (diagnosis, text) = match &verdict.outcome {
                Outcome::Passed => (None, None),
                Outcome::Failed { diagnosis, text } => (Some(*diagnosis), Some(text.as_str())),
                Outcome::Unseen(why) => (None, Some(*why)),
            };
            let requests: Vec<_> = verdict
                .sent
                .iter()
                .zip(&verdict.seen)
                .map(|(sent, seen)| json!({"sent": sent, "seen": seen}))
                .collect();
            json!({
                "id": verdict.id, "title": verdict.title, "concept": verdict.concept,
                "outcome": verdict.outcome.name(), "diagnosis": diagnosis, "text": text, "requests": requests,
            })
        })
        .collect();
    serde_json::to_string(&json!({
        "schema": SCHEMA, "url": exchanges.url, "collector": exchanges.collector, "checks": checks,
    }))
}
