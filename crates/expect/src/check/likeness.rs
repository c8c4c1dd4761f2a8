//! The expected span that an actual one is most like, for the drawing. It never decides whether an expectation holds.

use super::{
    own::{self, Difference},
    tree::{Matcher, Siblings},
};
use crate::{count::Count, expected::SpanExpectation, failure::Field};

/// Among more siblings, the one that is most alike is not looked for.
pub const MAX_ALIKE: usize = 100;

/// Spans with less in common are two spans.
const ALIKE: usize = 3;

/// Which expected span each actual one is drawn beside: the one that it stands for where all is as expected, and else the one
/// that it is most alike, with what is below.
pub fn partners(
    matcher: &Matcher<'_>,
    (expected, actual): (&[SpanExpectation], &[usize]),
    siblings: &Siblings,
) -> Vec<Option<usize>> {
    let mut partners = siblings.found.owner.clone();
    if siblings.is_whole || actual.len() > MAX_ALIKE || expected.len() > MAX_ALIKE {
        return partners;
    }
    partners.fill(None);
    let mut pairs: Vec<((usize, usize), usize, usize)> = Vec::new();
    for (index, &row) in actual.iter().enumerate() {
        for (partner, each) in expected.iter().enumerate() {
            let own = likeness(matcher, each, row).filter(|own| *own >= ALIKE || *own == weight_of(each));
            pairs.extend(own.map(|own| ((own, likeness_below(matcher, each, row)), index, partner)));
        }
    }
    pairs.sort_by(|one, other| {
        other
            .0
            .cmp(&one.0)
            .then(one.2.cmp(&other.2))
            .then(one.1.cmp(&other.1))
    });
    let least: fn(&Count) -> usize = |count| count.min;
    let most: fn(&Count) -> usize = |count| count.max.unwrap_or(usize::MAX);
    for bound in [least, most] {
        for &(_, index, partner) in &pairs {
            let load = partners.iter().filter(|owner| **owner == Some(partner)).count();
            let has_room = siblings
                .counts
                .get(partner)
                .is_some_and(|count| load < bound(count));
            if let Some(owner @ None) = partners.get_mut(index).filter(|_| has_room) {
                *owner = Some(partner);
            }
        }
    }
    partners
}

/// Whether a row has all of the expected values of its own.
pub fn is_like(matcher: &Matcher<'_>, expected: &SpanExpectation, row: usize) -> bool {
    likeness(matcher, expected, row) == Some(weight_of(expected))
}

/// The share of the expected values that a row has.
fn likeness(matcher: &Matcher<'_>, expected: &SpanExpectation, row: usize) -> Option<usize> {
    let differences = own::differences(expected, matcher.trace.span(row)?, matcher.given);
    let missed: usize = differences.iter().map(weight).sum();
    Some(weight_of(expected).saturating_sub(missed))
}

/// The same for the rows below, each expected one with the row that is most alike.
fn likeness_below(matcher: &Matcher<'_>, expected: &SpanExpectation, row: usize) -> usize {
    let rows = matcher.trace.children(row).iter().take(9);
    let best = |child| {
        rows.clone()
            .filter_map(|&row| likeness(matcher, child, row))
            .max()
    };
    expected.children.list().iter().take(9).filter_map(best).sum()
}

/// The weight of a value in telling spans apart.
fn weight(difference: &Difference) -> usize {
    match difference.field {
        Field::Service | Field::Name | Field::RemoteService => 3,
        Field::Kind => 2,
        _ => 1,
    }
}

fn weight_of(expected: &SpanExpectation) -> usize {
    let named = [&expected.service, &expected.name, &expected.remote]
        .into_iter()
        .flatten()
        .count()
        * 3;
    let others = [expected.error.is_some(), expected.duration_us.is_some()];
    let others = others.into_iter().filter(|is_there| *is_there).count();
    named
        + others
        + usize::from(expected.kind.is_some()) * 2
        + expected.tags.len()
        + expected.annotations.len()
}
