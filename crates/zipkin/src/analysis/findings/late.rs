//! Answers and values that came late: a body, a cache.

use super::{Finding, FindingKind};
use crate::{
    Kind, Row,
    analysis::{kin::Kin, says::Sentence},
};

/// A server that took longer than its client waited for the head of the answer, while the caller waited for the body.
pub(super) fn bodies(kin: &Kin<'_>) -> Option<Finding> {
    let clients = kin.rows.iter().enumerate();
    let slow = clients.filter_map(|(index, client)| {
        let (server, longer) = kin.slow_answer(index)?;
        Some((longer, client, server))
    });
    let (longer, client, server) = slow.max_by_key(|(longer, ..)| *longer)?;
    let longer = u64::try_from(longer).ok()?;
    let said = Sentence::SlowBody {
        caller: client.service.clone(),
        callee: server.service.clone(),
        longer,
    };
    Some(Finding::new(
        FindingKind::SlowBody,
        longer,
        [client, server],
        said,
    ))
}

/// Words of local work that puts a value into a cache.
const PUTS: [&str; 5] = ["put", "set", "store", "fill", "write"];

/// A call between two pieces of local work, of which the first names a cache and the second fills it.
pub(super) fn caches(kin: &Kin<'_>) -> Option<Finding> {
    (0..kin.rows.len()).find_map(|parent| {
        let asked = kin
            .below(parent)
            .position(|(_, row)| has_words(row, &["cache"]))?;
        let after: Vec<(usize, &Row)> = kin.below(parent).skip(asked + 1).collect();
        let filled = after
            .iter()
            .position(|(_, row)| has_words(row, &["cache"]) && has_words(row, &PUTS))?;
        let between = after.get(..filled)?;
        let (index, call) = between.iter().find(|(_, row)| row.kind == Some(Kind::Client))?;
        let took = call.duration?;
        let said = Sentence::CacheMiss {
            service: call.service.clone(),
            callee: kin.callee(*index).to_owned(),
            took,
        };
        Some(Finding::new(FindingKind::CacheMiss, took, [*call], said))
    })
}

/// Whether one of these words, in lower case, is in a name.
pub(super) fn has_word(name: &str, any: &[&str]) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| any.iter().any(|each| word.eq_ignore_ascii_case(each)))
}

/// Whether it is local work with one of these words in its name.
fn has_words(row: &Row, any: &[&str]) -> bool {
    row.kind.is_none() && has_word(&row.name, any)
}
