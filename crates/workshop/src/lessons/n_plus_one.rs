//! 11: one call of inventory for a basket, not one for each position in it.

use std::time::Duration;

use expect::{Expectation, answer, client, contains, expect, server};

use crate::{
    lesson::{Lesson, Work},
    seen::{Call, Exchange, Request, Round, Script, Seen},
    verdict::{Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "11",
    id: "n-plus-one",
    folder: "11_n_plus_one",
    work: Work::Program,
    script,
    judge,
    trap: "call-per-position",
    wrong: &[
        "in-parallel",
        "call-per-item",
        "call-per-part",
        "cached",
        "not-asked",
        "whole-catalogue",
        "positions-lost",
    ],
};

/// Names of different lengths have baskets in different orders.
const USERS: [&str; 3] = ["terry", "ann", "minsu-kim"];

/// Positions in a basket.
const POSITIONS: usize = 6;

/// Different items in it.
const ITEMS: usize = 3;

/// The first call of the first user waits a moment, so that others may join it.
fn script() -> Script {
    let round = |(index, user)| Round {
        hold: if index == 0 { 2 } else { 0 },
        hold_limit: Duration::from_millis(300),
        ..Round::single(Request::get(format!("/users/{user}")))
    };
    Script {
        rounds: USERS.iter().enumerate().map(round).collect(),
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(exchange: &Exchange) -> Expectation {
    let inventory = server("inventory", "GET /items").leaf();
    let call = client("orders", "GET").to("inventory").children([inventory]);
    let orders = server("orders", "GET /users/{name}/items").children([call]);
    let gateway = client("gateway", "GET").to("orders").children([orders]);
    expect()
        .answer(answer().status(200).body(contains(basket(exchange))))
        .tree(server("gateway", "GET /users/{name}").children([gateway]))
}

/// The basket as it stands in the answer: the order of the positions is the user's own.
fn basket(exchange: &Exchange) -> String {
    let mut positions = [
        ("computer", 1),
        ("mouse", 2),
        ("laptop", 1),
        ("mouse", 1),
        ("computer", 3),
        ("laptop", 2),
    ];
    let user = exchange.request.path.trim_start_matches("/users/");
    positions.rotate_left(user.len() % POSITIONS);
    let position = |(name, quantity)| format!(r#"{{"name":"{name}","quantity":{quantity}}}"#);
    format!(r#""itemList":[{}]"#, positions.map(position).join(","))
}

fn finding(seen: &Seen) -> Option<Finding> {
    let calls: Vec<Vec<&Call>> = seen
        .exchanges
        .iter()
        .map(|exchange| seen.calls_of(exchange))
        .collect();
    let counts: Vec<usize> = calls.iter().map(Vec::len).collect();
    let (most, least) = (counts.iter().copied().max()?, counts.iter().copied().min()?);
    let shown = calls
        .iter()
        .max_by_key(|calls| calls.len())?
        .iter()
        .map(|call| format!("GET {}", call.path));
    let name = if most == 0 {
        "not-asked"
    } else if least == 0 {
        "cached"
    } else if most >= POSITIONS && seen.calls.iter().any(|call| call.together > 1) {
        "in-parallel"
    } else if most >= POSITIONS {
        "call-per-position"
    } else if most == ITEMS {
        "call-per-item"
    } else if most > 1 {
        "call-per-part"
    } else if seen.calls.iter().any(|call| !call.path.contains("name=")) {
        "whole-catalogue"
    } else if most == 1
        && seen
            .exchanges
            .iter()
            .any(|one| one.answer.status == 200 && !one.answer.body.contains(&basket(one)))
    {
        let bodies = seen.exchanges.iter().map(|exchange| exchange.answer.body.clone());
        return Some(Finding::new("positions-lost", bodies));
    } else {
        return None;
    };
    Some(Finding::new(name, shown))
}
