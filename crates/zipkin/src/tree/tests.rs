use super::*;
use crate::sample::trace;

/// The walk as text: `depth:id` and `s` for a shared span.
fn walk(lines: &[&str]) -> String {
    let spans = trace(lines);
    let tree = Tree::build(&spans);
    let steps = tree.depth_first();
    let mut words = Vec::new();
    for step in &steps {
        let parent_depth = step.parent.map(|parent| steps[parent].depth + 1);
        assert_eq!(parent_depth.unwrap_or_default(), step.depth);
        let shared = if step.span.shared { "s" } else { "" };
        words.push(format!("{}:{:x}{shared}", step.depth, step.span.id.value()));
    }
    words.join(" ")
}

#[test]
fn spans_hang_below_what_caused_them() {
    for (lines, expected) in [
        (vec![], ""),
        // Reported innermost first.
        (
            vec!["d c - a -", "c b - a -", "b a - a -", "a - - a -"],
            "0:a 1:b 2:c 3:d",
        ),
        // Siblings by start, one without a start first.
        (
            vec!["1 - - - -", "a 1 - - - @2", "b 1 - - - @1", "c 1 - - -"],
            "0:1 1:c 1:b 1:a",
        ),
        // A shared span is its client's child, also at the root.
        (
            vec![
                "c b - app -",
                "b a SERVER app - shared",
                "b a CLIENT a -",
                "a - - a -",
            ],
            "0:a 1:b 2:bs 3:c",
        ),
        (
            vec!["a - CLIENT web -", "a - SERVER app - shared", "b a - app -"],
            "0:a 1:as 2:b",
        ),
        // A child prefers the server in its own place; one in no known place is the client's.
        (
            vec![
                "a - - a -",
                "b a CLIENT a -",
                "b a SERVER foo - shared @5",
                "b a SERVER bar - shared @6",
                "c b - bar - @7",
                "d b - foo - @8",
                "e b - baz - @9",
            ],
            "0:a 1:b 2:bs 3:d 2:bs 3:c 2:e",
        ),
        // Of two that have its parent's id, in places that are not its own, the last one is its parent.
        (
            vec!["1 - - - -", "a 1 - x - @1", "a 1 - y - @2", "b a - z - @3"],
            "0:1 1:a 1:a 2:b",
        ),
        // Without a root, each whose parent is missing is one.
        (
            vec!["b a SERVER x - @1", "c a SERVER x - @2", "d c - x -"],
            "0:b 0:c 1:d",
        ),
        (vec!["b a SERVER x - shared", "c b - x -"], "0:bs 1:c"),
        // The server alone has the id, so it is the cause in another service, too; of two servers, neither is known to be.
        (vec!["b a SERVER x - shared", "c b - y -"], "0:bs 1:c"),
        (
            vec![
                "b a SERVER x - shared @1",
                "b a SERVER y - shared @2",
                "c b - z - @3",
            ],
            "0:bs 0:bs 0:c",
        ),
        // So it is beside a root, and further roots stand apart, too, before it however late they start.
        (
            vec!["a - SERVER x - @1", "b 9 - x - @2", "c - - x - @3", "d - - x -"],
            "0:a 0:c 0:d 0:b",
        ),
        // Spans that caused each other: cut above the earliest, or the first by id where none knows its start.
        (vec!["b d - x - @2", "d b - x - @1"], "0:d 1:b"),
        (vec!["b d - x -", "d b - x -"], "0:b 1:d"),
        (
            vec![
                "a - - x -",
                "b d - x - @5",
                "c b - x - @4",
                "d c - x -",
                "e d - x - @1",
            ],
            "0:a 0:c 1:d 2:e 2:b",
        ),
    ] {
        assert_eq!(walk(&lines), expected, "{lines:?}");
    }
}

#[test]
fn a_child_is_below_the_span_of_its_id_that_ran() {
    for (lines, expected) in [
        // One id twice, at different times: each has what began while it ran.
        (
            vec![
                "a - - web - @1000",
                "b a CLIENT web - @1100+100",
                "b a CLIENT web - @1300+100",
                "c b SERVER app - @1110",
                "d b SERVER app - @1310",
            ],
            "0:a 1:b 2:c 1:b 2:d",
        ),
        // In two services, the later of which comes last by name.
        (
            vec![
                "a - - web - @1000",
                "b a - app - @1100",
                "b a - job - @1300",
                "c b - web - @1200",
            ],
            "0:a 1:b 2:c 1:b",
        ),
        // Before all of them, and at no time: below the last, as in Zipkin.
        (
            vec![
                "a - - web - @1000",
                "b a - web - @1100+5",
                "b a - web - @1300+5",
                "c b - web - @1050",
                "d b - web -",
            ],
            "0:a 1:b 1:b 2:d 2:c",
        ),
    ] {
        assert_eq!(walk(&lines), expected, "{lines:?}");
    }
}

#[test]
fn the_top_says_why_it_is_there() {
    let spans = trace(&[
        "1 - SERVER x -",
        "2 1 SERVER x -",
        "3 9 SERVER x -",
        "4 - SERVER x - shared",
        "5 6 SERVER x - @2",
        "6 5 SERVER x - @1",
    ]);
    let tree = Tree::build(&spans);
    let places: Vec<_> = tree
        .depth_first()
        .iter()
        .map(|step| (step.span.id.value(), step.place))
        .collect();
    assert_eq!(
        places,
        [
            (1, Place::Root),
            (2, Place::Child),
            (6, Place::Cycle),
            (5, Place::Child),
            (3, Place::Orphan),
            (4, Place::Orphan),
        ]
    );
}

#[test]
fn links_see_one_root_as_zipkin_does() {
    let spans = trace(&["a - SERVER x - @1", "b 9 - x - @3", "c - - x - @2"]);
    let tree = Tree::below_one_root(&spans);
    let walk: Vec<_> = tree
        .depth_first()
        .iter()
        .map(|step| (step.depth, step.span.id.value()))
        .collect();
    assert_eq!(walk, [(0, 0xa), (1, 0xc), (1, 0xb)]);
}

#[test]
fn depth_does_not_hurt() {
    let line = |id: usize| {
        format!(
            "{:x} {} - x -",
            id,
            if id == 1 {
                "-".into()
            } else {
                format!("{:x}", id - 1)
            }
        )
    };
    let lines: Vec<String> = (1..=50_000).map(line).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let spans = trace(&lines);
    assert_eq!(Tree::build(&spans).depth_first().last().unwrap().depth, 49_999);
}
