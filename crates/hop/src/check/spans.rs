//! Demands on spans in the collector.

use zipkin::{Kind as SpanKind, Span};

use super::{
    about::{Demand, verdict},
    exchange::{Exchange, Exchanges},
    probe::{FIELD_VALUE, Kind},
    verdict::{Outcome, Verdict},
};

const NO_COLLECTOR: (&str, &str) = (
    "no collector was given: --zipkin-url says where the service reports its spans",
    "컬렉터를 지정하지 않았습니다. 서비스가 span을 보내는 곳을 --zipkin-url로 알려 주세요",
);

const SAMPLING: (&str, &str) = (
    "Sampling is one decision, and the caller's",
    "샘플링은 호출하는 쪽이 한 번만 결정합니다",
);

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
        (_, None) => Outcome::unseen(NO_COLLECTOR),
        (None, Some(collector)) => Outcome::failed(
            "no-spans",
            format!(
                "No span of the caller's trace came to {collector}: they are not made, not sent, or under another id."
            ),
            format!(
                "호출한 쪽의 트레이스에 속한 span이 {collector}에 오지 않았습니다. span을 만들지 않거나 보내지 않거나, id가 다릅니다."
            ),
        ),
        (Some(exchange), _) => of_server(exchange),
    };
    let demand = Demand {
        id: "spans",
        title: (
            "The request is a span under its caller's",
            "요청이 호출한 쪽의 span 아래에 span으로 남습니다",
        ),
        concept: (
            "A SERVER span, child of the caller's span (or sharing it, in B3)",
            "호출한 쪽 span의 자식인 SERVER span(B3에서는 같은 span이어도 됩니다)",
        ),
    };
    verdict(&demand, &asked, outcome)
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
            format!(
                "트레이스에 span이 {}개 있지만 호출한 쪽의 span {caller}의 자식은 없습니다.",
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
            format!(
                "호출한 쪽 아래의 span은 종류가 SERVER가 아닙니다({}). Zipkin은 이 span으로 화살표를 그리지 않습니다.",
                span.kind.map_or("종류 없음", SpanKind::as_str)
            ),
        );
    }
    if span.local_service().is_none() {
        return Outcome::failed(
            "no-service-name",
            "The span has no service name, so no search finds it.",
            "span에 서비스 이름이 없어 검색되지 않습니다.",
        );
    }
    if span.timestamp.is_none() || span.duration.is_none() {
        return Outcome::failed(
            "no-time",
            "The span has no start or no duration.",
            "span에 시작 시각이나 길이가 없습니다.",
        );
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
        (None, _) => Outcome::unseen(NO_COLLECTOR),
        (_, 0) => Outcome::failed(
            "no-spans",
            "None of the accepted traces has a span of the service.",
            "기록하기로 한 트레이스 어디에도 이 서비스의 span이 없습니다.",
        ),
        (_, with) if with < asked.len() => Outcome::failed(
            "decides-anew",
            format!(
                "{with} of {} accepted traces have spans: the service decides for itself, or does not read each of the formats.",
                asked.len()
            ),
            format!(
                "기록하기로 한 트레이스 {}개 중 {with}개에만 span이 있습니다. 서비스가 스스로 결정하거나, 읽지 못하는 형식이 있습니다.",
                asked.len()
            ),
        ),
        _ => Outcome::Passed,
    };
    let demand = Demand {
        id: "accepted",
        title: (
            "Traces that the caller accepts are recorded",
            "호출한 쪽이 기록하기로 한 트레이스를 기록합니다",
        ),
        concept: SAMPLING,
    };
    verdict(&demand, &asked, outcome)
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
        (None, _) => Outcome::unseen(NO_COLLECTOR),
        (_, Some(exchange)) => Outcome::failed(
            "deny-ignored",
            format!(
                "Spans came of a trace that the caller does not record ({}).",
                exchange.probe.shown().english
            ),
            format!(
                "호출한 쪽이 기록하지 않는 트레이스의 span이 왔습니다({}).",
                exchange.probe.shown().korean
            ),
        ),
        (_, None) if is_any_recorded => Outcome::Passed,
        // That nothing came of it says nothing where nothing ever comes.
        _ => Outcome::unseen((
            "no spans came of any request",
            "어느 요청에서도 span이 오지 않았습니다",
        )),
    };
    let demand = Demand {
        id: "denied",
        title: (
            "Traces that the caller denies are not recorded",
            "호출한 쪽이 제외한 트레이스는 기록하지 않습니다",
        ),
        concept: SAMPLING,
    };
    verdict(&demand, &asked, outcome)
}

fn debug(exchanges: &Exchanges) -> Verdict {
    let asked: Vec<&Exchange> = exchanges.of(Kind::Debug).collect();
    let outcome = match &exchanges.collector {
        None => Outcome::unseen(NO_COLLECTOR),
        Some(_) if asked.iter().any(|exchange| is_recorded(exchange)) => Outcome::Passed,
        Some(_) => Outcome::failed(
            "debug-ignored",
            "A trace with the debug flag has no spans. Debug says: record this one, whatever the sampler says.",
            "debug 플래그가 있는 트레이스에 span이 없습니다. debug는 샘플러와 상관없이 기록하라는 뜻입니다.",
        ),
    };
    let demand = Demand {
        id: "debug",
        title: (
            "A trace with B3's debug flag is recorded",
            "B3의 debug 플래그가 있는 트레이스를 기록합니다",
        ),
        concept: ("Debug implies accept", "debug는 기록하라는 뜻을 포함합니다"),
    };
    verdict(&demand, &asked, outcome)
}

fn baggage(exchanges: &Exchanges, name: &str) -> Verdict {
    let asked: Vec<&Exchange> = exchanges.of(Kind::Baggage).collect();
    let mut spans = asked.iter().flat_map(|exchange| &exchange.spans).peekable();
    let outcome = if spans.peek().is_none() {
        Outcome::unseen((
            "no spans came of the request",
            "이 요청에서는 span이 오지 않았습니다",
        ))
    } else {
        let mut values: Vec<&String> = spans.filter_map(|span| span.tags.get(name)).collect();
        values.sort_unstable();
        values.dedup();
        match values.as_slice() {
            [] => Outcome::failed(
                "baggage-lost",
                format!("No span has a tag {name}: the field was not read."),
                format!("{name} 태그가 있는 span이 없습니다. 필드를 읽지 않았습니다."),
            ),
            values if values.iter().any(|value| *value == FIELD_VALUE) => Outcome::Passed,
            [other, ..] => Outcome::failed(
                "baggage-changed",
                format!(
                    "The tag {name} is {:?}, and {FIELD_VALUE:?} was sent, percent-encoded.",
                    output::clean(other)
                ),
                format!(
                    "{name} 태그의 값은 {:?}인데, 퍼센트 인코딩으로 보낸 값은 {FIELD_VALUE:?}입니다.",
                    output::clean(other)
                ),
            ),
        }
    };
    let demand = Demand {
        id: "baggage",
        title: ("A field in baggage is read", "배기지의 필드를 읽습니다"),
        concept: (
            "W3C Baggage, values percent-encoded",
            "W3C Baggage, 값은 퍼센트 인코딩",
        ),
    };
    verdict(&demand, &asked, outcome)
}
