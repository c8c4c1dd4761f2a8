use super::*;
use crate::{sample::trace, waterfall};

fn chain(network: u64, work: u64, extra: &[&str]) -> Waterfall {
    let call = 2 * network + work;
    let lines = [
        format!("1 - SERVER web - @1000+{}", 200 + call),
        format!("2 1 CLIENT web app @1100+{call}"),
        format!("3 2 SERVER app - @{}+{work}", 1100 + network),
    ];
    let lines: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .chain(extra.iter().copied())
        .collect();
    waterfall(&trace(&lines)).unwrap()
}

fn said(before: &Waterfall, after: &Waterfall) -> String {
    compare(std::slice::from_ref(before), std::slice::from_ref(after))
        .unwrap()
        .answer
}

#[test]
fn the_guilty_position_is_named() {
    let before = chain(50, 400, &[]);
    for (after, answer) in [
        (
            chain(50, 400, &[]),
            "No position differs by more than the traces do among themselves.",
        ),
        (
            chain(55, 420, &[]),
            "No position differs by more than the traces do among themselves.",
        ),
        (
            chain(50, 900, &[]),
            "app: own work in “no name”: 500 µs longer, 900 µs after 400 µs before.",
        ),
        (
            chain(300, 400, &[]),
            "network between web and app: 500 µs longer, 600 µs after 100 µs before.",
        ),
        (
            chain(50, 40, &[]),
            "app: own work in “no name”: 360 µs shorter, 40 µs after 400 µs before.",
        ),
        (
            chain(50, 400, &["4 3 CLIENT app db @1160+300"]),
            "app: own work in “no name”: 300 µs shorter, 100 µs after 400 µs before.",
        ),
    ] {
        assert_eq!(said(&before, &after), answer);
    }
}

#[test]
fn positions_that_one_set_lacks_are_not_zero() {
    let comparison = compare(
        &[chain(50, 400, &[])],
        &[chain(50, 900, &["4 3 CLIENT app db @1160+300"])],
    )
    .unwrap();
    let found = comparison
        .positions
        .iter()
        .find(|position| position.what == "app waiting for db")
        .unwrap();
    assert_eq!(
        (found.before_us, found.after_us, found.difference_us),
        (None, Some(300), 300)
    );
}

#[test]
fn sets_say_themselves_how_much_they_vary() {
    let set = |works: &[u64]| works.iter().map(|&work| chain(50, work, &[])).collect::<Vec<_>>();
    let noisy = set(&[200, 400, 600, 800, 1000, 400, 600]);
    assert!(
        !compare(&noisy, &set(&[300, 500, 700, 900, 900, 500, 600]))
            .unwrap()
            .differs
    );
    let steady = set(&[400, 402, 398, 401, 400, 399, 400]);
    let slower = compare(&steady, &set(&[460, 462, 458, 461, 460, 459, 460])).unwrap();
    assert_eq!(
        slower.answer,
        "app: own work in “no name”: 60 µs longer, 460 µs after 400 µs before."
    );
    assert_eq!(compare(&steady, &[]), None);
}

/// Six orders and three users, or the other way round.
fn mixed(orders: usize, users: usize, work: u64) -> Vec<Waterfall> {
    let user = |_| {
        waterfall(&trace(&[
            "1 - CLIENT web - @1000+90",
            "2 1 SERVER web app @1010+50",
        ]))
        .unwrap()
    };
    let order = |number: usize| chain(50, work + number as u64 % 3, &[]);
    (0..orders).map(order).chain((0..users).map(user)).collect()
}

#[test]
fn another_mix_of_roots_is_no_difference() {
    for (before, after) in [((6, 3), (3, 6)), ((1, 8), (8, 1)), ((3, 6), (6, 3))] {
        let [before, after] = [before, after].map(|(orders, users)| mixed(orders, users, 400));
        let comparison = compare(&before, &after).unwrap();
        assert!(!comparison.differs, "{}", comparison.answer);
        assert!(comparison.roots.iter().all(Root::is_compared));
        let slight = comparison
            .positions
            .iter()
            .all(|position| position.difference_us.abs() <= 2);
        assert!(slight, "{:?}", comparison.positions);
    }
    let slower = compare(&mixed(6, 3, 400), &mixed(3, 6, 900)).unwrap();
    assert!(
        slower
            .answer
            .starts_with("app: own work in “no name”: 500 µs longer"),
        "{}",
        slower.answer
    );
}

#[test]
fn a_root_of_one_side_is_listed_and_not_compared() {
    let comparison = compare(&mixed(3, 0, 400), &mixed(3, 6, 400)).unwrap();
    assert!(!comparison.differs, "{}", comparison.answer);
    let roots = comparison.roots.iter();
    let roots: Vec<_> = roots
        .map(|root| (root.what.as_str(), root.before, root.after))
        .collect();
    assert_eq!(roots, [("web “no name”", 3, 3), ("web “no name”", 0, 6)]);
    let none = compare(&mixed(1, 0, 400), &mixed(0, 1, 400)).unwrap();
    assert_eq!(none.answer, "The traces have other roots before and after.");
    assert!(!none.differs && none.positions.is_empty());
}
