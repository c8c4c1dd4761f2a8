use std::collections::BTreeSet;

use super::*;

#[test]
fn one_seed_draws_the_same_case_each_time() {
    let texts = |seed| {
        draw(seed)
            .faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    for seed in 0..50 {
        assert_eq!(texts(seed), texts(seed));
    }
    let all: BTreeSet<_> = (0..200).map(texts).collect();
    assert!(all.len() > 120, "{} of 200 differ", all.len());
}

#[test]
fn the_deck_has_more_than_44_cases_without_a_double() {
    let cases = cases();
    let singles = cases.iter().filter(|case| case.len() == 1).count();
    assert!(singles >= 44, "{singles}");
    let shown: BTreeSet<String> = cases.iter().map(|case| format!("{case:?}")).collect();
    assert_eq!(shown.len(), cases.len());
}

#[test]
fn every_kind_is_in_the_deck_or_has_a_reason_why_not() {
    let cases = cases();
    let drawn: BTreeSet<&str> = cases.iter().flatten().map(|answer| answer.kind).collect();
    for entry in &faults::KINDS {
        let is_left_out = UNDRAWN.iter().any(|(kind, _)| *kind == entry.name);
        assert_eq!(drawn.contains(entry.name), !is_left_out, "{}", entry.name);
    }
}

#[test]
fn every_drawn_fault_can_be_set() {
    for seed in 0..500 {
        for fault in draw(seed).faults {
            faults::parse([fault.text().as_str()]).unwrap();
        }
    }
}

#[test]
fn every_kind_of_the_deck_is_drawn_within_500_seeds() {
    let kinds: BTreeSet<&str> = (0..500)
        .flat_map(|seed| draw(seed).faults)
        .map(|fault| fault.kind)
        .collect();
    assert_eq!(kinds.len(), faults::KINDS.len() - UNDRAWN.len(), "{kinds:?}");
}

#[test]
fn no_request_ends_before_it_reaches_the_other_fault() {
    for case in cases().iter().filter(|case| case.len() == 2) {
        let ends = ["error", "hang", "refuse", "reset"];
        assert!(!ends.contains(&case[0].kind), "{case:?}");
        assert!(case[0].hop < case[1].hop, "{case:?}");
    }
}
