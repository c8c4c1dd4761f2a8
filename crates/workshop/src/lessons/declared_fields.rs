//! 03: user and order are tags of the SERVER span, and fields of every line of orders.

use expect::{Expectation, Kind, Span};

use super::{order, spans::of_kind};
use crate::{
    lesson::{Lesson, Work},
    seen::{Exchange, Request, Round, Script, Seen},
    verdict::{Finding, Verdict},
};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    number: "03",
    id: "declared-fields",
    folder: "03_declared_fields",
    work: Work::Program,
    script,
    judge,
    trap: "never-declared",
    wrong: &[
        "child-span",
        "attribute-only",
        "line-by-hand",
        "other-name",
        "one-of-two",
        "hard-coded",
    ],
};

/// Users and their orders.
const ORDERS: [(usize, &str); 3] = [(71, "terry"), (82, "ann"), (93, "minsu")];

/// The lines that orders writes for each request.
const LINES: [&str; 3] = ["getOrder", "asking inventory", "comes to"];

fn script() -> Script {
    let orders = ORDERS.iter().map(|(id, user)| Request::order(*id, user));
    Script {
        rounds: vec![Round::together(orders.collect())],
        ..Script::default()
    }
}

fn judge(seen: &Seen) -> Verdict {
    Verdict::of(seen, expected, finding(seen))
}

fn expected(exchange: &Exchange) -> Expectation {
    let (id, user) = meant(exchange);
    let orders = order::orders().tag("userId", user).tag("orderId", id);
    order::answered().tree(order::behind_gateway(orders.children([order::call()])))
}

/// The order and the user of a request.
fn meant(exchange: &Exchange) -> (String, &'static str) {
    let id = exchange.request.path.trim_start_matches("/orders/");
    let is_meant = |(number, _): &&(usize, &str)| number.to_string() == id;
    let user = ORDERS.iter().find(is_meant).map_or("", |(_, user)| *user);
    (id.to_owned(), user)
}

fn finding(seen: &Seen) -> Option<Finding> {
    let lines: Vec<&str> = LINES
        .iter()
        .flat_map(|text| seen.lines_of("orders", text))
        .collect();
    // Read without the quotes that a text format may have around values.
    let has =
        |line: &str, name: &str, value: &str| line.replace('"', "").contains(&format!("{name}={value}"));
    let has_both = |line: &str, (id, user): &(usize, &str)| {
        has(line, "userId", user) && has(line, "orderId", &id.to_string())
    };
    let complete = lines
        .iter()
        .filter(|line| ORDERS.iter().any(|order| has_both(line, order)))
        .count();
    let is_on_lines = complete >= LINES.len() * ORDERS.len();
    let servers = of_kind(seen, "orders", Kind::Server);
    let tag = |span: &Span, name: &str| span.tags.get(name).cloned();
    let shown = || servers.iter().map(|span| format!("{:?}", span.tags));
    let all_servers = |names: [&str; 2]| {
        !servers.is_empty()
            && servers
                .iter()
                .all(|span| names.iter().all(|name| tag(span, name).is_some()))
    };
    let locals: Vec<&Span> = seen
        .spans_of("orders")
        .filter(|span| span.kind.is_none())
        .collect();
    let name = if all_servers(["userId", "orderId"]) {
        let users: Vec<Option<String>> = servers.iter().map(|span| tag(span, "userId")).collect();
        if users.windows(2).all(|pair| pair.first() == pair.last()) {
            return Some(Finding::new("hard-coded", shown()));
        }
        if is_on_lines {
            return None;
        }
        return Some(Finding::new("attribute-only", lines));
    } else if locals.iter().any(|span| span.tags.contains_key("userId")) {
        return Some(Finding::new(
            "child-span",
            locals
                .iter()
                .map(|span| format!("{:?} {:?}", span.name, span.tags)),
        ));
    } else if all_servers(["user_id", "order_id"]) {
        "other-name"
    } else if all_servers(["userId", "userId"]) || all_servers(["orderId", "orderId"]) {
        "one-of-two"
    } else if lines
        .iter()
        .any(|line| ORDERS.iter().any(|order| has_both(line, order)))
    {
        return Some(Finding::new("line-by-hand", lines));
    } else {
        "never-declared"
    };
    Some(Finding::new(
        name,
        shown().chain(lines.iter().map(|line| (*line).to_owned())),
    ))
}
