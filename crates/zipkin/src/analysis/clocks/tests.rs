use super::*;
use crate::{sample::trace, waterfall};

fn bounds(lines: &[&str]) -> Vec<String> {
    let trace = waterfall(&trace(lines)).unwrap();
    let shown = |clock: &Clock| {
        let Clock {
            caller,
            callee,
            ahead_min_us: min,
            ahead_max_us: max,
            calls,
            ..
        } = clock;
        format!(
            "{caller}>{callee} {min}..{max} of {calls}, {} apart",
            clock.apart_us()
        )
    };
    clocks(&Kin::of(&trace)).iter().map(shown).collect()
}

#[test]
fn both_ends_of_each_call_bound_the_offset() {
    for (lines, expected) in [
        // It fits: they may agree.
        (
            vec!["a - CLIENT web - @100+50", "b a SERVER app - @110+20"],
            vec!["web>app -20..10 of 1, 0 apart"],
        ),
        // Ahead, and behind.
        (
            vec!["a - CLIENT web - @100+50", "b a SERVER app - @1110+20"],
            vec!["web>app 980..1010 of 1, 980 apart"],
        ),
        (
            vec!["a - CLIENT web - @1000+50", "b a SERVER app - @10+20"],
            vec!["web>app -1020..-990 of 1, 990 apart"],
        ),
        // Two calls, of two roots, bound it closer; each instance has its own clock.
        (
            vec![
                "a - CLIENT web - @100+50",
                "b a SERVER app/1.1.1.1 - @1110+20",
                "c - CLIENT web - @200+50",
                "d c SERVER app/1.1.1.1 - @1201+20",
                "e - CLIENT web - @300+50",
                "f e SERVER app/1.1.1.2 - @310+20",
            ],
            vec![
                "web>app 1.1.1.1 980..1001 of 2, 980 apart",
                "web>app 1.1.1.2 -20..10 of 1, 0 apart",
            ],
        ),
        // Calls that contradict each other say nothing of the difference.
        (
            vec![
                "a - CLIENT web - @100+50",
                "b a SERVER app - @1110+20",
                "c - CLIENT web - @200+50",
                "d c SERVER app - @210+20",
            ],
            vec!["web>app 980..10 of 2, 0 apart"],
        ),
        // A server that outlived its client, two servers, one that has not ended: no bound.
        (
            vec!["a - CLIENT web - @100+50", "b a SERVER app - @110+60"],
            vec![],
        ),
        (
            vec![
                "a - CLIENT web - @100+50",
                "b a SERVER app - @1110+2",
                "c a SERVER app - @1120+2",
            ],
            vec![],
        ),
        (vec!["a - CLIENT web - @100+50", "b a SERVER app - @110"], vec![]),
    ] {
        assert_eq!(bounds(&lines), expected, "{lines:?}");
    }
}
