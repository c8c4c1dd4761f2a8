//! Fixed spans, exact text.

use zipkin::{Endpoint, Span, SpanId, TraceId};

use super::*;

const PLAIN: Paint = Paint(false);

struct Drawn(usize, &'static str, &'static str, Option<Kind>, u64, Option<u64>);

fn row(drawn: Drawn) -> Row {
    let Drawn(depth, service, name, kind, offset, duration) = drawn;
    Row {
        depth,
        parent: None,
        service: service.into(),
        name: name.into(),
        kind,
        offset,
        duration,
        error: None,
        span: Span::new(TraceId::new(1), SpanId::new(1)),
    }
}

fn trace(duration: u64, rows: impl IntoIterator<Item = Row>) -> Waterfall {
    let rows: Vec<Row> = rows.into_iter().collect();
    let mut services: Vec<String> = rows.iter().map(|row| row.service.clone()).collect();
    services.dedup();
    Waterfall {
        trace_id: TraceId::new(1),
        start: 0,
        duration,
        services,
        rows,
    }
}

fn assert_drawn(text: &str, lines: &[&str]) {
    assert_eq!(text.lines().collect::<Vec<_>>(), lines, "\n{text}");
    assert!(text.lines().all(|line| text::width(line) <= WIDTH), "\n{text}");
}

#[test]
fn a_row_is_indented_by_its_depth_and_its_bar_by_its_start() {
    let mut call = row(Drawn(1, "gateway", "get", Some(Kind::Client), 2_000, Some(8_000)));
    call.span.remote_endpoint = Some(Endpoint {
        service_name: Some("orders".into()),
        ..Endpoint::default()
    });
    let rows = [
        row(Drawn(
            0,
            "gateway",
            "get /orders/{id}",
            Some(Kind::Server),
            0,
            Some(10_000),
        )),
        call,
        row(Drawn(
            2,
            "orders",
            "get /orders/{id}",
            Some(Kind::Server),
            4_000,
            Some(4_250),
        )),
        row(Drawn(3, "orders", "tiny", None, 9_999, Some(0))),
        row(Drawn(3, "orders", "unfinished", None, 5_000, None)),
    ];
    assert_drawn(
        &waterfall(&trace(10_000, rows), PLAIN),
        &[
            "                            0                                  10.0 ms",
            "gateway get /orders/{id}    ██████████████████████████████████████████   10.0 ms",
            "  gateway → orders get              ██████████████████████████████████   8.00 ms",
            "    orders get /orders/{id}                 ▐█████████████████▌          4.25 ms",
            "      orders tiny                                                    ▐      0 µs",
            "      orders unfinished                          ▌                             -",
        ],
    );
}

#[test]
fn an_error_has_a_line_of_its_own() {
    let mut failed = row(Drawn(1, "gateway", "get", Some(Kind::Client), 0, Some(5)));
    failed.error = Some(format!("refused\n{}", "x".repeat(100)));
    assert_drawn(
        &waterfall(&trace(10, [failed.clone()]), PLAIN),
        &[
            "              0                                                  10 µs",
            "  gateway get ████████████████████████████                                  5 µs",
            r"    error: refused\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
        ],
    );
    assert!(waterfall(&trace(10, [failed]), Paint(true)).contains("\u{1b}[31m"));
}

#[test]
fn names_of_any_script_and_length_keep_the_columns() {
    let rows = [
        row(Drawn(0, "주문", "get /김치/찌개", None, 0, Some(1_500_000))),
        row(Drawn(0, "evil\u{1b}[2J", "\u{202e}name", None, 0, Some(3))),
        row(Drawn(
            99,
            "deep",
            "a name that goes on and on and on",
            None,
            0,
            Some(3),
        )),
    ];
    assert_drawn(
        &waterfall(&trace(1_500_000, rows), PLAIN),
        &[
            "                                         0                      1.50 s",
            "주문 get /김치/찌개                      █████████████████████████████    1.50 s",
            r"evil\u{1b}[2J \u{202e}name               ▌                                  3 µs",
            "                    deep a name that go… ▌                                  3 µs",
        ],
    );
}

#[test]
fn a_trace_without_times_is_drawn_as_well() {
    assert_drawn(
        &waterfall(&trace(0, [row(Drawn(0, "", "", None, 0, None))]), PLAIN),
        &[
            "           0                                                      0 µs",
            "           ▌                                                                   -",
        ],
    );
}

#[test]
fn a_hop_is_who_called_whom_and_four_durations() {
    let edge = Hop {
        caller: None,
        callee: "gateway".into(),
        name: "get /orders/{id}".into(),
        client_us: None,
        server_us: Some(11_820),
        network_us: None,
        self_us: Some(912),
        error: false,
    };
    let inner = Hop {
        caller: Some("gateway".into()),
        callee: "orders".into(),
        client_us: Some(10_908),
        network_us: Some(1_000),
        error: true,
        ..edge.clone()
    };
    assert_drawn(
        &hops(&[edge, inner], PLAIN),
        &[
            "hop                                         client    server   network      self",
            "you → gateway get /orders/{id}                   -   11.8 ms         -    912 µs",
            "gateway → orders get /orders/{id}          10.9 ms   11.8 ms   1.00 ms    912 µs",
            "network = client − server: there and back. self = server without its own calls.",
        ],
    );
}
