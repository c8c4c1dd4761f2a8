use super::*;
use crate::{sample::trace, waterfall};

/// `caller>callee client server network self`, `-` for what is not known, `!` for an error.
fn table(lines: &[&str]) -> Vec<String> {
    let shown = |time: Option<u64>| time.map_or("-".to_owned(), |time| time.to_string());
    let line = |hop: Hop| {
        let times = [hop.client_us, hop.server_us, hop.network_us, hop.self_us]
            .map(shown)
            .join(" ");
        let error = if hop.error { " !" } else { "" };
        format!(
            "{}>{} {times}{error}",
            hop.caller_or_why().replace(' ', "-"),
            hop.callee
        )
    };
    hops(&waterfall(&trace(lines)).unwrap())
        .into_iter()
        .map(line)
        .collect()
}

#[test]
fn three_hops_say_where_the_time_went() {
    let split = [
        "a 9 SERVER gateway - @1000+1000",
        "b a CLIENT gateway orders @1100+800",
        "c b SERVER orders - @1150+700",
        "d c CLIENT orders inventory @1200+300",
        "e d SERVER inventory - @1210+250",
    ];
    let joined = [
        "a 9 SERVER gateway - @1000+1000",
        "b a CLIENT gateway orders @1100+800",
        "b a SERVER orders - @1150+700 shared",
        "d b CLIENT orders inventory @1200+300",
        "d b SERVER inventory - @1210+250 shared",
    ];
    for lines in [split, joined] {
        assert_eq!(
            table(&lines),
            [
                "not-reported>gateway - 1000 - 200",
                "gateway>orders 800 700 100 400",
                "orders>inventory 300 250 50 250"
            ]
        );
    }
}

#[test]
fn each_side_alone_is_a_hop() {
    for (lines, expected) in [
        // A database reports nothing.
        (
            vec!["a - SERVER app web @1+9", "b a CLIENT app db @2+5 error"],
            vec!["web>app - 9 - 4", "app>db 5 - - - !"],
        ),
        // The client's span was lost: the server knows who called, or does not.
        (
            vec!["a - SERVER web - @1+9", "c b SERVER app web @3+4"],
            vec!["outside>web - 9 - 9", "web>app - 4 - 4"],
        ),
        (
            vec!["a - SERVER web - @1+9", "c b SERVER app - @3+4"],
            vec!["outside>web - 9 - 9", "not-reported>app - 4 - 4"],
        ),
        (
            vec!["b a SERVER app - @3+4 shared"],
            vec!["not-reported>app - 4 - 4"],
        ),
        // No times, no names.
        (vec!["a - CLIENT - -"], vec!["not-reported> - - - -"]),
        (
            vec!["a - CLIENT web - @5", "b a SERVER app - @6+1"],
            vec!["web>app - 1 - 1"],
        ),
        // Local work and messages are no hops.
        (
            vec![
                "a - - web app @1+1",
                "b a PRODUCER web kafka @1+1",
                "c b CONSUMER app kafka @1+1",
            ],
            vec![],
        ),
        // A server below local work.
        (
            vec!["a - - batch - @1+9", "b a SERVER app - @2+3"],
            vec!["batch>app - 3 - 3"],
        ),
    ] {
        assert_eq!(table(&lines), expected, "{lines:?}");
    }
}

#[test]
fn network_time_is_never_negative() {
    // The client gave up; the server went on.
    assert_eq!(
        table(&["a - CLIENT web app @1+10 error", "b a SERVER app - @2+30"]),
        ["web>app 10 30 - 30 !"]
    );
}

#[test]
fn the_network_of_a_call_that_several_servers_took_is_not_known() {
    let lines = [
        "a - CLIENT web app @1+40",
        "b a SERVER app - @2+4",
        "c a SERVER app - @8+30",
        "d - CLIENT web app @1+40",
        "d - SERVER app/1.1.1.1 - @2+4 shared",
        "d - SERVER app/1.1.1.2 - @8+30 shared",
    ];
    let calls = ["web>app 40 4 - 4", "web>app 40 30 - 30"];
    assert_eq!(table(&lines), [calls, calls].concat());
}

#[test]
fn a_missing_figure_has_its_reason() {
    let reasons = |lines: &[&str], hop: usize| {
        let why = hops(&waterfall(&trace(lines)).unwrap())[hop].why;
        [why.client_us, why.server_us, why.network_us, why.self_us].map(|why| why.map_or("", Why::as_str))
    };
    let unknown = "not reported";
    for (lines, expected) in [
        (vec!["a - SERVER app - @1+9"], [unknown, "", unknown, ""]),
        (vec!["a - CLIENT web app @1+9"], ["", unknown, unknown, unknown]),
        (
            vec!["a - CLIENT web app @1"],
            ["not ended", unknown, unknown, unknown],
        ),
        (
            vec!["a - CLIENT web - @1+9", "b a SERVER app - @2"],
            ["", "not ended", "not ended", "not ended"],
        ),
        (
            vec!["a - CLIENT web - @1+9", "b a SERVER app - @2+10"],
            ["", "", "the server outlived its caller", ""],
        ),
        (
            vec![
                "a - CLIENT web - @1+9",
                "b a SERVER app - @2+1",
                "c a SERVER app - @4+1",
            ],
            ["", "", "several servers answered this call", ""],
        ),
        (vec!["a - SERVER web -"], [unknown, "no time", unknown, "no time"]),
        // On another clock, with no client between to take it off.
        (
            vec!["a - SERVER web - @1000+900", "b a SERVER app - @9000+500"],
            [unknown, "", unknown, "clocks disagree"],
        ),
    ] {
        assert_eq!(reasons(&lines, 0), expected, "{lines:?}");
    }
}

#[test]
fn only_a_call_without_a_parent_id_comes_from_outside() {
    let lines = [
        "a - SERVER web - @1+9",
        "b - SERVER web - @2+9",
        "c 9 SERVER app - @3+9",
        "d - SERVER app - @4+9 shared",
        "e f SERVER app - @5+9",
        "f e SERVER app - @6+9",
    ];
    let callers = table(&lines)
        .into_iter()
        .map(|line| line.split(' ').next().unwrap().to_owned());
    assert_eq!(
        callers.collect::<Vec<_>>(),
        [
            "outside>web",
            "outside>web",
            "not-reported>app",
            "app>app",
            "not-reported>app",
            "not-reported>app"
        ]
    );
}

#[test]
fn own_time_leaves_out_what_ran_below_once() {
    for (children, own) in [
        (vec![], 100),
        (vec!["b a CLIENT s x @110+20", "c a CLIENT s x @150+20"], 60),
        // Overlapping, one within the other, the same twice.
        (vec!["b a - s - @110+40", "c a - s - @130+40"], 40),
        (
            vec!["b a - s - @110+60", "c a - s - @120+10", "d a - s - @165+10"],
            35,
        ),
        (vec!["b a - s - @110+10", "c a - s - @110+10"], 90),
        // Clipped: a task that outlives the response, clocks that disagree.
        (vec!["b a - s - @190+300"], 90),
        (vec!["b a - s - @50+60"], 90),
        (vec!["b a - s - @10+10", "c a - s - @900+10"], 100),
        (vec!["b a - s - @1+900"], 0),
        // Only what lies directly below, and only with times.
        (vec!["b a - s - @110+10", "c b - s - @111+80"], 90),
        // Its parent is missing, or it has none: whose time it took is not known.
        (vec!["b 9 - s - @110+10", "c - - s - @110+10"], 100),
        // Nobody waits until a message is taken.
        (vec!["b a CONSUMER t kafka @110+50"], 100),
        (
            vec!["b a PRODUCER s kafka @110+10", "c b CONSUMER t kafka @130+50"],
            90,
        ),
    ] {
        let mut lines = vec!["a - SERVER s - @100+100"];
        lines.extend(&children);
        let trace = waterfall(&trace(&lines)).unwrap();
        let hops = hops(&trace);
        assert_eq!(hops[0].self_us, Some(own), "{children:?}");
    }
    for (lines, expected) in [
        (["a - SERVER s - @5", "b a CLIENT s x @6+1"], "outside>s - - - -"),
        (["a - SERVER s - @5+9", "b a CLIENT s x @6"], "outside>s - 9 - -"),
        (["a - SERVER s - @5+9", "b a CLIENT s x -"], "outside>s - 9 - -"),
    ] {
        assert_eq!(table(&lines)[0], expected);
    }
}

#[test]
fn the_servers_name_for_the_call_wins() {
    let mut spans = trace(&["a - CLIENT web -", "b a SERVER app -"]);
    spans[0].name = Some("get".into());
    assert_eq!(hops(&waterfall(&spans).unwrap())[0].name, "get");
    spans[1].name = Some("get /orders/{id}".into());
    assert_eq!(hops(&waterfall(&spans).unwrap())[0].name, "get /orders/{id}");
}

/// Both ways of each call, or why they are not known.
fn ways(lines: &[&str]) -> Vec<String> {
    let way = |bounds: Option<[u64; 2]>, why: Option<Why>| match bounds {
        Some([low, high]) => format!("{low}-{high}"),
        None => why.map_or("no reason", Why::as_str).to_owned(),
    };
    let shown = |hop: &Hop| {
        let there = way(hop.request_us, hop.why.request_us);
        format!("{there} {}", way(hop.response_us, hop.why.response_us))
    };
    let trace = waterfall(&trace(lines)).unwrap();
    let hops = hops(&trace);
    hops.iter().map(shown).collect()
}

#[test]
fn both_ways_have_bounds_and_never_one_number_that_pretends() {
    for (lines, expected) in [
        // One call: anything may be so, whatever the clocks show.
        (
            vec!["1 - CLIENT web - @1000+100", "2 1 SERVER app - @1010+80"],
            vec!["0-20 0-20"],
        ),
        (
            vec!["1 - CLIENT web - @1000+100", "2 1 SERVER app - @9010+80"],
            vec!["0-20 0-20"],
        ),
        // A call without network between its ends says how far the clocks are apart.
        (
            vec![
                "1 - CLIENT web - @1000+100",
                "2 1 SERVER app - @1515+80",
                "3 - CLIENT web - @2000+100",
                "4 3 SERVER app - @2500+100",
            ],
            vec!["15-15 5-5", "0-0 0-0"],
        ),
        // A call in the other direction narrows them, too.
        (
            vec![
                "1 - CLIENT web - @1000+100",
                "2 1 SERVER app - @1015+80",
                "3 2 CLIENT app - @1020+50",
                "4 3 SERVER web - @1021+46",
            ],
            vec!["12-16 4-8", "0-4 0-4"],
        ),
        // Another instance has another clock.
        (
            vec![
                "1 - CLIENT web - @1000+100",
                "2 1 SERVER app/1.1.1.1 - @1015+80",
                "3 - CLIENT web - @2000+100",
                "4 3 SERVER app/1.1.1.2 - @2500+100",
            ],
            vec!["0-20 0-20", "0-0 0-0"],
        ),
        // A clock was set between the calls, by more than it can be off; or by less.
        (
            vec![
                "1 - CLIENT web - @1000+100",
                "2 1 SERVER app - @1010+80",
                "3 - CLIENT web - @2000+100",
                "4 3 SERVER app - @2500+80",
            ],
            vec![
                "clocks disagree clocks disagree",
                "clocks disagree clocks disagree",
            ],
        ),
        (
            vec![
                "1 - CLIENT web - @1000+100",
                "2 1 SERVER app - @1010+80",
                "3 - CLIENT web - @2000+100",
                "4 3 SERVER app - @2050+80",
            ],
            vec!["0-20 0-20", "0-20 0-20"],
        ),
        // The reasons of the network's time are theirs.
        (
            vec!["1 - CLIENT web - @1000+100", "2 1 SERVER app - @1010+800"],
            vec!["the server outlived its caller the server outlived its caller"],
        ),
        (
            vec!["1 - CLIENT web - +100", "2 1 SERVER app - @1010+80"],
            vec!["no time no time"],
        ),
        (
            vec!["1 - CLIENT web db @1000+100"],
            vec!["not reported not reported"],
        ),
    ] {
        assert_eq!(ways(&lines), expected, "{lines:?}");
    }
}

#[test]
fn both_ways_lie_in_their_bounds_whatever_the_clocks_show() {
    let mut dice = crate::sample::Dice::new(16);
    for _ in 0..2_000 {
        // Two services with clocks apart by `ahead`, and calls whose ways are known here.
        let ahead = dice.up_to(20_000);
        let mut lines = vec!["f0 - SERVER web - @100000+9000000".to_owned()];
        let mut known = Vec::new();
        for call in 1..=1 + dice.up_to(6) {
            let [there, back, work] = [300, 300, 900].map(|most| dice.up_to(most));
            let start = 100_000 + call * 10_000;
            lines.push(format!(
                "{call:x} f0 CLIENT web - @{start}+{}",
                there + work + back + 1
            ));
            let served = start + there + 30_000 - ahead;
            lines.push(format!("{call:x}f {call:x} SERVER app - @{served}+{}", work + 1));
            known.push((there, back));
        }
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let trace = waterfall(&trace(&lines)).unwrap();
        let hops = hops(&trace);
        for ((there, back), hop) in known.iter().zip(&hops[1..]) {
            let [request, response] = [hop.request_us.unwrap(), hop.response_us.unwrap()];
            assert!((request[0]..=request[1]).contains(there), "{lines:?}: {hop:?}");
            assert!((response[0]..=response[1]).contains(back), "{lines:?}: {hop:?}");
            let network = hop.network_us.unwrap();
            assert_eq!(
                [request[0] + response[1], request[1] + response[0]],
                [network, network]
            );
        }
    }
}

#[test]
fn waiting_for_a_slow_answer_is_no_own_work() {
    let lines = [
        "1 - SERVER web - @1000+90000",
        "2 1 CLIENT web app @1100+2000",
        "3 2 SERVER app - @1200+80000",
    ];
    assert_eq!(
        table(&lines),
        ["outside>web - 90000 - 9900", "web>app 2000 80000 - 80000"]
    );
}
