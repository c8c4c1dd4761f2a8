use super::*;
use crate::{
    analysis::{clocks, critical, hops},
    sample::trace,
    waterfall,
};

fn grouped(lines: &[&str]) -> Vec<HopGroup> {
    let trace = waterfall(&trace(lines)).unwrap();
    let kin = Kin::of(&trace);
    groups(
        &hops::of(&kin, &clocks::clocks(&kin)),
        &kin,
        &critical::walk(&kin),
    )
}

#[test]
fn calls_alike_are_one_group_with_its_share_of_the_path() {
    let groups = grouped(&[
        "1 - SERVER web - @1000+100",
        // Two at once, of which one is on the path, and a third.
        "2 1 CLIENT web app @1010+40",
        "3 2 SERVER app - @1020+20",
        "4 1 CLIENT web app @1010+30 error",
        "5 4 SERVER app - @1015+20",
        "6 1 CLIENT web app @1060+20",
        "7 6 SERVER app - @1065+10",
        "8 7 - app - @1066+5",
    ]);
    let figures: Vec<_> = groups
        .iter()
        .map(|group| {
            (
                group.callee.as_str(),
                group.count,
                group.client_us,
                group.network_us,
                group.longest_us,
            )
        })
        .collect();
    assert_eq!(
        figures,
        [
            ("web", 1, None, None, Some(100)),
            ("app", 3, Some(90), Some(40), Some(40))
        ]
    );
    assert_eq!((groups[1].errors, groups[1].error), (1, true));
    assert_eq!([groups[0].critical_us, groups[1].critical_us], [40, 60]);
    assert_eq!([groups[0].critical_share, groups[1].critical_share], [0.4, 0.6]);
}

#[test]
fn one_missing_figure_is_missing_in_the_sum_with_its_reason() {
    let groups = grouped(&["1 - CLIENT web app @1000+40", "2 - CLIENT web app @1000"]);
    assert_eq!(
        (groups[0].count, groups[0].client_us, groups[0].longest_us),
        (2, None, Some(40))
    );
    assert_eq!(groups[0].why.client_us, Some(Why::NotEnded));
}

#[test]
fn the_bounds_of_both_ways_are_added_up() {
    let groups = grouped(&[
        "1 - SERVER web - @1000+100",
        "2 1 CLIENT web app @1010+30",
        "3 2 SERVER app - @1015+20",
        "4 1 CLIENT web app @1060+30",
        "5 4 SERVER app - @1061+20",
    ]);
    // The second call says that app's clock is ahead by 1 µs at most, the first that it is behind by 5 at most.
    assert_eq!(groups[1].request_us, Some([4, 16]));
    assert_eq!(groups[1].response_us, Some([4, 16]));
    assert_eq!(groups[1].network_us, Some(20));
}
