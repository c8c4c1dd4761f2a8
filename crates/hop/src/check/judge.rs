//! Demands on the answers, and on answers and spans together.

use super::{
    about::{Demand, status, verdict},
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

const NOTHING_NAMED: (&str, &str) = (
    "the answer names no trace, and no collector was given: --zipkin-url says where the spans are",
    "응답에 트레이스 id가 없고 컬렉터도 지정하지 않았습니다. span이 있는 곳을 --zipkin-url로 알려 주세요",
);

/// All checks, in the order of reading.
pub fn judge(exchanges: &Exchanges) -> Vec<Verdict> {
    let mut verdicts = vec![
        kept(
            exchanges,
            Kind::B3Single,
            &Demand {
                id: "b3-single",
                title: (
                    "A context in one b3 header is kept",
                    "b3 헤더의 컨텍스트를 이어받습니다",
                ),
                concept: ("B3 propagation, single header", "B3 전파, 헤더 하나"),
            },
        ),
        kept(
            exchanges,
            Kind::B3Multi,
            &Demand {
                id: "b3-multi",
                title: (
                    "A context in X-B3 headers is kept",
                    "X-B3 헤더의 컨텍스트를 이어받습니다",
                ),
                concept: ("B3 propagation, several headers", "B3 전파, 헤더 여러 개"),
            },
        ),
        kept(
            exchanges,
            Kind::W3c,
            &Demand {
                id: "w3c",
                title: (
                    "A context in traceparent is kept",
                    "traceparent의 컨텍스트를 이어받습니다",
                ),
                concept: ("W3C Trace Context", "W3C Trace Context"),
            },
        ),
        kept(
            exchanges,
            Kind::ShortId,
            &Demand {
                id: "short-ids",
                title: ("An id of 64 bits is kept", "64비트 id를 그대로 씁니다"),
                concept: (
                    "B3 allows 64 and 128 bits; an id is the caller's",
                    "B3의 id는 64비트나 128비트이며, 호출하는 쪽이 정합니다",
                ),
            },
        ),
        new_traces(exchanges),
        malformed(exchanges),
        answer(exchanges),
    ];
    verdicts.extend(spans::judge(exchanges));
    verdicts
}

fn kept(exchanges: &Exchanges, kind: Kind, demand: &Demand) -> Verdict {
    let asked: Vec<&Exchange> = exchanges.of(kind).collect();
    let found = asked.first().map_or(Kept::Unseen, |exchange| {
        taken_up(exchange, exchanges.collector.is_some())
    });
    let outcome = match found {
        Kept::Yes => Outcome::Passed,
        Kept::Cut => Outcome::failed(
            "ids-cut",
            "Only the lower 64 bits of the id were kept. The caller's spans have 128, and do not find these.",
            "id의 하위 64비트만 남았습니다. 호출한 쪽의 span은 128비트라서 이 span과 이어지지 않습니다.",
        ),
        Kept::Other(other) => Outcome::failed(
            "new-trace",
            format!("The service began a trace of its own ({other}). The caller's trace ends at its door."),
            format!(
                "서비스가 트레이스를 새로 시작했습니다({other}). 호출한 쪽의 트레이스는 이 서비스 앞에서 끊깁니다."
            ),
        ),
        Kept::Nothing => Outcome::failed(
            "context-not-kept",
            "The answer names no trace, and no span of the caller's trace came: the header is not read, or the spans are not sent.",
            "응답에 트레이스 id가 없고, 호출한 쪽의 트레이스에 속한 span도 오지 않았습니다. 헤더를 읽지 않거나 span을 보내지 않습니다.",
        ),
        Kept::Unseen => Outcome::unseen(NOTHING_NAMED),
    };
    verdict(demand, &asked, outcome)
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
            format!("서로 관계없는 두 요청이 같은 id({one})로 한 트레이스가 되었습니다."),
        ),
        [_, _] => Outcome::Passed,
        _ => Outcome::unseen(("the answers name no trace", "응답에 트레이스 id가 없습니다")),
    };
    let demand = Demand {
        id: "new-traces",
        title: (
            "A request without a context begins a trace",
            "컨텍스트 없이 온 요청은 트레이스를 새로 시작합니다",
        ),
        concept: ("One trace for one request", "요청 하나에 트레이스 하나"),
    };
    verdict(&demand, &asked, outcome)
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
        let (got, usual, sent) = (status(exchange.status), status(plain), exchange.probe.shown());
        Outcome::failed(
            "malformed-refused",
            format!(
                "A request is answered otherwise ({} in place of {}) because its context is malformed: {}.",
                got.english, usual.english, sent.english
            ),
            format!(
                "컨텍스트의 형식이 틀렸다는 이유로 요청에 다르게 응답합니다({} 대신 {}): {}.",
                usual.korean, got.korean, sent.korean
            ),
        )
    } else if let Some(exchange) = taken {
        let sent = exchange.probe.shown();
        Outcome::failed(
            "malformed-taken",
            format!("A context that is none was taken up: {}.", sent.english),
            format!("형식이 틀린 컨텍스트를 이어받았습니다: {}.", sent.korean),
        )
    } else if asked.iter().all(|exchange| exchange.named.is_empty()) {
        // The answers are as they should be; which trace they began is not seen.
        match exchanges.collector {
            Some(_) => Outcome::Passed,
            None => Outcome::unseen((
                "the requests are answered; the answers name no trace",
                "요청에는 응답했지만 응답에 트레이스 id가 없습니다",
            )),
        }
    } else {
        Outcome::Passed
    };
    let demand = Demand {
        id: "malformed",
        title: (
            "A malformed context begins a new trace",
            "형식이 틀린 컨텍스트는 새 트레이스로 시작합니다",
        ),
        concept: (
            "Malformed means absent: tracing never fails a request",
            "형식이 틀린 것은 없는 것과 같습니다. 추적 때문에 요청이 실패하지 않습니다",
        ),
    };
    verdict(&demand, &asked, outcome)
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
            "응답의 헤더에도 필드에도 트레이스 id가 없습니다. 오류를 신고하는 사람이 어느 요청인지 알릴 수 없습니다.",
        )
    };
    let demand = Demand {
        id: "ids-in-answer",
        title: ("The answer names its trace", "응답에 트레이스 id가 있습니다"),
        concept: (
            "Correlation, for the caller as well: a header such as X-Trace-Id or traceresponse",
            "호출하는 쪽도 id로 찾을 수 있어야 합니다: X-Trace-Id나 traceresponse 같은 헤더",
        ),
    };
    verdict(&demand, &asked, outcome)
}
