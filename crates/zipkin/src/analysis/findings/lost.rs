//! Contexts and spans that did not arrive.

use std::collections::{HashMap, HashSet};

use super::{Finding, FindingKind};
use crate::{
    Kind, Place, Row, Waterfall,
    analysis::{kin::Kin, says::Sentence},
};

/// Roots that have a caller: a server that names it, or whose service was called by a client that nobody answered.
pub(super) fn contexts(kin: &Kin<'_>) -> Vec<Finding> {
    let callers: HashMap<&str, &Row> = unanswered(kin).collect();
    let mut roots = kin
        .rows
        .iter()
        .filter(|row| row.place == Place::Root && row.kind == Some(Kind::Server));
    let mut findings: Vec<Finding> = Vec::new();
    // One sentence is enough, however many there are.
    let found = roots.find_map(|root| {
        let client = callers.get(root.service.as_str()).copied();
        let caller = client
            .map(|client| client.service.as_str())
            .or(root.span.remote_service())?;
        let said = Sentence::LostContext {
            service: root.service.clone(),
            caller: caller.to_owned(),
        };
        Some(Finding::new(
            FindingKind::LostContext,
            0,
            [root].into_iter().chain(client),
            said,
        ))
    });
    findings.extend(found);
    findings
}

/// Parents that are named and not there, and servers that answered and reported nothing although they report elsewhere.
pub(super) fn spans(trace: &Waterfall, kin: &Kin<'_>) -> Option<Finding> {
    let orphans: Vec<&Row> = kin.rows.iter().filter(|row| row.place == Place::Orphan).collect();
    let mut missing = HashSet::new();
    missing.extend(
        orphans
            .iter()
            .map(|row| (row.span.parent_id, row.span.shared.then_some(row.span.id))),
    );
    // The caller of a whole trace reports elsewhere.
    let is_whole = kin.rows.iter().all(|row| row.place != Place::Root) && missing.len() <= 1;
    let reporting: HashSet<&str> = trace.services.iter().map(String::as_str).collect();
    let roots: HashSet<&str> = kin
        .rows
        .iter()
        .filter(|row| row.place != Place::Child)
        .map(|row| row.service.as_str())
        .collect();
    let silent: Vec<&Row> = unanswered(kin)
        .filter(|(callee, row)| reporting.contains(callee) && !roots.contains(callee) && row.error.is_none())
        .map(|(_, row)| row)
        .collect();
    let parents = if is_whole { 0 } else { missing.len() };
    let count = parents + silent.len();
    (count > 0).then(|| {
        let said = Sentence::LostSpans { count };
        let rows = orphans.into_iter().filter(|_| parents > 0).chain(silent);
        Finding::new(FindingKind::LostSpans, 0, rows, said)
    })
}

/// Whom clients called that no server answered, with the client.
pub(super) fn unanswered<'a>(kin: &Kin<'a>) -> impl Iterator<Item = (&'a str, &'a Row)> {
    let clients = kin
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.kind == Some(Kind::Client));
    let unanswered = clients.filter(|&(index, _)| kin.servers(index) == 0);
    let named = unanswered.map(|(index, row)| (kin.callee(index), row));
    named.filter(|(callee, _)| !callee.is_empty())
}
