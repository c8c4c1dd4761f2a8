//! One request through every hop: a verdict for each, and the first link that is broken.

use probe::{Evidence, HopVerdict, Said, first_broken, judge};

use crate::finding::{Finding, Verdict};

const IDS: [&str; 3] = ["canary-gateway", "canary-orders", "canary-inventory"];

/// All of it.
pub fn check(evidence: &Evidence) -> Vec<Option<Finding>> {
    let hops = IDS.into_iter().zip(judge(evidence));
    let mut findings: Vec<_> = hops.map(|(id, hop)| of_hop(id, &hop)).collect();
    findings.push(answer(evidence));
    findings.push(link(evidence));
    findings
}

fn of_hop(id: &str, hop: &HopVerdict) -> Option<Finding> {
    let parts = [
        ("reached", "도달", Some(hop.reached)),
        ("context", "컨텍스트", hop.context),
        ("span", "span", hop.span),
        ("line", "로그", hop.line),
        ("baggage", "배기지", hop.baggage),
    ];
    let marked = parts.map(|(english, korean, state)| {
        let mark = match state {
            Some(true) => "√",
            Some(false) => "×",
            None => "–",
        };
        (format!("{mark} {english}"), format!("{mark} {korean}"))
    });
    let (english, korean): (Vec<String>, Vec<String>) = marked.into_iter().unzip();
    let said = Said::new(english.join("  "), korean.join("  "));
    let is_bad = parts.iter().any(|(_, _, state)| *state == Some(false));
    let verdict = if is_bad { Verdict::Bad } else { Verdict::Good };
    Finding::new(id, verdict, said)
}

fn answer(evidence: &Evidence) -> Option<Finding> {
    let canary = evidence.alone.first()?;
    match &canary.ending {
        Ok(status @ 200..300) => Finding::good("canary-answer", format!("GET {} → {status}", canary.path)),
        Ok(status) => Finding::bad("canary-answer", format!("GET {} → {status}", canary.path)),
        Err(reason) => Finding::bad("canary-answer", format!("GET {}: {reason}", canary.path)),
    }
}

fn link(evidence: &Evidence) -> Option<Finding> {
    if let Some(broken) = first_broken(evidence) {
        let mut finding = Finding::bad("canary-link", broken.text)?;
        finding.cause = Some(broken.cause);
        return Some(finding);
    }
    if let Some(reason) = &evidence.untraced {
        return Finding::skipped(
            "canary-link",
            Said::new(
                format!("the hops answer, and no trace can be asked for: {reason}"),
                format!("홉은 응답하지만 트레이스를 물을 수 없습니다: {reason}"),
            ),
        );
    }
    let canary = evidence.alone.first()?;
    // A hop that joins our span leaves a trace with two tops, which is whole all the same.
    match &canary.missing {
        Some(missing) if !canary.has_all_hops() => Finding::bad(
            "canary-link",
            Said::new(
                format!("trace {} is not whole: {missing}", canary.trace_id),
                format!(
                    "트레이스 {}이(가) 다 모이지 않았습니다: {missing}",
                    canary.trace_id
                ),
            ),
        ),
        _ => Finding::good(
            "canary-link",
            Said::new(
                format!("trace {}", canary.trace_id),
                format!("트레이스 {}", canary.trace_id),
            ),
        ),
    }
}
