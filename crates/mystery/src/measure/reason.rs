//! The reason why figures that speak for a class do not show it.

use serde::Serialize;

use crate::{class::Class, facts::Facts, hop::Hop};

/// A fact that speaks against the class, whatever its figures say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The hop did not answer when it was asked alone: it has nothing to write a span of.
    NotReached,
    /// Its span of a request that went to it alone has arrived.
    SpanArrives,
    /// The hop behind it is in the traces.
    NextIsSeen,
    /// The hop behind it is missing, too.
    NextIsMissing,
    /// Every dialect is lost, not one.
    AllDialects,
    /// The hop took the user when it was asked alone.
    TakesUser,
    /// The hop behind the edge takes no user from anybody.
    NextTakesNoUser,
    /// No span of the hop arrived when it was asked alone, so that nobody knows whether it takes the user.
    NoSpan,
}

/// The reason why a class that figures speak for is not shown; nothing where the figures alone say so.
pub(super) fn reason(hop: Hop, class: Class, is_often: bool, facts: &Facts) -> Option<Reason> {
    let own = facts.of_hop(hop);
    match class {
        Class::NotRecorded | Class::LostSpans if !own.is_reached => Some(Reason::NotReached),
        Class::NotRecorded | Class::LostSpans if own.knock.is_some() => Some(Reason::SpanArrives),
        Class::NotRecorded if is_often => Some(Reason::NextIsSeen),
        Class::LostSpans if is_often => Some(Reason::NextIsMissing),
        Class::OneDialect => Some(Reason::AllDialects),
        Class::LostBaggage => of_user(hop, facts),
        _ => None,
    }
}

fn of_user(hop: Hop, facts: &Facts) -> Option<Reason> {
    let next = hop.next().filter(|_| hop == Hop::Gateway);
    match (next, facts.of_hop(next.unwrap_or(hop)).knock) {
        (_, None) => Some(Reason::NoSpan),
        (None, Some(_)) => Some(Reason::TakesUser),
        (Some(_), Some(knock)) => (!knock.has_user).then_some(Reason::NextTakesNoUser),
    }
}
