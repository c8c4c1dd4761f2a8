use probe::Context;
use zipkin::{
    Language::{English, Korean},
    TraceId,
};

use super::sentence;
use crate::{Class, Facts, Hop, Reason, facts::Knocked, measure};

/// Seven requests to a hop that nobody reaches.
fn refusing() -> Facts {
    let mut facts = Facts::unknown(7);
    facts.hop(Hop::Inventory).contexts = ["b3", "b3multi", "tracecontext"]
        .map(|dialect| (dialect, Context::Unknown))
        .to_vec();
    facts
}

fn said(facts: &Facts, class: Class) -> [String; 2] {
    let measure = measure(facts, Hop::Inventory, class);
    assert!(!measure.is_shown, "{class:?}");
    [English, Korean].map(|language| sentence(&measure, language))
}

#[test]
fn headers_of_a_hop_that_does_not_answer_prove_nothing() {
    for class in [Class::LostContext, Class::OneDialect, Class::IdsCut] {
        let [english, korean] = said(&refusing(), class);
        assert_eq!(
            english,
            "asked alone, inventory did not answer, or named no trace."
        );
        assert!(korean.contains("응답이 없거나"), "{korean}");
    }
}

#[test]
fn missing_spans_of_a_hop_that_is_not_reached_are_explained() {
    for class in [Class::LostSpans, Class::NotRecorded] {
        let [english, korean] = said(&refusing(), class);
        assert_eq!(
            english,
            "no span of inventory is in the traces of 7 of 7 requests. But asked alone, inventory did not answer: \
             a request that does not reach it leaves no span."
        );
        assert!(
            korean.contains("그러나 inventory만 따로 호출해도 응답이 없습니다"),
            "{korean}"
        );
    }
}

#[test]
fn figures_that_speak_for_a_wrong_answer_have_a_reason() {
    use Reason::{AllDialects, NextIsMissing, NextIsSeen, NoSpan, SpanArrives, TakesUser};
    let knock = |has_user| {
        Some(Knocked {
            has_user,
            clock_us: 0,
        })
    };
    let reason = |facts: &Facts, hop, class| {
        let measure = measure(facts, hop, class);
        assert!(
            measure.is_shown || measure.reason.is_some(),
            "{hop} {class:?}: {measure:?}"
        );
        measure.reason
    };
    let mut facts = refusing();
    facts.hop(Hop::Orders).is_reached = true;
    assert_eq!(reason(&facts, Hop::Orders, Class::LostSpans), Some(NextIsMissing));
    assert_eq!(reason(&facts, Hop::Orders, Class::NotRecorded), None);
    let id = TraceId::new(2);
    facts.hop(Hop::Inventory).seen.insert(id);
    assert_eq!(reason(&facts, Hop::Orders, Class::LostSpans), None);
    assert_eq!(reason(&facts, Hop::Orders, Class::NotRecorded), Some(NextIsSeen));
    facts.hop(Hop::Orders).served = 7;
    assert_eq!(reason(&facts, Hop::Orders, Class::LostBaggage), Some(NoSpan));
    facts.hop(Hop::Orders).knock = knock(true);
    assert_eq!(reason(&facts, Hop::Orders, Class::LostSpans), Some(SpanArrives));
    assert_eq!(reason(&facts, Hop::Orders, Class::LostBaggage), Some(TakesUser));
    facts.hop(Hop::Orders).contexts = vec![("b3", Context::Lost)];
    assert_eq!(reason(&facts, Hop::Orders, Class::OneDialect), Some(AllDialects));
}
