//! Figures, the same in each language.

use zipkin::words;

use crate::{class::Class, hop::Hop, measure::Measure};

/// A time in words; a dash where there is none.
pub fn time(us: Option<i64>) -> String {
    us.map_or_else(
        || words::UNKNOWN.to_owned(),
        |us| words::duration(us.unsigned_abs()),
    )
}

/// The hop whose spans the class is counted on.
pub fn counted(measure: &Measure) -> Hop {
    match (measure.class, measure.hop) {
        (Class::LostBaggage, Hop::Gateway) => Hop::Orders,
        (_, hop) => hop,
    }
}
