//! Demands on the answers, and on answers and spans together.

use super::{
    about::{status, verdict},
    exchange::{Exchange, Exchanges},
    probe::Kind,
    spans,
    verdict::{Outcome, Verdict},
};

/// Whether a context was taken up.
enum Kept {
    /// Its id was seen.
    Yes,
    /// The lower half of its id was seen.
    Cut,
    /// Another id was seen.
    Other(String),
    /// No id was seen, where spans would have shown it.
    Nothing,
    /// No id was seen.
    Unseen,
}

const NOTHING_NAMED: &str =
    "the answer names no trace, and no collector was given: --zipkin-url says where the spans are";

/// All checks, in the order of reading.
pub fn judge(exchanges: &Exchanges) -> Vec<Verdict> {
    let mut verdicts = vec![
        kept(
            exchanges,
            Kind::B3Single,
            (
                "b3-single",
                "A context in one b3 header is kept",
                "B3 propagation, single header",
            ),
        ),
        kept(
            exchanges,
            Kind::B3Multi,
            (
                "b3-multi",
                "A context in X-B3 headers is kept",
                "B3 propagation, several headers",
            ),
        ),
        kept(
            exchanges,
            Kind::W3c,
            ("w3c", "A context in traceparent is kept", "W3C Trace Context"),
        ),
        kept(
            exchanges,
            Kind::ShortId,
            (
                "short-ids",
                "An id of 64 bits is kept",
                "B3 allows 64 and 128 bits; an id is the caller's",
            ),
        ),
        new_traces(exchanges),
        malformed(exchanges),
        answer(exchanges),
    ];
    verdicts.extend(spans::judge(exchanges));
    verdicts
}

fn kept(
    exchanges: &Exchanges,
    kind: Kind,
    (id, title, concept): (&'static str, &'static str, &'static str),
) -> Verdict {
    let asked: Vec<&Exchange> = exchanges.of(kind).collect();
    let found = asked.first().map_or(Kept::Unseen, |exchange| {
        taken_up(exchange, exchanges.collector.is_some())
    });
    let outcome = match found {
        Kept::Yes => Outcome::Passed,
        Kept::Cut => Outcome::failed(
            "ids-cut",
            "Only the lower 64 bits of the id were kept. The caller's spans have 128, and do not find these.",
        ),
        Kept::Other(other) => Outcome::failed(
            "new-trace",
            format!("The service began a trace of its own ({other}). The caller's trace ends at its door."),
        ),
        Kept::Nothing => Outcome::failed(
            "context-not-kept",
            "The answer names no trace, and no span of the caller's trace came: the header is not read, or the spans are not sent.",
        ),
        Kept::Unseen => Outcome::Unseen(NOTHING_NAMED),
    };
    verdict(id, title, concept, &asked, outcome)
}

fn taken_up(exchange: &Exchange, has_collector: bool) -> Kept {
    let (whole, cut) = exchange.digits;
    if whole || exchange.named.contains(&exchange.probe.trace_id) {
        return Kept::Yes;
    }
    if cut || exchange.cut_spans > 0 {
        return Kept::Cut;
    }
    match exchange.named.first() {
        Some(other) => Kept::Other(other.to_string()),
        None if !exchange.spans.is_empty() => Kept::Yes,
        None if has_collector => Kept::Nothing,
        None => Kept::Unseen,
    }
}

fn new_traces(exchanges: &Exchanges) -> Verdict {
    let asked: Vec<&Exchange> = exchanges.of(Kind::Plain).collect();
    let ids: Vec<_> = asked
        .iter()
        .filter_map(|exchange| exchange.named.first())
        .collect();
    let outcome = match ids.as_slice() {
        [one, other] if one == other => Outcome::failed(
            "same-id",
            format!(
                "Two requests that have nothing to do with each other got one id ({one}), and one trace."
            ),
        ),
        [_, _] => Outcome::Passed,
        _ => Outcome::Unseen("the answers name no trace"),
    };
    let concept = "One trace for one request";
    verdict(
        "new-traces",
        "A request without a context begins a trace",
        concept,
        &asked,
        outcome,
    )
}

fn malformed(exchanges: &Exchanges) -> Verdict {
    let asked: Vec<&Exchange> = exchanges.of(Kind::Malformed).collect();
    let plain = exchanges
        .of(Kind::Plain)
        .next()
        .and_then(|exchange| exchange.status);
    let refused = asked.iter().find(|exchange| exchange.status != plain);
    let taken = asked.iter().find(|exchange| {
        let (whole, _) = exchange.digits;
        whole || exchange.named.contains(&exchange.probe.trace_id) || !exchange.spans.is_empty()
    });
    let outcome = if let Some(exchange) = refused {
        Outcome::failed(
            "malformed-refused",
            format!(
                "A request is answered otherwise ({} in place of {}) because its context is malformed: {}.",
                status(exchange.status),
                status(plain),
                exchange.probe.shown()
            ),
        )
    } else if let Some(exchange) = taken {
        Outcome::failed(
            "malformed-taken",
            format!("A context that is none was taken up: {}.", exchange.probe.shown()),
        )
    } else if asked.iter().all(|exchange| exchange.named.is_empty()) {
        // The answers are as they should be; which trace they began is not seen.
        match exchanges.collector {
            Some(_) => Outcome::Passed,
            None => Outcome::Unseen("the requests are answered; the answers name no trace"),
        }
    } else {
        Outcome::Passed
    };
    let concept = "Malformed means absent: tracing never fails a request";
    verdict(
        "malformed",
        "A malformed context begins a new trace",
        concept,
        &asked,
        outcome,
    )
}

fn answer(exchanges: &Exchanges) -> Verdict {
    let asked: Vec<&Exchange> = exchanges.of(Kind::Plain).collect();
    let is_named = asked.iter().any(|exchange| !exchange.named.is_empty());
    let outcome = if is_named {
        Outcome::Passed
    } else {
        Outcome::failed(
            "no-id-in-answer",
            "No header and no field of the answer names the trace. Who reports an error cannot say which request it was.",
        )
    };
    let concept = "Correlation, for the caller as well: a header such as X-Trace-Id or traceresponse";
    verdict(
        "ids-in-answer",
        "The answer names its trace",
        concept,
        &asked,
        outcome,
    )
}
