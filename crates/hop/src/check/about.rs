//! A verdict about exchanges, with what was sent and seen of each.

use super::{
    exchange::Exchange,
    verdict::{Outcome, Verdict},
};

/// A verdict, with what was sent and seen of each exchange.
pub fn verdict(
    id: &'static str,
    title: &'static str,
    concept: &'static str,
    asked: &[&Exchange],
    outcome: Outcome,
) -> Verdict {
    Verdict {
        id,
        title,
        concept,
        sent: asked.iter().map(|exchange| exchange.probe.shown()).collect(),
        seen: asked.iter().map(|exchange| seen(exchange)).collect(),
        outcome,
    }
}

fn seen(exchange: &Exchange) -> String {
    let named = match exchange.named.first() {
        Some(id) => format!("trace {id}"),
        None if exchange.digits.0 => "the id of the trace".to_owned(),
        None => "no trace named".to_owned(),
    };
    let spans = match exchange.spans.len() {
        0 => String::new(),
        1 => ", 1 span".to_owned(),
        count => format!(", {count} spans"),
    };
    format!("{}, {named}{spans}", status(exchange.status))
}

/// A status in words.
pub fn status(status: Option<u16>) -> String {
    status.map_or_else(|| "no answer".to_owned(), |status| status.to_string())
}
