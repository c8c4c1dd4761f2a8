//! Answers and values that came late: a body, a cache.

use super::{Finding, FindingKind};
use crate::{
    Kind, Row,
    analysis::{
        kin::{Kin, interval},
        says::Sentence,
    },
};

/// Two ends within this time, in microseconds, are one: a server was stopped with its caller, or a body came with its head.
pub(super) const AT_ONCE: i128 = 1_000;

/// A server that took longer than its client waited for the head of the answer, while the caller waited for the body. Lengths
/// alone are compared: clocks do not matter.
pub(super) fn bodies(kin: &Kin<'_>) -> Option<Finding> {
    let clients = kin.rows.iter().enumerate();
    let slow = clients.filter_map(|(index, client)| {
        (client.kind == Some(Kind::Client)).then_some(())?;
        let (_, server) = kin.only_server(index)?;
        let is_well = client.error.is_none() && server.error.is_none();
        let longer = i128::from(server.duration?.checked_sub(client.duration?)?);
        let waited = interval(kin.above(client)?)?.end - interval(client)?.end;
        // A caller that ended before did not wait: the server worked on behind its answer.
        let is_slow = is_well && longer >= AT_ONCE && waited + AT_ONCE >= longer;
        is_slow.then_some((longer, client, server))
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
