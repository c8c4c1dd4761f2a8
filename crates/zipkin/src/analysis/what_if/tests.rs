use super::*;
use crate::{
    sample::{Dice, span, trace},
    waterfall,
};

fn saved_by(trace: &Waterfall, service: &str, faster: u64) -> Option<u64> {
    what_if(trace, service, faster).map(|what_if| what_if.saved_us)
}

#[test]
fn work_that_follows_moves_and_work_beside_holds() {
    for (lines, service, faster, saved) in [
        // Alone on the path: all of it.
        (vec!["1 - SERVER web - @1000+100"], "web", 30, Some(30)),
        (
            vec![
                "1 - SERVER web - @1000+100",
                "2 1 CLIENT web app @1010+80",
                "3 2 SERVER app - @1020+60",
            ],
            "app",
            50,
            Some(50),
        ),
        // An answer that comes slowly is waited for.
        (
            vec![
                "1 - SERVER web - @1000+90000",
                "2 1 CLIENT web app @1100+2000",
                "3 2 SERVER app - @1200+80000",
            ],
            "app",
            500,
            Some(500),
        ),
        // More than it did cannot be saved.
        (
            vec![
                "1 - SERVER web - @1000+100",
                "2 1 CLIENT web app @1010+80",
                "3 2 SERVER app - @1020+60",
            ],
            "app",
            500,
            Some(60),
        ),
        // The network and a silent server stay.
        (
            vec!["1 - SERVER web - @1000+100", "2 1 CLIENT web db @1010+80"],
            "web",
            500,
            Some(20),
        ),
        // Beside it, another runs for 31 less: then that is what the trace waits for.
        (
            vec![
                "1 - SERVER web - @1000+100",
                "2 1 - app - @1010+80",
                "3 1 - job - @1010+49",
                "4 1 - web - @1090+10",
            ],
            "app",
            50,
            Some(31),
        ),
        // A sibling that started after another had ended goes on doing so.
        (
            vec![
                "1 - SERVER web - @1000+100",
                "2 1 - app - @1000+40",
                "3 1 - job - @1050+40",
            ],
            "app",
            10,
            Some(10),
        ),
        // Nobody waits for a consumer, or for what outlives its parent.
        (
            vec![
                "1 - SERVER web - @1000+100",
                "2 1 CONSUMER job - @1010+80",
                "3 1 - late - @1090+50",
            ],
            "job",
            50,
            Some(0),
        ),
        (vec!["1 - SERVER web - @1000+100"], "nobody", 50, None),
        (vec!["1 - SERVER web - @1000"], "web", 50, None),
    ] {
        let trace = waterfall(&trace(&lines)).unwrap();
        assert_eq!(saved_by(&trace, service, faster), saved, "{lines:?}");
    }
}

#[test]
fn nothing_faster_is_nothing_saved_and_more_never_saves_less() {
    let mut dice = Dice::new(3);
    for _ in 0..2_000 {
        let mut spans = vec![span(&format!("1 - SERVER s0 - @1000+{}", 100 + dice.up_to(200)))];
        for id in 2..2 + dice.up_to(10) {
            let (parent, service) = (1 + dice.up_to(id - 1), dice.up_to(3));
            let (start, duration) = (1000 + dice.up_to(250), dice.up_to(120));
            spans.push(span(&format!(
                "{id:x} {parent:x} - s{service} - @{start}+{duration}"
            )));
        }
        let trace = waterfall(&spans).unwrap();
        let Some(nothing) = saved_by(&trace, "s1", 0) else {
            continue;
        };
        assert_eq!(nothing, 0, "{spans:?}");
        let saved = [10, 50, 1_000].map(|faster| saved_by(&trace, "s1", faster).unwrap());
        assert!(saved.is_sorted(), "{saved:?} {spans:?}");
        assert!(saved[0] <= 10, "{saved:?} {spans:?}");
    }
}

#[test]
fn work_in_many_pieces_is_cut_to_the_microsecond() {
    let lines = [
        "1 - SERVER orders - @1000+10000",
        "2 1 CLIENT orders db @1307+333",
        "3 1 CLIENT orders db @2111+777",
        "4 1 CLIENT orders app @4001+3000",
        "5 4 SERVER app - @4100+2000",
        "6 5 CLIENT app orders @4200+1500",
        "7 6 SERVER orders - @4301+1001",
    ];
    let trace = waterfall(&trace(&lines)).unwrap();
    for faster in [1, 100, 999, 1_000, 6_889] {
        assert_eq!(saved_by(&trace, "orders", faster), Some(faster));
    }
}

#[test]
fn a_sentence_says_what_would_have_been() {
    let lines = [
        "1 - SERVER web - @1000+100",
        "2 1 - app - @1010+80",
        "3 1 - job - @1010+49",
        "4 1 - web - @1090+10",
    ];
    let trace = waterfall(&trace(&lines)).unwrap();
    for (service, faster, said) in [
        (
            "app",
            50,
            "app 50 µs faster: this trace 31 µs faster, 69 µs in place of 100 µs.",
        ),
        (
            "job",
            20,
            "job 20 µs faster: this trace not faster, since others were waited for meanwhile.",
        ),
        (
            "web",
            50,
            "web without its own work, 20 µs in all: this trace 20 µs faster, 80 µs in place of 100 µs.",
        ),
    ] {
        assert_eq!(what_if(&trace, service, faster).unwrap().sentence(), said);
    }
}
