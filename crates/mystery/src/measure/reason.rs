//! The reason why figures that speak for a class do not show it.

use serde::Serialize;

use super::Measure;
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

/// The reason; nothing where the class is shown, or where the figures alone say that it is not.
pub(super) fn reason(measure: &Measure, facts: &Facts) -> Option<Reason> {
    if measure.is_shown || measure.shows == 0 {
        return None;
    }
    let own = facts.of_hop(measure.hop);
    match measure.class {
        Class::NotRecorded | Class::LostSpans if !own.is_reached => Some(Reason::NotReached),
        Class::NotRecorded | Class::LostSpans if own.knock.is_some() => Some(Reason::SpanArrives),
        Class::NotRecorded if measure.is_often() => Some(Reason::NextIsSeen),
        Class::LostSpans if measure.is_often() => Some(Reason::NextIsMissing),
        Class::OneDialect => Some(Reason::AllDialects),
        Class::LostBaggage => of_user(measure.hop, facts),
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
