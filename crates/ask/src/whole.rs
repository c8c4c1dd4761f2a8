//! Whether a trace has arrived whole. Spans come service by service, each in its own batch, in any order.

use std::collections::BTreeSet;

use zipkin::{Kind, Language, Span, SpanId, Waterfall, words};

/// The parts of a whole trace, as far as the one who waits knows.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Requests that came from outside: more than one where a caller sends its trace id again.
    pub roots: usize,
    /// Spans of the caller, which are not waited for.
    pub caller_spans: Vec<SpanId>,
    /// Services that have to be there. Others have to if a call to them was answered.
    pub services: Vec<String>,
    /// The language in which to say what is missing.
    pub language: Language,
}

impl Default for Expected {
    fn default() -> Self {
        Self {
            roots: 1,
            caller_spans: Vec::new(),
            services: Vec::new(),
            language: Language::English,
        }
    }
}

/// The first thing that is missing, in words; nothing when the trace is whole.
pub fn missing(trace: &Waterfall, expected: &Expected) -> Option<String> {
    missing_parent(trace, expected)
        .or_else(|| missing_service(trace, expected))
        .or_else(|| missing_root(roots(trace), expected))
        .or_else(|| missing_callee(trace, expected.language))
}

/// Whether nothing but the spans of servers is missing, whose answers have come.
pub fn lacks_servers_alone(trace: &Waterfall, expected: &Expected) -> bool {
    missing_parent(trace, expected).is_none()
        && missing_root(roots(trace), expected).is_none()
        && missing_callee(trace, expected.language).is_some()
}

/// Spans that nothing in the trace caused.
pub fn roots(trace: &Waterfall) -> usize {
    tops(trace).len()
}

/// The spans that others name as their cause, and that are not there.
pub fn missing_causes(trace: &Waterfall) -> Vec<SpanId> {
    tops(trace).into_iter().filter_map(cause).collect()
}

fn missing_parent(trace: &Waterfall, expected: &Expected) -> Option<String> {
    let mut causes = tops(trace).into_iter().filter_map(|top| Some((top, cause(top)?)));
    let (top, id) = causes.find(|(_, id)| !expected.caller_spans.contains(id))?;
    let caused = describe(top, expected.language);
    Some(match expected.language {
        Language::English => format!("span {id}, which caused {caused}, has not arrived"),
        Language::Korean => format!("{caused}의 부모 span({id})이 도착하지 않았습니다"),
    })
}

fn missing_service(trace: &Waterfall, expected: &Expected) -> Option<String> {
    let missing = expected
        .services
        .iter()
        .find(|name| !trace.services.iter().any(|there| there == *name))?;
    Some(match expected.language {
        Language::English => format!("no span of {missing} has arrived"),
        Language::Korean => format!("{missing}의 span이 도착하지 않았습니다"),
    })
}

fn missing_root(found: usize, Expected { roots, language, .. }: &Expected) -> Option<String> {
    (found != *roots).then(|| match language {
        Language::English => format!("the trace has {}, not {roots}", words::count(found, "root")),
        Language::Korean => format!("트레이스의 루트가 {roots}개가 아니라 {found}개입니다"),
    })
}

/// A call that was answered, without the span of the one who answered.
fn missing_callee(trace: &Waterfall, language: Language) -> Option<String> {
    let served: BTreeSet<SpanId> = spans(trace)
        .filter(|span| span.kind == Some(Kind::Server))
        .filter_map(cause)
        .collect();
    let mut calls = spans(trace).filter(|span| span.kind == Some(Kind::Client) && was_answered(span));
    let call = calls.find(|call| !served.contains(&call.id))?;
    let (callee, call) = (call.remote_service(), describe(call, language));
    Some(match language {
        Language::English => format!(
            "no span of {} has arrived for {call}",
            callee.unwrap_or("the service")
        ),
        Language::Korean => format!(
            "{call}에 응답한 {}의 span이 도착하지 않았습니다",
            callee.unwrap_or("서비스")
        ),
    })
}

/// An error with a status is an answer; one without is a call that nobody took.
fn was_answered(call: &Span) -> bool {
    !call.tags.contains_key("error") || call.tags.keys().any(|key| key.ends_with("status_code"))
}

fn tops(trace: &Waterfall) -> Vec<&Span> {
    let clients: BTreeSet<SpanId> = spans(trace)
        .filter(|span| !span.shared)
        .map(|span| span.id)
        .collect();
    let there: BTreeSet<SpanId> = spans(trace).map(|span| span.id).collect();
    // The server's half of a call caused what names its id, and does not stand for the client's half.
    let known = |span: &Span| if span.shared { &clients } else { &there };
    spans(trace)
        .filter(|span| cause(span).is_none_or(|id| !known(span).contains(&id)))
        .collect()
}

/// The span that caused this one: for a server that joined its client's span, that span's other half.
fn cause(span: &Span) -> Option<SpanId> {
    if span.shared {
        Some(span.id)
    } else {
        span.parent_id
    }
}

fn spans(trace: &Waterfall) -> impl Iterator<Item = &Span> {
    trace.rows.iter().map(|row| &row.span)
}

fn describe(span: &Span, language: Language) -> String {
    let service = span.local_service().unwrap_or(language.words().no_service);
    match (&span.name, language) {
        (Some(name), Language::English) => format!("“{name}” of {service}"),
        (None, Language::English) => format!("span {} ({}) of {service}", span.id, words::NO_NAME),
        (Some(name), Language::Korean) => format!("{service} “{name}”"),
        (None, Language::Korean) => format!("{service} span {}({})", span.id, language.words().no_name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zipkin::{Endpoint, TraceId};

    fn span(id: u64, parent: u64, kind: Kind, service: &str) -> Span {
        let endpoint = |name: &str| Endpoint {
            service_name: Some(name.into()),
            ..Endpoint::default()
        };
        Span {
            parent_id: (parent != 0).then(|| SpanId::new(parent)),
            kind: Some(kind),
            name: Some(if kind == Kind::Client {
                "get".into()
            } else {
                format!("get /{service}")
            }),
            local_endpoint: Some(endpoint(service)),
            remote_endpoint: (kind == Kind::Client).then(|| endpoint("orders")),
            ..Span::new(TraceId::new(1), SpanId::new(id))
        }
    }

    fn trace(spans: &[Span]) -> Waterfall {
        zipkin::waterfall(spans).unwrap()
    }

    fn two_hops() -> [Span; 3] {
        [
            span(1, 0, Kind::Server, "gateway"),
            span(2, 1, Kind::Client, "gateway"),
            span(3, 2, Kind::Server, "orders"),
        ]
    }

    #[test]
    fn batches_may_arrive_in_any_order() {
        let [root, call, served] = two_hops();
        let expected = Expected::default();
        let korean = Expected {
            language: Language::Korean,
            ..Expected::default()
        };
        for (spans, reasons) in [
            (vec![root.clone(), call.clone(), served.clone()], [None, None]),
            (
                vec![served],
                [
                    Some("span 0000000000000002, which caused “get /orders” of orders, has not arrived"),
                    Some("orders “get /orders”의 부모 span(0000000000000002)이 도착하지 않았습니다"),
                ],
            ),
            (
                vec![root, call],
                [
                    Some("no span of orders has arrived for “get” of gateway"),
                    Some("gateway “get”에 응답한 orders의 span이 도착하지 않았습니다"),
                ],
            ),
        ] {
            let said = [&expected, &korean].map(|expected| missing(&trace(&spans), expected));
            assert_eq!(said.each_ref().map(Option::as_deref), reasons);
        }
    }

    #[test]
    fn a_call_that_nobody_took_has_no_callee_to_wait_for() {
        let [root, mut call, _] = two_hops();
        call.tags.insert("error".into(), "connection refused".into());
        assert_eq!(
            missing(&trace(&[root.clone(), call.clone()]), &Expected::default()),
            None
        );
        call.tags.insert("http.status_code".into(), "503".into());
        assert!(missing(&trace(&[root, call]), &Expected::default()).is_some());
    }

    #[test]
    fn a_server_that_joined_waits_for_the_clients_half() {
        let [root, call, mut served] = two_hops();
        (served.id, served.parent_id, served.shared) = (call.id, call.parent_id, true);
        assert_eq!(
            missing(
                &trace(&[root.clone(), call, served.clone()]),
                &Expected::default()
            ),
            None
        );
        assert!(missing(&trace(&[root, served]), &Expected::default()).is_some());
    }

    #[test]
    fn an_edge_that_joins_its_callers_span_is_one_root() {
        let [mut root, mut call, served] = two_hops();
        (root.id, root.shared) = (SpanId::new(9), true);
        call.parent_id = Some(SpanId::new(9));
        let trace = trace(&[root, call, served]);
        let caller = Expected {
            caller_spans: vec![SpanId::new(9)],
            ..Expected::default()
        };
        assert_eq!((roots(&trace), missing(&trace, &caller)), (1, None));
    }

    #[test]
    fn only_the_callers_own_span_may_be_missing() {
        let [mut root, call, served] = two_hops();
        root.parent_id = Some(SpanId::new(9));
        let spans = trace(&[root, call, served]);
        assert!(missing(&spans, &Expected::default()).is_some());
        let caller = Expected {
            caller_spans: vec![SpanId::new(9)],
            ..Expected::default()
        };
        assert_eq!(missing(&spans, &caller), None);
        let again = Expected { roots: 2, ..caller };
        assert_eq!(
            missing(&spans, &again).as_deref(),
            Some("the trace has 1 root, not 2")
        );
    }

    #[test]
    fn each_expected_service_has_to_be_there() {
        let expected = Expected {
            services: ["gateway", "orders", "inventory"].map(str::to_owned).into(),
            ..Expected::default()
        };
        let reason = missing(&trace(&two_hops()), &expected);
        assert_eq!(reason.as_deref(), Some("no span of inventory has arrived"));
    }
}
