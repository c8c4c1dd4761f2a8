use super::*;
use crate::{analysis::clocks::clocks, sample::trace, waterfall};

fn found(lines: &[&str]) -> Vec<(DoubtKind, usize)> {
    let trace = waterfall(&trace(lines)).unwrap();
    let kin = Kin::of(&trace);
    let doubts = doubts(&kin, &trace.times, &clocks(&kin), &[], &[]);
    doubts.iter().map(|doubt| (doubt.kind, doubt.count)).collect()
}

#[test]
fn each_kind_is_counted_and_nothing_else() {
    for (lines, expected) in [
        (
            vec!["a - CLIENT web - @1000+500", "b a SERVER app - @1100+300"],
            vec![],
        ),
        // A server that shares its client's id, and a message that is taken later.
        (
            vec![
                "a - CLIENT web - @1000+500",
                "a - SERVER app - @1100+300 shared",
                "b a PRODUCER app - @1200+10",
                "c b CONSUMER job - @9000+900",
            ],
            vec![],
        ),
        (
            vec![
                "a - - web - @1000+500",
                "b 9 - web - @1100+300",
                "c 8 - web - @1100+300",
            ],
            vec![(DoubtKind::MissingParent, 2)],
        ),
        (
            vec!["a - - web - @1000+500", "b - - web - @1100+300"],
            vec![(DoubtKind::SecondRoot, 1)],
        ),
        (
            vec!["b c - web - @1000+500", "c b - web - @1100+300"],
            vec![(DoubtKind::Cycle, 1)],
        ),
        (
            vec![
                "a - - web - @1000+500",
                "b a - app - @1100+1",
                "b a - job - @1100+1",
            ],
            vec![(DoubtKind::DuplicateId, 2)],
        ),
        // In one service, too, where they ran at different times.
        (
            vec![
                "a - - web - @1000+500",
                "b a CLIENT web - @1100+1",
                "b a CLIENT web - @1200+1",
                "b a CLIENT web - @1100+1",
            ],
            vec![(DoubtKind::DuplicateId, 2)],
        ),
        (
            vec!["a - - web - @1000", "b a - web -", "c a - web - @1100"],
            vec![(DoubtKind::Unfinished, 2)],
        ),
        (
            vec!["a - CLIENT web - @1000+500", "b a SERVER app - @1100+501"],
            vec![(DoubtKind::LongerThanParent, 1)],
        ),
        (
            vec![
                "a - - web - @1000+500",
                "b a - web - @1501+1",
                "c a - web - @1500+1",
            ],
            vec![(DoubtKind::Late, 1)],
        ),
        (
            vec!["a - CLIENT web - @1000+500", "b a SERVER app - @9000+300"],
            vec![(DoubtKind::Clock, 1)],
        ),
        (
            vec!["a - - web - @1000+500", "b a - web - @800+300"],
            vec![(DoubtKind::Clock, 1)],
        ),
        // Within what clocks can tell.
        (
            vec!["a - CLIENT web - @1000+500", "b a SERVER app - @950+500"],
            vec![],
        ),
    ] {
        assert_eq!(found(&lines), expected, "{lines:?}");
    }
}

#[test]
fn a_doubt_is_said_with_its_amount() {
    let spans = trace(&["a - CLIENT web - @1000+500", "b a SERVER app - @9000+300"]);
    let trace = waterfall(&spans).unwrap();
    let kin = Kin::of(&trace);
    let clocks = clocks(&kin);
    let text = |answer: &[Sentence]| doubts(&kin, &trace.times, &clocks, &[], answer)[0].text.clone();
    let spread = "by these clocks the spans stretch over 8.30 ms, not 500 µs: times of different services do not compare";
    assert_eq!(
        text(&[]),
        format!("app's clock is ahead of web's by 7.80 ms to 8.00 ms; {spread}")
    );
    let early = |lines: &[&str]| {
        let trace = waterfall(&crate::sample::trace(lines)).unwrap();
        let kin = Kin::of(&trace);
        doubts(&kin, &trace.times, &[], &[], &[])[0].text.clone()
    };
    assert_eq!(
        early(&["a - PRODUCER web - @60000+10", "b a CONSUMER job - @1000+5"]),
        "1 span began 59.0 ms before the span that caused it: clocks disagree"
    );
    assert_eq!(
        early(&[
            "a - - web - @60000+10",
            "b a - web - @1000+5",
            "c a - web - @2000+5"
        ]),
        "2 spans began up to 59.0 ms before the spans that caused them, by one clock: a parent is wrong, or the clock was set"
    );
    assert_eq!(
        early(&["a - - web/10.0.0.1 - @60000+10", "b a - web/10.0.0.2 - @1000+5"]),
        "1 span began 59.0 ms before the span that caused it: clocks disagree"
    );
    // The answer has said by how much.
    assert_eq!(text(&[Sentence::Clock(clocks[0].apart().unwrap())]), spread);
}
