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
        "forbidden-names",
        "all-dropped",
        "user-outside",
        "order-outside",
        "renamed",
        "encoded",
        "trace-dropped",
        "not-shipped",
    ],
};

/// Users and their orders; the names stand nowhere else on the wire.
const ORDERS: [(usize, &str); 3] = [(7, "terry-kim"), (8, "ann-lee"), (9, "minsu-park")];

/// Comes in the baggage of the last order, under a name that nobody here knows.
const STRANGER: (&str, &str) = ("contact", "m.p@example.com");

/// The beginning of every card in this lesson.
const CARD: &str = "41111111";

/// Three orders, through a gateway that passes on what it does not know.
fn script() -> Script {
    let (name, value) = STRANGER;
    let order = |(id, user)| {
        let request = Request::order(id, user);
        let is_last = ORDERS.last() == Some(&(id, user));
        Round::single(if is_last {
            request.header("baggage", &format!("{name}={value}"))
        } else {
            request
        })
    };
    Script {
        gateway: vec![("BAGGAGE_PASS", "all")],
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
    order::answered()
        .tree(order::behind_gateway(orders))
        .headers(
            headers("inventory")
                .header("baggage", contains(format!("userId={user}")))
                .count(1),
        )
        .headers(headers("partner").no_header("baggage").count(1))
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
    let has = |calls: &[&Call], is: &dyn Fn(&str) -> bool| {
        let values = calls.iter().flat_map(|call| values(call));
        values.into_iter().any(is)
    };
    let (name, calls) = if outside.len() < seen.exchanges.len() {
        ("not-shipped", outside)
    } else if has(&outside, &|text| has_card(text) && text.contains("cardNumber=")) {
        ("card-outside", outside)
    } else if has(&outside, &has_card) {
        ("renamed", outside)
    } else if has(&outside, &is_about_somebody) {
        ("user-outside", outside)
    } else if has(&outside, &is_number_of_order) {
        ("order-outside", outside)
    } else if outside.iter().any(|call| call.header("baggage").is_some()) {
        ("encoded", outside)
    } else if outside.iter().any(|call| !is_in_trace(seen, call)) {
        ("trace-dropped", outside)
    } else if has(&inside, &has_card) {
        ("secret-inside", inside)
    } else if !has(&inside, &|text| {
        ORDERS.iter().any(|(_, user)| text.contains(user))
    }) {
        ("all-dropped", inside)
    } else if inside.iter().any(|call| has_more_than_listed(call)) {
        ("forbidden-names", inside)
    } else {
        return None;
    };
    Some(Finding::new(name, calls.iter().map(|call| said(call))))
}

/// The path of a call, and the values of its headers.
fn values(call: &Call) -> impl Iterator<Item = &str> {
    let headers = call.headers.iter().map(|(_, value)| value.as_str());
    headers.chain([call.path.as_str()])
}

fn has_card(text: &str) -> bool {
    text.contains(CARD)
}

/// Whether a call carries the trace of a request, in B3 or W3C.
fn is_in_trace(seen: &Seen, call: &Call) -> bool {
    let id = call.trace_id();
    id.is_some() && seen.exchanges.iter().any(|exchange| exchange.trace_id() == id)
}

/// Whether a text names a user, or has the stranger's value.
fn is_about_somebody(text: &str) -> bool {
    ORDERS.iter().any(|(_, user)| text.contains(user)) || text.contains(STRANGER.1)
}

/// Whether a text is the plain number of an order, and nothing else.
fn is_number_of_order(text: &str) -> bool {
    ORDERS.iter().any(|(id, _)| text == format!("orderId={id}"))
}

/// Whether the baggage has a member that is neither the user nor the order.
fn has_more_than_listed(call: &Call) -> bool {
    let members = call.header("baggage").unwrap_or_default().split(',');
    let mut names = members.filter_map(|member| Some(member.split_once('=')?.0.trim()));
    names.any(|name| !["userId", "orderId"].contains(&name))
}

/// The baggage of a call, and its other headers that are about somebody.
fn said(call: &Call) -> String {
    let tells =
        |(name, value): &&(String, String)| name == "baggage" || has_card(value) || is_about_somebody(value);
    let headers = call.headers.iter().filter(tells);
    let headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
    let headers = if headers.is_empty() {
        format!("baggage: {NONE}")
    } else {
        headers.join("; ")
    };
    format!("→ {}: {headers}", call.to())
}
