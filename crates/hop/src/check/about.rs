//! A verdict about exchanges, with what was sent and seen of each.

use ::probe::Said;

use super::{
    exchange::Exchange,
    verdict::{Outcome, Verdict},
};

/// A demand and the concept behind it, in English and Korean.
pub struct Demand {
    pub id: &'static str,
    pub title: (&'static str, &'static str),
    pub concept: (&'static str, &'static str),
}

/// A verdict, with what was sent and seen of each exchange.
pub fn verdict(demand: &Demand, asked: &[&Exchange], outcome: Outcome) -> Verdict {
    let said = |(english, korean): (&str, &str)| Said::new(english, korean);
    Verdict {
        id: demand.id,
        title: said(demand.title),
        concept: said(demand.concept),
        sent: asked.iter().map(|exchange| exchange.probe.shown()).collect(),
        seen: asked.iter().map(|exchange| seen(exchange)).collect(),
        outcome,
    }
}

fn seen(exchange: &Exchange) -> Said {
    let named = match exchange.named.first() {
        Some(id) => Said::new(format!("trace {id}"), format!("트레이스 {id}")),
        None if exchange.digits.0 => Said::new("the id of the trace", "트레이스의 id"),
        None => Said::new("no trace named", "트레이스 id 없음"),
    };
    let spans = match exchange.spans.len() {
        0 => Said::default(),
        1 => Said::new(", 1 span", ", span 1개"),
        count => Said::new(format!(", {count} spans"), format!(", span {count}개")),
    };
    let status = status(exchange.status);
    Said::new(
        format!("{}, {}{}", status.english, named.english, spans.english),
        format!("{}, {}{}", status.korean, named.korean, spans.korean),
    )
}

/// A status in words.
pub fn status(status: Option<u16>) -> Said {
    status.map_or_else(
        || Said::new("no answer", "응답 없음"),
        |status| status.to_string().into(),
    )
}
