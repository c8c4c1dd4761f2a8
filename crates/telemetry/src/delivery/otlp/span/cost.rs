//! A span by both protocols, again and again, for callgrind: RATIONALE.md says the figures, and how they were taken.

use std::hint::black_box;

use zipkin::EndpointRef;

use super::*;
use crate::{delivery::json::Json, sink::value::Kept};

#[test]
#[ignore = "a measurement: valgrind --tool=callgrind, then the calls of Json::write and span::write"]
fn spans_by_both_protocols() {
    let remote = |service: Option<&'static str>, port| EndpointRef {
        service_name: service.map(Into::into),
        ipv4: Some([127, 0, 0, 1].into()),
        port: Some(port),
        ..EndpointRef::default()
    };
    let (caller, called) = (remote(None, 50_412), remote(Some("orders"), 8082));
    let tag = |key: &'static str, value: &'static str| (key.into(), value.into());
    let status = || ("http.status_code".into(), Kept::I64(200));
    let request = [
        tag("http.method", "GET"),
        tag("http.path", "/orders/8"),
        tag("userId", "terry"),
        tag("orderId", "8"),
        status(),
    ];
    let call = [tag("http.method", "GET"), tag("http.path", "/orders/8"), status()];
    let ids = EndedSpan {
        trace_id: zipkin::TraceId::new(0x463a_c35c_9f64_13ad_48da_afe0_4af3_6a33),
        id: zipkin::SpanId::new(0x463a_c35c_9f64_13ad),
        parent_id: Some(zipkin::SpanId::new(0x563a_c35c_9f64_13ad)),
        start_us: 1_700_000_000_000_000,
        duration_us: 5_321,
        service: "gateway",
        ..EndedSpan::BARE
    };
    let request = EndedSpan {
        kind: Some(Kind::Server),
        name: "GET /orders/{id}",
        url: ("http", ""),
        local_ip: Some([127, 0, 0, 1].into()),
        remote: Some(&caller),
        tags: &request,
        ..ids
    };
    let call = EndedSpan {
        kind: Some(Kind::Client),
        name: "GET",
        url: ("http", "127.0.0.1"),
        local_ip: Some([127, 0, 0, 1].into()),
        remote: Some(&called),
        tags: &call,
        ..ids
    };
    let work = EndedSpan {
        name: "reserve stock",
        tags: &call_free(),
        ..ids
    };
    let json = Json::new("gateway");
    let (mut as_json, mut as_message) = (Vec::with_capacity(1024), Vec::with_capacity(1024));
    for _ in 0..1000 {
        for span in [&request, &call, &work] {
            as_json.clear();
            json.write(&mut as_json, black_box(span));
            as_message.clear();
            write(&mut as_message, black_box(span));
        }
    }
    black_box((as_json, as_message));
}

fn call_free() -> [(smol_str::SmolStr, Kept); 1] {
    [("item".into(), "laptop".into())]
}
