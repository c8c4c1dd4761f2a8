//! 13: user and order reach inventory, nothing about anybody reaches the partner, and the card goes nowhere.

use expect::{Expectation, client, contains, headers, line};

use super::{order, spans::NONE};
use crate::{
    lesson::{Lesson, Work},
    seen::{Call, Exchange, Request, Round, Script, Seen},
    verdict::{Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "13",
    id: "must-not-travel",
    folder: "13_must_not_travel",
    work: Work::Program,
    script,
    judge,
    trap: "card-outside",
    wrong: &[
        "secret-inside",
        "all-dropped",
        "user-outside",
        "renamed",
        "encoded",
        "trace-dropped",
        "not-shipped",
    ],
};

/// Users and their orders; the names stand nowhere else on the wire.
const ORDERS: [(usize, &str); 2] = [(7, "terry-kim"), (8, "ann-lee")];

/// The beginning of every card in this lesson.
const CARD: &str = "41111111";

fn script() -> Script {
    let order = |(id, user)| Round::single(Request::order(id, user));
    Script {
        rounds: ORDERS.into_iter().map(order).collect(),
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(exchange: &Exchange) -> Expectation {
    let id = exchange.request.path.trim_start_matches("/orders/");
    let user = ORDERS
        .iter()
        .find(|(number, _)| number.to_string() == id)
        .map_or("", |(_, user)| *user);
    let orders = order::orders().children([order::call(), client("orders", "GET").leaf()]);
    let trace = exchange.trace_text();
    order::answered()
        .tree(order::behind_gateway(orders))
        .headers(
            headers("inventory")
                .header("baggage", contains(format!("userId={user}")))
                .count(1),
        )
        .headers(
            headers("partner")
                .header("x-b3-traceid", trace)
                .no_header("baggage")
                .count(1),
        )
        .line(
            line(contains("getItems"))
                .service("inventory")
                .field("userId", user)
                .field("orderId", id)
                .count(1),
        )
}

fn finding(seen: &Seen) -> Option<Finding> {
    let (outside, inside): (Vec<&Call>, Vec<&Call>) =
        seen.calls.iter().partition(|call| call.to() == "partner");
    let names_user = |text: &str| ORDERS.iter().any(|(_, user)| text.contains(user));
    let any = |calls: &[&Call], is: &dyn Fn(&str) -> bool| {
        calls
            .iter()
            .any(|call| is(&call.path) || call.headers.iter().any(|(_, value)| is(value)))
    };
    let said = |calls: &[&Call]| -> Vec<String> {
        let baggage = calls
            .iter()
            .map(|call| (call.to(), call.header("baggage").unwrap_or(NONE)));
        baggage
            .map(|(to, baggage)| format!("→ {to}: baggage: {baggage}"))
            .collect()
    };
    let has_card = |text: &str| text.contains(CARD);
    let name = if outside.len() < seen.exchanges.len() {
        "not-shipped"
    } else if any(&outside, &|text| text.contains("cardNumber")) {
        "card-outside"
    } else if any(&outside, &has_card) {
        "renamed"
    } else if any(&outside, &names_user) {
        "user-outside"
    } else if outside.iter().any(|call| call.header("baggage").is_some()) {
        "encoded"
    } else if outside.iter().any(|call| call.trace_id().is_none()) {
        "trace-dropped"
    } else if any(&inside, &has_card) {
        return Some(Finding::new("secret-inside", said(&inside)));
    } else if !any(&inside, &names_user) {
        return Some(Finding::new("all-dropped", said(&inside)));
    } else {
        return None;
    };
    Some(Finding::new(name, said(&outside)))
}
