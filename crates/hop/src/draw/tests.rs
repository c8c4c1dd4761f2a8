//! Fixed spans, exact text.

use zipkin::{Language, Span, Waterfall, analysis::analyse, waterfall as lay_out};

use super::*;
use crate::screen::Paint;

const PLAIN: Paint = Paint(false);
const WIDTH: usize = 80;

fn paper(paint: Paint) -> Paper {
    Paper {
        width: WIDTH,
        paint,
        language: Language::English,
    }
}

/// The trace that Zipkin's JSON says.
fn trace(json: &str) -> Waterfall {
    let spans: Vec<Span> = zipkin::decode::list(json.as_bytes()).unwrap();
    lay_out(&spans).unwrap()
}

/// The fields of a span in JSON: id, parent, service, name, and the rest as it is.
fn span(id: &str, parent: &str, service: &str, name: &str, rest: &str) -> String {
    let parent = if parent.is_empty() {
        String::new()
    } else {
        format!(r#""parentId":"{parent}","#)
    };
    format!(
        r#"{{"traceId":"1","id":"{id}",{parent}"name":"{name}","localEndpoint":{{"serviceName":"{service}"}}{rest}}}"#
    )
}

fn at(start: u64, duration: u64) -> String {
    format!(r#","timestamp":{},"duration":{duration}"#, 1_000_000 + start)
}

fn assert_drawn(text: &str, lines: &[&str]) {
    assert_eq!(text.lines().collect::<Vec<_>>(), lines, "\n{text}");
    assert!(text.lines().all(|line| text::width(line) <= WIDTH), "\n{text}");
}

fn list(spans: &[String]) -> Waterfall {
    trace(&format!("[{}]", spans.join(",")))
}

fn drawn(trace: &Waterfall, paint: Paint) -> String {
    waterfall(trace, &analyse(trace).critical_path, Rows::First, &paper(paint))
}

#[test]
fn a_row_is_indented_by_its_depth_and_its_bar_by_its_start() {
    let call = r#","kind":"CLIENT","remoteEndpoint":{"serviceName":"orders"}"#;
    let trace = list(&[
        span("1", "", "gateway", "get /orders/{id}", &at(0, 10_000)),
        span("2", "1", "gateway", "get", &format!("{}{call}", at(2_000, 8_000))),
        span("3", "2", "orders", "get /orders/{id}", &at(4_000, 4_250)),
        span("4", "3", "orders", "tiny", &at(9_999, 1)),
        span("5", "3", "orders", "unfinished", r#","timestamp":1005000"#),
        span("6", "3", "orders", "when?", r#","duration":50"#),
    ]);
    assert_drawn(
        &drawn(&trace, PLAIN),
        &[
            "█ critical path             0                                  10.0 ms",
            "gateway get /orders/{id}    ████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   10.0 ms",
            "  gateway → orders get              █████████░░░░░░░░░░░░░░░░░████████   8.00 ms",
            "    orders get /orders/{id}                 ▐█████████████████▌          4.25 ms",
            "      orders when?                                                         50 µs",
            "      orders unfinished                          ░                     not ended",
            "      orders tiny                                                    ░      1 µs",
        ],
    );
}

#[test]
fn times_of_any_length_and_language_are_whole_and_apart() {
    let second = 1_000_000;
    for language in [Language::English, Language::Korean] {
        let paper = Paper {
            language,
            ..paper(PLAIN)
        };
        for seconds in [
            59,
            60,
            756,
            3_599,
            3_600,
            45_000,
            86_399,
            86_400,
            8_640_000,
            863_999_000,
        ] {
            let kind = |kind: &str| format!(r#"{},"kind":"{kind}""#, at(0, seconds * second));
            let trace = list(&[
                span("1", "", "web", "get", &kind("CLIENT")),
                span("2", "1", "app", "get", &kind("SERVER")),
                span("3", "2", "app", "open", r#","timestamp":1000000"#),
            ]);
            let long = zipkin::words::duration_in(seconds * second, language);
            let rows = waterfall(&trace, &analyse(&trace).critical_path, Rows::First, &paper);
            let open = language.words().not_ended;
            for (row, time) in rows.lines().skip(1).zip([long.as_str(), &long, open]) {
                assert!(row.ends_with(&format!(" {time}")), "{rows}");
                assert_eq!(text::width(row), WIDTH, "{rows}");
            }
            let table = hops(&trace, &analyse(&trace), Rows::First, &paper);
            let short = zipkin::words::short_in(seconds * second, language);
            let cells = table.lines().nth(1).unwrap();
            assert!(
                cells.contains(&format!(" {short} {}", " ".repeat(9 - text::width(&short)))),
                "{table}"
            );
            assert!(
                table.lines().all(|line| text::width(line) <= WIDTH) && !cells.contains('…'),
                "{table}"
            );
        }
    }
}

#[test]
fn an_error_has_a_line_of_its_own() {
    let error = format!(r#","tags":{{"error":"refused\n{}"}}"#, "x".repeat(100));
    let trace = list(&[
        span("1", "", "web", "get", &at(0, 10)),
        span("2", "1", "gateway", "get", &format!("{}{error}", at(0, 5))),
    ]);
    assert_drawn(
        &drawn(&trace, PLAIN),
        &[
            "█ path        0                                                  10 µs",
            "web get       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████████████████     10 µs",
            "  gateway get ████████████████████████████                                  5 µs",
            r"    error: refused\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
        ],
    );
    assert!(drawn(&trace, Paint(true)).contains("\u{1b}[31m"));
}

#[test]
fn without_a_critical_path_bars_are_full() {
    let trace = list(&[
        span("1", "", "web", "get", r#","timestamp":1000000"#),
        span("2", "1", "web", "query", &at(0, 10)),
    ]);
    assert_drawn(
        &drawn(&trace, PLAIN),
        &[
            "            0                                                    10 µs",
            "web get     ▌                                                          not ended",
            "  web query ██████████████████████████████████████████████████████████     10 µs",
        ],
    );
}

#[test]
fn a_server_with_a_wrong_clock_is_full_if_it_is_on_the_path() {
    let trace = list(&[
        span(
            "1",
            "",
            "web",
            "get",
            &format!(r#"{},"kind":"CLIENT""#, at(0, 10)),
        ),
        span(
            "2",
            "1",
            "app",
            "get",
            &format!(r#"{},"kind":"SERVER""#, at(30, 10)),
        ),
    ]);
    let drawn = drawn(&trace, PLAIN);
    assert!(
        drawn.lines().nth(2).unwrap().contains("    ██████████"),
        "{drawn}"
    );
}

#[test]
fn names_of_any_script_and_length_keep_the_columns() {
    let mut spans = vec![
        span("1", "", "주문", "get /김치/찌개", &at(0, 1_500_000)),
        span("2", "1", "evil\\u001b[2J", "\u{202e}name", &at(1, 3)),
        span("3", "1", "خدمة", "احصل", &at(2, 3)),
    ];
    let deep = (4..24).map(|id| {
        span(
            &format!("{id:x}"),
            &format!("{:x}", id - 1),
            "deep",
            "a name that goes on and on",
            &at(3, 3),
        )
    });
    spans.extend(deep);
    let drawn = drawn(&list(&spans), PLAIN);
    let lines: Vec<_> = drawn.lines().collect();
    assert_drawn(
        &[&lines[..4], &lines[23..]].concat().join("\n"),
        &[
            "█ critical path                          0                      1.50 s",
            "주문 get /김치/찌개                      █████████████████████████████    1.50 s",
            r"  evil\u{1b}[2j \u{202e}name             ▌                                  3 µs",
            "  \u{2068}خدمة\u{2069} \u{2068}احصل\u{2069}                              ▌                                  3 µs",
            "                    deep a name that go… ▌                                  3 µs",
        ],
    );
}

#[test]
fn a_trace_without_times_has_no_axis_and_no_bars() {
    let trace = trace(r#"[{"traceId":"1","id":"1"},{"traceId":"1","id":"2","parentId":"1"}]"#);
    assert_drawn(
        &drawn(&trace, PLAIN),
        &[
            "no service no name                                                       no time",
            "  no service no name                                                     no time",
        ],
    );
}

#[test]
fn a_row_that_stands_apart_says_why() {
    let trace = list(&[
        span("1", "", "a", "n", &at(0, 10)),
        span("2", "", "b", "n", &at(1, 10)),
        span("3", "9", "c", "n", &at(2, 8)),
        span("5", "6", "d", "n", &at(5, 5)),
        span("6", "5", "e", "n", &at(4, 6)),
    ]);
    let drawn = drawn(&trace, PLAIN);
    let notes: Vec<_> = drawn.lines().filter(|line| !line.contains(" µs")).collect();
    assert_eq!(
        notes,
        [
            "  a further root",
            "  a cycle, cut here (0000000000000005)",
            "  its parent is missing (0000000000000009)"
        ]
    );
}

#[test]
fn a_hop_is_who_called_whom_and_four_durations() {
    let kind = |kind: &str, start, duration| format!(r#"{},"kind":"{kind}""#, at(start, duration));
    let trace = list(&[
        span("1", "", "gateway", "get /orders/{id}", &kind("SERVER", 0, 11_820)),
        span("2", "1", "gateway", "get", &kind("CLIENT", 100, 10_908)),
        span(
            "3",
            "2",
            "orders",
            "get /orders/{id}",
            &format!(r#"{},"tags":{{"error":""}}"#, kind("SERVER", 200, 9_908)),
        ),
        span("4", "9", "خدمة", "", &kind("SERVER", 300, 50)),
        span("5", "4", "خدمة", "", &kind("CLIENT", 300, 25)),
    ]);
    assert_drawn(
        &hops(&trace, &analyse(&trace), Rows::First, &paper(PLAIN)),
        &[
            "hop                                   client    server   network  own work  path",
            "outside → gateway get /orders/{id}        –¹   11.8 ms        –¹    912 µs    8%",
            "! gateway → orders get /orders/{i…   10.9 ms   9.91 ms   1.00 ms   9.91 ms   92%",
            "not reported → \u{2068}خدمة\u{2069} no name               –¹     50 µs        –¹     25 µs    0%",
            "\u{2068}خدمة\u{2069} → not reported no name            25 µs        –¹        –¹        –¹    0%",
            "network = client − server, there and back. own work = server without its calls.",
            "¹ not reported",
        ],
    );
}

#[test]
fn without_calls_there_is_no_hop_table() {
    let trace = list(&[span("1", "", "job", "nightly", &at(0, 10))]);
    assert_eq!(hops(&trace, &analyse(&trace), Rows::First, &paper(PLAIN)), "");
    let report = crate::report::drawn(&trace, &Default::default(), &paper(PLAIN));
    assert!(
        !report.contains("network =") && !report.contains("\n\n\n"),
        "{report}"
    );
}

#[test]
fn the_title_of_a_trace_breaks_between_words() {
    let open = r#","timestamp":1000000"#;
    let trace = trace(&format!(
        "[{}]",
        [
            span("1", "", "web", "get", open),
            span("2", "1", "web", "query", &at(0, 600))
        ]
        .join(",")
        .replace(
            r#""traceId":"1""#,
            r#""traceId":"463ac35c9f6413ad48485a3953bb6124""#
        )
    ));
    let report = crate::report::drawn(&trace, &Default::default(), &paper(Paint(true)));
    assert!(
        report.starts_with("\u{1b}[1mTrace 463ac35c9f6413ad48485a3953bb6124\u{1b}["),
        "{report}"
    );
    let report = crate::report::drawn(&trace, &Default::default(), &paper(PLAIN));
    assert!(report.lines().all(|line| text::width(line) <= WIDTH), "{report}");
    assert!(report.contains("600 µs, a\nroot has not ended\n"), "{report}");
}

#[test]
fn rows_and_hops_are_bounded_and_say_what_they_leave_out() {
    let spans = (1..=20_000).map(|id| {
        let rest = r#","kind":"SERVER","timestamp":1"#;
        span(&format!("{id:x}"), "", &format!("s{id}"), "n", rest)
    });
    let trace = list(&spans.collect::<Vec<_>>());
    let start = std::time::Instant::now();
    let (rows, hops) = (
        drawn(&trace, PLAIN),
        hops(&trace, &analyse(&trace), Rows::First, &paper(PLAIN)),
    );
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    for (text, rest, lines) in [
        (rows, "The first 1000 of 20000 spans. All of them:", 2_001),
        (hops, "The first 200 of 20000 hops. All of them:", 205),
    ] {
        assert!(text.contains(rest), "{text}");
        assert!(text.contains(" trace 0000000000000001 --all"));
        assert_eq!(text.lines().count(), lines);
    }
}

#[test]
fn the_answer_goes_before_the_doubts_in_lines_that_fit() {
    let trace = list(&[
        span("1", "", "a", "n", &at(0, 10)),
        span("2", "9", "b", "n", &at(1, 10)),
    ]);
    assert_drawn(
        &answer(&analyse(&trace), &[], &paper(PLAIN)),
        &[
            "10 of 10 µs was a's own work. At least 1 span was lost: figures around the gaps",
            "are too large.",
            "? 1 span names a parent that is not in the trace: spans were lost, or are kept",
            "  elsewhere",
        ],
    );
}

#[test]
fn calls_alike_are_counted_and_messages_have_a_line() {
    let remote =
        |kind: &str, to: &str| format!(r#","kind":"{kind}","remoteEndpoint":{{"serviceName":"{to}"}}"#);
    let of = |start, duration, rest: &str| format!("{}{rest}", at(start, duration));
    let trace = list(&[
        span("1", "", "web", "post /", &of(0, 1_000, r#","kind":"SERVER""#)),
        span("2", "1", "web", "select", &of(100, 100, &remote("CLIENT", "db"))),
        span("3", "1", "web", "select", &of(300, 100, &remote("CLIENT", "db"))),
        span(
            "4",
            "1",
            "web",
            "send",
            &of(500, 100, &remote("PRODUCER", "kafka")),
        ),
        span(
            "5",
            "4",
            "job",
            "take",
            &of(2_600, 50, &remote("CONSUMER", "kafka")),
        ),
    ]);
    assert_drawn(
        &hops(&trace, &analyse(&trace), Rows::First, &paper(PLAIN)),
        &[
            "hop                                   client    server   network  own work  path",
            "outside → web post /                      –¹   1.00 ms        –¹    700 µs   80%",
            "2× web → db select                    200 µs        –¹        –¹        –¹   20%",
            "web → kafka → job: sending 100 µs, in the queue 2.00 ms, taking 50 µs",
            "network = client − server, there and back. own work = server without its calls.",
            "¹ not reported",
        ],
    );
}
