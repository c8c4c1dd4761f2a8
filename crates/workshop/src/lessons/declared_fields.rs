//! 03: user and order are tags of the SERVER span, and fields of every line of orders.

use expect::{Expectation, Kind, Span};

use super::{
    order,
    spans::{of_kind, tags},
};
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
        "recorded-late",
        "debug-form",
        "placeholder",
    ],
};

/// Users and their orders.
const ORDERS: [(usize, &str); 3] = [(71, "terry"), (82, "ann"), (93, "minsu")];

/// The lines that orders writes for each request.
const LINES: [&str; 3] = ["getOrder", "asking inventory", "comes to"];

/// The tags that a finding shows, in either spelling.
const NAMES: [&str; 4] = ["userId", "orderId", "user_id", "order_id"];

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
    let servers = of_kind(seen, "orders", Kind::Server);
    let shown = || servers.iter().map(|span| tags(span, &NAMES));
    let all_have = |names: &[&str]| {
        let has = |span: &&Span| names.iter().all(|name| span.tags.contains_key(*name));
        !servers.is_empty() && servers.iter().all(has)
    };
    if all_have(&["userId", "orderId"]) {
        return of_values(&servers, &lines);
    }
    let mut locals = seen.spans_of("orders").filter(|span| span.kind.is_none());
    let name = if let Some(local) = locals.find(|span| span.tags.contains_key("userId")) {
        let below = servers.first().map(|span| tags(span, &NAMES));
        let evidence = below.into_iter().chain([tags(local, &NAMES)]);
        return Some(Finding::new("child-span", evidence));
    } else if all_have(&["user_id", "order_id"]) {
        "other-name"
    } else if all_have(&["userId"]) || all_have(&["orderId"]) {
        "one-of-two"
    } else if lines.iter().any(|line| is_complete(line)) {
        return Some(Finding::new("line-by-hand", lines));
    } else {
        "never-declared"
    };
    let quoted = lines.iter().map(|line| (*line).to_owned());
    Some(Finding::new(name, shown().chain(quoted)))
}

/// The finding where each SERVER span has both tags: in their values, or in the lines.
fn of_values(servers: &[&Span], lines: &[&str]) -> Option<Finding> {
    let users: Vec<&str> = servers.iter().filter_map(|span| user_of(span)).collect();
    let shown = || servers.iter().map(|span| tags(span, &NAMES));
    if users.windows(2).all(|pair| pair.first() == pair.last()) {
        return Some(Finding::new("hard-coded", shown()));
    }
    let is_known = |user: &str| ORDERS.iter().any(|(_, known)| *known == user);
    if let Some(user) = users.iter().find(|user| !is_known(user)) {
        let is_debug = ORDERS
            .iter()
            .any(|(_, known)| user.contains(&format!("\"{known}\"")));
        return is_debug.then(|| Finding::new("debug-form", shown()));
    }
    let (complete, bare): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| is_complete(line));
    if let Some(double) = complete.iter().find(|line| has_two_users(line)) {
        return Some(Finding::new("placeholder", [*double]));
    }
    if complete.len() >= LINES.len() * ORDERS.len() {
        return None;
    }
    let last = LINES.last().copied().unwrap_or_default();
    let is_filled_in = complete.iter().any(|line| line.contains(last));
    let is_late = is_filled_in && bare.iter().all(|line| !line.contains(last));
    let name = if is_late {
        "recorded-late"
    } else {
        "attribute-only"
    };
    let quoted = bare.into_iter().take(2).chain(complete.into_iter().take(1));
    Some(Finding::new(name, quoted))
}

fn user_of<'a>(span: &&'a Span) -> Option<&'a str> {
    span.tags.get("userId").map(String::as_str)
}

/// Whether a line has a user and the user's order. The quotes that a text format may have around values do not count.
fn is_complete(line: &str) -> bool {
    let line = line.replace('"', "");
    let has = |name: &str, value: &str| line.contains(&format!("{name}={value}"));
    ORDERS
        .iter()
        .any(|(id, user)| has("userId", user) && has("orderId", &id.to_string()))
}

/// Whether a line names a user and, of the same request, another value in the user's place.
fn has_two_users(line: &str) -> bool {
    let line = line.replace('"', "");
    let ends = |c: char| c.is_whitespace() || matches!(c, '}' | ':' | ',');
    let mut users = line.split("userId=").skip(1).map(|rest| rest.split(ends).next());
    let first = users.next();
    users.any(|user| Some(user) != first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_in_and_out_of_quotes_is_one_user() {
        for (line, are_two) in [
            (r#"order{userId=terry orderId=7}: sum userId="terry""#, false),
            (r#"order{userId="terry"}: sum userId=terry, done"#, false),
            ("order{userId=- orderId=0 userId=terry orderId=7}: sum", true),
            (r#"order{userId="" userId="terry"}: sum"#, true),
            ("order{userId=terry}: sum", false),
        ] {
            assert_eq!(has_two_users(line), are_two, "{line}");
        }
    }
}
