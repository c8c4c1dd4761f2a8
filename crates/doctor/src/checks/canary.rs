//! One request through every hop: a verdict for each, and the first link that is broken.

use probe::{Evidence, HopVerdict, first_broken, judge};

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
        ("reached", Some(hop.reached)),
        ("context", hop.context),
        ("span", hop.span),
        ("line", hop.line),
        ("baggage", hop.baggage),
    ];
    let said = parts.map(|(part, state)| {
        let mark = match state {
            Some(true) => "√",
            Some(false) => "×",
            None => "–",
        };
        format!("{mark} {part}")
    });
    let is_bad = parts.iter().any(|(_, state)| *state == Some(false));
    let verdict = if is_bad { Verdict::Bad } else { Verdict::Good };
    Finding::new(id, verdict, said.join("  "))
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
            format!("the hops answer, and no trace can be asked for: {reason}"),
        );
    }
    let canary = evidence.alone.first()?;
    // A hop that joins our span leaves a trace with two tops, which is whole all the same.
    match &canary.missing {
        Some(missing) if !canary.has_all_hops() => Finding::bad(
            "canary-link",
            format!("trace {} is not whole: {missing}", canary.trace_id),
        ),
        _ => Finding::good("canary-link", format!("trace {}", canary.trace_id)),
    }
}
