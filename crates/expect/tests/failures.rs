//! Each kind of failure, drawn once, from files of expectations: `failures.txt` has the pages that a reader gets.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

use std::fmt::Write as _;

use expect::{
    Answer, Columns, Expectation, File, Language, LogLine, Observed, Relation, Wire, client, expect, headers,
    line, local, pattern, server, span,
};

/// A request to the gateway that asks orders twice; its spans, lines, headers and answer.
fn observed() -> Observed {
    let spans = r#"[
        {"traceId":"463ac35c9f6413ad","id":"1","kind":"SERVER","name":"get /orders/{id}","timestamp":1000,"duration":1000,
         "localEndpoint":{"serviceName":"gateway"},"tags":{"http.status_code":"200","userId":"terry"}},
        {"traceId":"463ac35c9f6413ad","id":"2","parentId":"1","kind":"CLIENT","name":"get","timestamp":1100,"duration":300,
         "localEndpoint":{"serviceName":"gateway"},"remoteEndpoint":{"serviceName":"orders"}},
        {"traceId":"463ac35c9f6413ad","id":"3","parentId":"2","kind":"SERVER","name":"get /orders/{id}","timestamp":1150,"duration":200,
         "localEndpoint":{"serviceName":"orders"},"tags":{"http.status_code":"404"}},
        {"traceId":"463ac35c9f6413ad","id":"4","parentId":"1","kind":"CLIENT","name":"get","timestamp":1500,"duration":300,
         "localEndpoint":{"serviceName":"gateway"},"remoteEndpoint":{"serviceName":"orders"},"tags":{"error":"503"}},
        {"traceId":"463ac35c9f6413ad","id":"5","parentId":"9","name":"주문 계산","timestamp":1600,"duration":100,
         "localEndpoint":{"serviceName":"orders"}}]"#;
    let lines = [
        "2026-11-24 07:17:19.097  INFO [gateway,463ac35c9f6413ad,0000000000000001,true] 12 --- [main] gateway::routes : userId=terry getOrder 7",
        "2026-11-24 07:17:19.099  WARN [orders,463ac35c9f6413ad,0000000000000003,true] 12 --- [main] orders::routes : no such order",
    ];
    let wire = Wire {
        to: "orders".to_owned(),
        headers: vec![
            ("b3".to_owned(), "463ac35c9f6413ad-0000000000000002-1".to_owned()),
            ("baggage".to_owned(), "userId=terry,password=secret".to_owned()),
            ("x-b3-sampled".to_owned(), "0".to_owned()),
        ],
    };
    Observed {
        spans: zipkin::decode::list(spans.as_bytes()).unwrap(),
        lines: lines.iter().filter_map(|line| LogLine::read(line)).collect(),
        wires: vec![wire],
        answer: Some(Answer {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
            body: "laptop \u{1b}[31m".to_owned(),
        }),
    }
}

/// The tree as it is.
fn right() -> Expectation {
    let call = || client("gateway", "GET").to("orders");
    expect().forest([
        server("gateway", "GET /orders/{id}").label("root").children([
            call()
                .label("first")
                .succeeded()
                .children([server("orders", "GET /orders/{id}").label("served").leaf()]),
            call().label("second").failed().leaf(),
        ]),
        local("orders", "주문 계산").label("work"),
    ])
}

fn failures() -> Vec<(&'static str, Expectation)> {
    let gateway = || server("gateway", "GET /orders/{id}");
    let call = || client("gateway", "GET").to("orders");
    vec![
        (
            "a span stands elsewhere",
            expect().tree(gateway().children([
                call().children([
                    server("orders", "GET /orders/{id}").children([local("orders", "주문 계산")]),
                ]),
                call(),
            ])),
        ),
        (
            "a span is missing",
            expect().forest([
                gateway().children([
                    call().count(2),
                    client("gateway", "get")
                        .to("inventory")
                        .including([server("inventory", "get /items")]),
                ]),
                span(),
            ]),
        ),
        (
            "too many are alike",
            expect().forest([gateway().including([call().count(1)]), span()]),
        ),
        (
            "nobody expected a call",
            expect().forest([gateway().children([call().succeeded()]), span()]),
        ),
        (
            "values of a span differ",
            expect().forest([
                gateway()
                    .tag("userId", "joey")
                    .no_tag("http.status_code")
                    .tag("orderId", pattern("{number}"))
                    .annotation("retry"),
                span(),
            ]),
        ),
        (
            "kind and name differ",
            expect().forest([
                client("gateway", "GET /orders/1")
                    .to("orders")
                    .failed()
                    .duration_us(0..=10),
                span(),
            ]),
        ),
        (
            "the order differs",
            expect().forest([
                gateway()
                    .children([call().failed(), call().succeeded()])
                    .in_order(),
                span(),
            ]),
        ),
        (
            "a count in the whole trace",
            expect().span(server("orders", pattern("get *")).count(2..=3)),
        ),
        (
            "a line is missing",
            expect().line(line("getOrder 8").service("gateway")),
        ),
        (
            "a line lacks a value",
            expect().line(line("no such order").field("userId", "terry").no_field("orderId")),
        ),
        (
            "a line too many",
            expect().line(line(expect::contains("order")).level("WARN").count(0)),
        ),
        (
            "headers on the wire",
            expect().headers(
                headers("orders")
                    .header("b3", pattern("{traceId}-{hex:16}-0"))
                    .header("traceparent", pattern("00-{traceId}-*"))
                    .header("baggage", expect::contains("password").not())
                    .no_header("x-b3-sampled"),
            ),
        ),
        (
            "nobody was called",
            expect().headers(headers("inventory").no_header("baggage")),
        ),
        (
            "the answer",
            expect().answer(
                expect::answer()
                    .status(404)
                    .header("content-type", "application/json")
                    .body(expect::contains("mouse")),
            ),
        ),
        (
            "relations",
            right()
                .relation(Relation::within("work", "served"))
                .relation(Relation::before("second", "first"))
                .relation(Relation::longer("first", "root"))
                .relation(Relation::overlap(["first", "second"]))
                .relation(Relation::apart(["first", "served"]))
                .relation(Relation::within("nowhere", "root")),
        ),
        (
            "a condition",
            expect().when(
                expect().span(span().failed()),
                expect().line(line("trying again").service("gateway")),
            ),
        ),
    ]
}

#[test]
fn each_failure_is_drawn_in_80_columns() {
    let mut drawn = String::new();
    for (name, expectation) in failures() {
        let verdict = expectation.check(&observed());
        assert!(!verdict.is_held(), "{name}");
        writeln!(drawn, "== {name}\n{verdict}\n").unwrap();
    }
    let (_, first) = &failures()[0];
    let korean = first
        .check(&observed())
        .text(Language::Korean, Columns::default());
    writeln!(drawn, "== in Korean\n{korean}").unwrap();
    for (_, expectation) in failures() {
        let verdict = expectation.check(&observed());
        for failure in verdict.failures() {
            writeln!(drawn, "{}", failure.text(Language::Korean)).unwrap();
        }
    }
    if std::env::var_os("WRITE_FAILURES").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/failures.txt"), &drawn).unwrap();
    }
    let known = include_str!("failures.txt");
    for (number, (now, known)) in drawn.lines().zip(known.lines()).enumerate() {
        assert_eq!(now, known, "line {} of failures.txt", number + 1);
    }
    assert_eq!(drawn, known, "as WRITE_FAILURES=1 writes them");
}

#[test]
fn the_tree_as_it_is_holds_with_its_relations() {
    let expectation = right()
        .relation(Relation::within("served", "first"))
        .relation(Relation::before("first", "second"))
        .relation(Relation::longer("root", "first"))
        .relation(Relation::apart(["first", "second"]))
        .relation(Relation::overlap(["first", "served"]))
        .line(
            line("getOrder 7")
                .field("userId", "terry")
                .field("traceId", pattern("{traceId}")),
        )
        .line(line("getOrder 7").field("spanId", pattern("{id:root}")))
        .headers(headers("orders").header("b3", pattern("{traceId}-{id:first}-1")))
        .when(
            expect().span(span().tag("none", "such")),
            expect().tree(span().leaf()),
        )
        .answer(expect::answer().status(200).body(expect::contains("laptop")));
    let verdict = expectation.check(&observed());
    assert!(verdict.is_held(), "{verdict}");
    assert_eq!(verdict.to_string(), "All is as expected.");
}

#[test]
fn nothing_observed_fails_each_expectation() {
    for (name, expectation) in failures()
        .into_iter()
        .filter(|(name, _)| *name != "a line too many" && *name != "a condition")
    {
        assert!(!expectation.check(&Observed::default()).is_held(), "{name}");
    }
}

#[test]
fn a_failure_is_there_for_programs() {
    let (_, expectation) = &failures()[9];
    let json: serde_json::Value = serde_json::from_str(&expectation.check(&observed()).json()).unwrap();
    assert_eq!(json["held"], false);
    assert_eq!(json["differences"][0]["concept"], "mdc");
    assert!(
        json["differences"][0]["quote"]
            .as_str()
            .unwrap()
            .contains("no such order")
    );
}

#[test]
fn a_file_says_the_same_as_the_builder() {
    let text = include_str!("../examples/order.json");
    let file = File::read(text).unwrap();
    assert_eq!(file.cases.len(), 2);
    assert!(file.cases[0].expectation.needs_spans() && !file.cases[0].expectation.needs_lines());
}

/// A tree and an expectation of it that are both made of siblings that are alike, level by level.
#[test]
fn work_is_bounded_whatever_is_compared() {
    let start = std::time::Instant::now();
    let span_json = |id: usize, parent: usize| {
        let parent = if parent == 0 {
            String::new()
        } else {
            format!(r#""parentId":"{parent:x}","#)
        };
        format!(r#"{{"traceId":"1","id":"{id:x}",{parent}"timestamp":{id},"duration":9}}"#)
    };
    let of = |spans: &[String]| Observed {
        spans: zipkin::decode::list(format!("[{}]", spans.join(",")).as_bytes()).unwrap(),
        ..Observed::default()
    };
    // Three of three of three …: 3^5 leaves.
    let nested: Vec<String> = (1..=364).map(|id| span_json(id, (id + 1) / 3)).collect();
    let tree = |leaf: fn() -> expect::SpanExpectation| {
        (0..5).fold(leaf(), |below, _| {
            span().children([below.clone(), below.clone(), below])
        })
    };
    let held = expect().tree(tree(|| span().leaf())).check(&of(&nested));
    let fails = expect()
        .tree(tree(|| span().tag("none", "such")))
        .check(&of(&nested));
    assert!(held.is_held(), "{held}");
    assert!(!fails.is_held());
    // 20,000 siblings against 200 that are alike.
    let flat: Vec<String> = (1..=20_000)
        .map(|id| span_json(id, usize::from(id > 1)))
        .collect();
    let many = expect()
        .tree(span().children((0..200).map(|_| span().leaf())))
        .check(&of(&flat));
    assert!(many.to_string().contains("too much"), "{many}");
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
