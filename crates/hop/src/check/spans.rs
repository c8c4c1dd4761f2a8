//! Demands on spans in the collector.

use zipkin::{Kind as SpanKind, Span};

use super::{
    about::verdict,
    exchange::{Exchange, Exchanges},
    probe::{FIELD_VALUE, Kind},
    verdict::{Outcome, Verdict},
};

const NO_COLLECTOR: &str = "no collector was given: --zipkin-url says where the service reports its spans";

/// The checks of spans.
pub fn judge(exchanges: &Exchanges) -> Vec<Verdict> {
    let mut verdicts = vec![
        server_spans(exchanges),
        accepted(exchanges),
        denied(exchanges),
        debug(exchanges),
    ];
    verdicts.extend(exchanges.field.as_deref().map(|name| baggage(exchanges, name)));
    verdicts
}

fn server_spans(exchanges: &Exchanges) -> Verdict {
    let asked: Vec<&Exchange> = [Kind::B3Single, Kind::B3Multi, Kind::W3c]
        .into_iter()
        .flat_map(|kind| exchanges.of(kind))
        .collect();
    let with_spans = asked.iter().find(|exchange| !exchange.spans.is_empty());
    let outcome = match (with_spans, &exchanges.collector) {
        (_, None) => Outcome::Unseen(NO_COLLECTOR),
        (None, Some(collector)) => Outcome::failed(
            "no-spans",
            format!(
                "No span of the caller's trace came to {collector}: they are not made, not sent, or under another id."
            ),
        ),
        (Some(exchange), _) => of_server(exchange),
    };
    let concept = "A SERVER span, child of the caller's span (or sharing it, in B3)";
    verdict(
        "spans",
        "The request is a span under its caller's",
        concept,
        &asked,
        outcome,
    )
}

fn of_server(exchange: &Exchange) -> Outcome {
    let caller = exchange.probe.span_id;
    let is_under_caller = |span: &&Span| span.parent_id == Some(caller) || span.id == caller;
    let Some(span) = exchange.spans.iter().find(is_under_caller) else {
        return Outcome::failed(
            "wrong-parent",
            format!(
                "The trace has {} spans, and none has the caller's span {caller} as its parent.",
                exchange.spans.len()
            ),
        );
    };
    if span.kind != Some(SpanKind::Server) {
        let kind = span.kind.map_or("no kind", SpanKind::as_str);
        return Outcome::failed(
            "wrong-kind",
            format!(
                "The span under the caller's has {kind} and not the kind SERVER; Zipkin draws no arrow of it."
            ),
        );
    }
    if span.local_service().is_none() {
        return Outcome::failed(
            "no-service-name",
            "The span has no service name, so no search finds it.",
        );
    }
    if span.timestamp.is_none() || span.duration.is_none() {
        return Outcome::failed("no-time", "The span has no start or no duration.");
    }
    Outcome::Passed
}

fn accepted(exchanges: &Exchanges) -> Verdict {
    let asked: Vec<&Exchange> = exchanges
        .all
        .iter()
        .filter(|exchange| is_plainly_accepted(exchange))
        .collect();
    let with = asked.iter().filter(|exchange| is_recorded(exchange)).count();
    let outcome = match (&exchanges.collector, with) {
        (None, _) => Outcome::Unseen(NO_COLLECTOR),
        (_, 0) => Outcome::failed(
            "no-spans",
            "None of the accepted traces has a span of the service.",
        ),
        (_, with) if with < asked.len() => Outcome::failed(
            "decides-anew",
            format!(
                "{with} of {} accepted traces have spans: the service decides for itself, or does not read each of the formats.",
                asked.len()
            ),
        ),
        _ => Outcome::Passed,
    };
    let concept = "Sampling is one decision, and the caller's";
    verdict(
        "accepted",
        "Traces that the caller accepts are recorded",
        concept,
        &asked,
        outcome,
    )
}

fn is_plainly_accepted(exchange: &Exchange) -> bool {
    exchange.probe.is_accepted() && exchange.probe.kind != Kind::Debug
}

fn is_recorded(exchange: &Exchange) -> bool {
    !exchange.spans.is_empty() || exchange.cut_spans > 0
}

fn denied(exchanges: &Exchanges) -> Verdict {
    let asked: Vec<&Exchange> = exchanges
        .of(Kind::DenyB3)
        .chain(exchanges.of(Kind::DenyW3c))
        .collect();
    let is_any_recorded = exchanges.all.iter().any(is_recorded);
    let outcome = match (
        &exchanges.collector,
        asked.iter().find(|exchange| is_recorded(exchange)),
    ) {
        (None, _) => Outcome::Unseen(NO_COLLECTOR),
        (_, Some(exchange)) => Outcome::failed(
            "deny-ignored",
            format!(
                "Spans came of a trace that the caller does not record ({}).",
                exchange.probe.shown()
            ),
        ),
        (_, None) if is_any_recorded => Outcome::Passed,
        // That nothing came of it says nothing where nothing ever comes.
        _ => Outcome::Unseen("no spans came of any request"),
    };
    let concept = "Sampling is one decision, and the caller's";
    verdict(
        "denied",
        "Traces that the caller denies are not recorded",
        concept,
        &asked,
        outcome,
    )
}

fn debug(exchanges: &Exchanges) -> Verdict {
    let asked: Vec<&Exchange> = exchanges.of(Kind::Debug).collect();
    let outcome = match &exchanges.collector {
        None => Outcome::Unseen(NO_COLLECTOR),
        Some(_) if asked.iter().any(|exchange| is_recorded(exchange)) => Outcome::Passed,
        Some(_) => Outcome::failed(
            "debug-ignored",
            "A trace with the debug flag has no spans. Debug says: record this one, whatever the sampler says.",
        ),
    };
    verdict(
        "debug",
        "A trace with B3's debug flag is recorded",
        "Debug implies accept",
        &asked,
        outcome,
    )
}

fn baggage(exchanges: &Exchanges, name: &str) -> Verdict {
    let asked: Vec<&Exchange> = exchanges.of(Kind::Baggage).collect();
    let mut spans = asked.iter().flat_map(|exchange| &exchange.spans).peekable();
    let outcome = if spans.peek().is_none() {
        Outcome::Unseen("no spans came of the request")
    } else {
        let mut values: Vec<&String> = spans.filter_map(|span| span.tags.get(name)).collect();
        values.sort_unstable();
        values.dedup();
        match values.as_slice() {
            [] => Outcome::failed(
                "baggage-lost",
                format!("No span has a tag {name}: the field was not read."),
            ),
            values if values.iter().any(|value| *value == FIELD_VALUE) => Outcome::Passed,
            [other, ..] => Outcome::failed(
                "baggage-changed",
                format!(
                    "The tag {name} is {:?}, and {FIELD_VALUE:?} was sent, percent-encoded.",
                    output::clean(other)
                ),
            ),
        }
    };
    verdict(
        "baggage",
        "A field in baggage is read",
        "W3C Baggage, values percent-encoded",
        &asked,
        outcome,
    )
}
