//! Findings, for people and for programs.

use doctor::{CHECKS, Category, Finding, Verdict};
use serde_json::json;

use crate::{
    draw::text::{clean, pad, wrap},
    program::program,
    screen::{BOLD, DIM, RED, Screen},
};

/// Group by group; what is wrong with the command that explains it.
pub fn findings(findings: &[Finding], screen: &Screen) -> String {
    let (paint, width) = (screen.paint(), screen.width());
    let mut lines = Vec::new();
    let mut group: Option<Category> = None;
    for finding in findings {
        let category = finding.check.category;
        if group != Some(category) {
            if group.is_some() {
                lines.push(String::new());
            }
            lines.push(paint.style(BOLD, category.name()));
            group = Some(category);
        }
        let said = clean(&finding.said);
        let mark = format!("{} ", mark(finding.verdict));
        let own = match (finding.verdict, said.is_empty()) {
            (Verdict::Bad | Verdict::Warning, _) | (_, true) => finding.check.title.to_owned(),
            _ => format!("{}: {said}", finding.check.title),
        };
        let mut shown = vec![format!(
            "{mark}{}",
            wrap(&own, "  ", width).join("\n").trim_start()
        )];
        if finding.verdict >= Verdict::Warning {
            shown.extend(wrap(&said, "    ", width));
            shown.push(format!("    {} doctor explain {}", program(), finding.check.id));
        }
        let style = match finding.verdict {
            Verdict::Bad => Some(RED),
            Verdict::Skipped => Some(DIM),
            _ => None,
        };
        lines.extend(
            shown
                .into_iter()
                .map(|line| style.map_or_else(|| line.clone(), |style| paint.style(style, &line))),
        );
    }
    lines.push(String::new());
    lines.push(sum(findings));
    lines.join("\n")
}

const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "√",
        Verdict::Warning => "‼",
        Verdict::Bad => "×",
        Verdict::Skipped => "–",
    }
}

fn sum(findings: &[Finding]) -> String {
    let count = |verdict| {
        findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    };
    format!(
        "{} checks: {} √, {} ‼, {} ×, {} –",
        findings.len(),
        count(Verdict::Good),
        count(Verdict::Warning),
        count(Verdict::Bad),
        count(Verdict::Skipped)
    )
}

/// A list, one object a finding.
pub fn json(findings: &[Finding]) -> String {
    let each = findings.iter().map(|finding| {
        json!({
            "id": finding.check.id,
            "category": finding.check.category,
            "title": finding.check.title,
            "verdict": finding.verdict,
            "said": finding.said,
            "cause": finding.cause,
        })
    });
    serde_json::Value::from(each.collect::<Vec<_>>()).to_string()
}

/// All checks.
pub fn list() -> String {
    let lines = CHECKS
        .iter()
        .map(|check| format!("{}{}", pad(check.id, 24), check.title));
    lines.collect::<Vec<_>>().join("\n")
}
