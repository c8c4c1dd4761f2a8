use std::collections::BTreeMap;

use super::*;
use crate::{
    Span,
    sample::{Dice, span, trace},
    waterfall,
};

/// `service.operation` → its own time on the path.
type OwnTimes = BTreeMap<String, u64>;

fn own_times(trace: &Waterfall) -> OwnTimes {
    let mut times = OwnTimes::new();
    for segment in critical_path(trace) {
        let row = &trace.rows[segment.row];
        *times.entry(format!("{}.{}", row.service, row.name)).or_default() += segment.duration_us;
    }
    times
}

/// The traces of `crisp.txt` with what their paths should be.
fn crisp() -> Vec<(String, Vec<Span>, OwnTimes)> {
    let mut cases = Vec::new();
    for line in include_str!("crisp.txt").lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["trace", number] => cases.push((number.to_owned(), Vec::new(), OwnTimes::new())),
            [id, parent, service, operation, start, duration] if !line.starts_with('#') => {
                let start = start.parse::<u64>().unwrap() + 1_000;
                let mut span = span(&format!("{id} {parent} - {service} - @{start}+{duration}"));
                span.name = Some(operation.to_owned());
                cases.last_mut().unwrap().1.push(span);
            }
            ["=", operation, time] => {
                let time = time.parse().unwrap();
                cases.last_mut().unwrap().2.insert(operation.to_owned(), time);
            }
            _ => {}
        }
    }
    cases
}

#[test]
fn crisps_paths_are_ours() {
    let cases = crisp();
    assert_eq!(cases.len(), 25);
    for (number, spans, mut expected) in cases {
        let trace = waterfall(&spans).unwrap();
        let found = own_times(&trace);
        assert_eq!(
            Some(found.values().sum()),
            trace.rows[0].duration,
            "trace {number}"
        );
        // Siblings that overlap by less than a hundredth: CRISP counts the overlap twice, and takes it off the root. Ours
        // counts it once, for the later of the two.
        let overlap = match number.as_str() {
            "10" => 1,
            "19" | "20" | "21" => 5,
            _ => 0,
        };
        for (operation, ours) in [("s1.o1", 2 * overlap), ("s2.o2", 0), ("s3.o3", 0)] {
            if overlap > 0 {
                let time = expected.get_mut(operation).unwrap();
                *time = if ours > 0 { *time + ours } else { *time - overlap };
            }
        }
        expected.retain(|_, time| *time > 0);
        assert_eq!(found, expected, "trace {number}");
    }
}

/// `id start+duration` of each segment.
fn path(lines: &[&str]) -> Vec<String> {
    let segments = critical_path(&waterfall(&trace(lines)).unwrap());
    let shown = |segment: Segment| {
        format!(
            "{} {}+{}",
            segment.span_id.to_string().trim_start_matches('0'),
            segment.start_us,
            segment.duration_us
        )
    };
    segments.into_iter().map(shown).collect()
}

#[test]
fn a_path_goes_back_through_what_ended_last() {
    for (lines, expected) in [
        // Siblings that touch follow each other.
        (
            vec!["a - - s - @100+100", "b a - s - @110+40", "c a - s - @150+40"],
            vec!["a 100+10", "b 110+40", "c 150+40", "a 190+10"],
        ),
        // A sibling that runs beside the next one did not start it.
        (
            vec![
                "a - - s - @100+100",
                "b a - s - @110+60",
                "c a - s - @150+40",
                "d a - s - @120+20",
            ],
            vec!["a 100+20", "d 120+20", "a 140+10", "c 150+40", "a 190+10"],
        ),
        // Cut to the parent; outside of it, nothing is on the path.
        (
            vec![
                "a - - s - @100+100",
                "b a - s - @50+60",
                "c a - s - @190+60",
                "d a - s - @300+60",
            ],
            vec!["b 100+10", "a 110+80", "c 190+10"],
        ),
        // A server with a wrong clock, and all below it.
        (
            vec![
                "a - CLIENT s - @100+100",
                "b a SERVER t - @5000+80",
                "c b CLIENT t - @5010+20",
                "d c SERVER u - @10+20",
            ],
            vec!["a 100+20", "b 120+10", "d 130+20", "b 150+50"],
        ),
        // Nobody waits for a consumer.
        (
            vec!["a - PRODUCER s - @100+100", "b a CONSUMER t - @110+500"],
            vec!["a 100+100"],
        ),
        // A child that does not say when it ran, or takes no time, is its parent's own time.
        (
            vec![
                "a - - s - @100+100",
                "b a - s - @110",
                "c a - s -",
                "d a - s - @120+0",
            ],
            vec!["a 100+100"],
        ),
        // The first root alone; an orphan where there is none; nothing without times.
        (
            vec!["a - - s - @100+100", "b - - s - @50+500", "c 9 - s - @110+20"],
            vec!["b 50+500"],
        ),
        (vec!["c 9 - s - @110+20"], vec!["c 110+20"]),
        (vec!["a - - s - @100", "b a - s - @110+20"], vec![]),
        (vec!["a - - s -"], vec![]),
    ] {
        assert_eq!(path(&lines), expected, "{lines:?}");
    }
}

#[test]
fn segments_add_up_to_the_root_in_100_000_random_trees() {
    let mut dice = Dice::new(7);
    for tree in 0..100_000 {
        let spans = random_tree(&mut dice);
        let trace = waterfall(&spans).unwrap();
        let mut at = trace.rows[0].span.timestamp.unwrap();
        let end = at + trace.rows[0].duration.unwrap();
        for segment in critical_path(&trace) {
            assert_eq!(segment.start_us, at, "tree {tree}: {spans:?}");
            assert!(segment.duration_us > 0);
            at += segment.duration_us;
        }
        assert_eq!(at, end, "tree {tree}: {spans:?}");
    }
}

fn random_tree(dice: &mut Dice) -> Vec<Span> {
    let root = span(&format!("1 - SERVER s - @1000+{}", dice.up_to(200)));
    let count = dice.up_to(6);
    let child = |id: u64| {
        let parent = 1 + dice.up_to(id - 1);
        let kind = ["-", "CLIENT", "SERVER", "CLIENT", "SERVER", "CONSUMER"][dice.up_to(6) as usize];
        let (start, duration) = (900 + dice.up_to(300), dice.up_to(120));
        span(&format!("{id:x} {parent:x} {kind} s - @{start}+{duration}"))
    };
    let children: Vec<Span> = (2..2 + count).map(child).collect();
    [vec![root], children].concat()
}

#[test]
fn a_slow_answer_is_its_servers_time() {
    let path = |lines: &[&str]| {
        let path = critical_path(&waterfall(&trace(lines)).unwrap());
        path.iter()
            .map(|piece| (piece.row, piece.duration_us))
            .collect::<Vec<_>>()
    };
    for (server, expected) in [
        // The caller had the headers after two of eighty milliseconds, and waited for the rest.
        (
            "3 2 SERVER app - @1200+80000",
            vec![(0, 100), (1, 100), (2, 80_000), (0, 9_800)],
        ),
        // Its clock is ahead: no time is left for the network.
        (
            "3 2 SERVER app - @901200+80000",
            vec![(0, 100), (2, 80_000), (0, 9_900)],
        ),
        // Nobody waited for it: it is cut to its caller.
        (
            "3 2 SERVER app - @1200+180000",
            vec![(0, 100), (1, 100), (2, 1_900), (0, 87_900)],
        ),
    ] {
        let lines = [
            "1 - SERVER web - @1000+90000",
            "2 1 CLIENT web app @1100+2000",
            server,
        ];
        assert_eq!(path(&lines), expected, "{server}");
    }
}
