//! The classes that the evidence shows, the surest first: the answer of one who follows the rules.

use serde::Serialize;

use crate::{
    answer::Answer,
    class::Class,
    facts::Facts,
    hop::Hop,
    measure::{Measure, measure},
};

/// A class that is shown at a hop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suspect {
    /// The answer, by the first kind of the class.
    pub answer: Answer,
    /// The figures.
    pub measure: Measure,
}

/// The likeliest faults, as many as there are said to be.
pub fn diagnose(facts: &Facts, count: usize) -> Vec<Suspect> {
    let all = Hop::ALL
        .into_iter()
        .flat_map(|hop| Class::ALL.map(|class| measure(facts, hop, class)));
    let shown: Vec<Measure> = all.filter(|measure| measure.is_shown).collect();
    let is_effect = |measure: &Measure| shown.iter().any(|cause| explains(cause, measure));
    let mut causes: Vec<&Measure> = shown.iter().filter(|measure| !is_effect(measure)).collect();
    // Stable: of those that are as sure, the order of hops and classes.
    causes.sort_by_key(|measure| std::cmp::Reverse(measure.shows * 100 / measure.of.max(1)));
    let suspects = causes.into_iter().filter_map(suspect);
    suspects.take(count).collect()
}

fn suspect(measure: &Measure) -> Option<Suspect> {
    let kind = measure.class.kinds(measure.hop).first().copied()?;
    Some(Suspect {
        answer: Answer::new(measure.hop, kind)?,
        measure: measure.clone(),
    })
}

/// Whether one is a mere effect of the other.
fn explains(cause: &Measure, effect: &Measure) -> bool {
    let is_here = cause.hop == effect.hop;
    let is_behind = effect.hop > cause.hop;
    match (cause.class, effect.class) {
        // A hop that waits for a place, for an answer or for the rest of a body does not work, and is not far away.
        (
            Class::PlaceWait | Class::NoAnswer | Class::SlowBody | Class::BrokenOff,
            Class::OwnWork | Class::Network,
        ) => is_here,
        (Class::NotRecorded, Class::LostSpans | Class::NotRecorded) => is_behind,
        (Class::LostContext, Class::IdsCut | Class::OneDialect) => is_here,
        // A hop outside of its caller's trace has spans, and they are in another.
        (Class::LostContext | Class::IdsCut | Class::OneDialect, Class::NotRecorded | Class::LostSpans) => {
            is_here
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(hop: Hop, class: Class) -> Measure {
        Measure {
            hop,
            class,
            shows: 20,
            of: 20,
            typical_us: None,
            longest_us: None,
            dialects: Vec::new(),
            trace_id: None,
            is_shown: true,
            reason: None,
        }
    }

    #[test]
    fn an_effect_is_no_fault_of_its_own() {
        use Class::{IdsCut, LinesWithoutIds, LostSpans, NotRecorded, OwnWork, PlaceWait};
        use Hop::{Gateway, Inventory, Orders};
        for (cause, effect, is_one) in [
            ((Gateway, IdsCut), (Gateway, NotRecorded), true),
            ((Gateway, IdsCut), (Orders, NotRecorded), false),
            ((Gateway, IdsCut), (Orders, LinesWithoutIds), false),
            ((Orders, NotRecorded), (Inventory, LostSpans), true),
            ((Orders, NotRecorded), (Gateway, LostSpans), false),
            ((Orders, PlaceWait), (Orders, OwnWork), true),
            ((Orders, PlaceWait), (Gateway, OwnWork), false),
        ] {
            let is_explained = explains(&shown(cause.0, cause.1), &shown(effect.0, effect.1));
            assert_eq!(is_explained, is_one, "{cause:?} {effect:?}");
        }
    }
}
