//! Findings, for people and for programs.

use doctor::{CHECKS, Category, Check, Finding, Verdict};
use serde_json::json;
use zipkin::Language;

use crate::{
    draw::text::{clean, pad, wrap},
    program::{entered, program},
    screen::{BOLD, DIM, RED, Screen},
};

/// Group by group; what is wrong with the command that explains it.
pub fn findings(findings: &[Finding], language: Language, screen: &Screen) -> String {
    let (paint, width) = (screen.paint(), screen.width());
    let mut lines = Vec::new();
    let mut group: Option<Category> = None;
    for finding in findings {
        let category = finding.check.category;
        if group != Some(category) {
            if group.is_some() {
                lines.push(String::new());
            }
            lines.push(paint.style(BOLD, category.name(language)));
            group = Some(category);
        }
        let said = entered(&clean(finding.said.text_in(language)));
        let mark = format!("{} ", mark(finding.verdict));
        let title = finding.check.title(language);
        let own = match (finding.verdict, said.is_empty()) {
            (Verdict::Bad | Verdict::Warning, _) | (_, true) => title.to_owned(),
            _ => format!("{title}: {said}"),
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
    lines.push(sum(findings, language));
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

fn sum(findings: &[Finding], language: Language) -> String {
    let count = |verdict| {
        findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    };
    let checks = match language {
        Language::English => "checks",
        Language::Korean => "개 점검",
    };
    let space = match language {
        Language::English => " ",
        Language::Korean => "",
    };
    format!(
        "{}{space}{checks}: {} √, {} ‼, {} ×, {} –",
        findings.len(),
        count(Verdict::Good),
        count(Verdict::Warning),
        count(Verdict::Bad),
        count(Verdict::Skipped)
    )
}

/// A list, one object a finding.
pub fn json(findings: &[Finding], language: Language) -> String {
    let each = findings.iter().map(|finding| {
        json!({
            "id": finding.check.id,
            "category": finding.check.category,
            "title": finding.check.title(language),
            "verdict": finding.verdict,
            "said": finding.said.text_in(language),
            "cause": finding.cause,
        })
    });
    serde_json::Value::from(each.collect::<Vec<_>>()).to_string()
}

/// All checks.
pub fn list(language: Language) -> String {
    let lines = CHECKS
        .iter()
        .map(|check| format!("{}{}", pad(check.id, 24), check.title(language)));
    lines.collect::<Vec<_>>().join("\n")
}

/// A check's own page.
pub fn page(check: &Check, page: &str, language: Language) -> String {
    let (category, title) = (check.category.name(language), check.title(language));
    format!("{} ({category}): {title}\n\n{page}", check.id)
}
