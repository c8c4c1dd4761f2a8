use crate::{
    Collector, Config,
    ask::{get, post},
};

/// Two services; texts of all kinds, some of them hostile.
const TRACE: &str = r#"[
    {"traceId":"abc","id":"1","kind":"SERVER","name":"get /users/홍길동?\"a\"%","timestamp":1531282088548312,
     "duration":20333,"localEndpoint":{"serviceName":"gateway","ipv4":"127.0.0.1","port":8081},
     "tags":{"userId":"<script>alert(1)</script>","error":""},
     "annotations":[{"timestamp":1531282088549312,"value":"beep \u0007"}]},
    {"traceId":"abc","parentId":"1","id":"2","kind":"CLIENT","name":"get","timestamp":1531282088550312,
     "duration":10000,"localEndpoint":{"serviceName":"gateway"},"remoteEndpoint":{"serviceName":"orders"}},
    {"traceId":"abc","parentId":"2","id":"3","kind":"SERVER","name":"get /users/{name}/items",
     "timestamp":1531282088551312,"duration":8000,"localEndpoint":{"serviceName":"orders"}}]"#;

async fn with_trace() -> Collector {
    let collector = Collector::new(&Config::default());
    assert_eq!(post(&collector, &[], TRACE).await.status, 202);
    collector
}

#[track_caller]
fn assert_has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "no {part} in:\n{html}");
    }
}

#[tokio::test]
async fn an_empty_collector_says_what_to_send() {
    let answer = get(&Collector::new(&Config::default()), "/").await;
    assert_eq!(answer.status, 200);
    let commands = [
        "curl -H 'userid: terry'",
        "curl http://127.0.0.1:9411/api/v2/spans",
    ];
    assert_has(&answer.text(), &commands);
}

/// The trace, and `abd`, of which nothing is laid out.
async fn with_too_large() -> Collector {
    let collector = with_trace().await;
    let name = "a".repeat(1 << 20);
    let large = TRACE
        .replace("get /users/{name}/items", &name)
        .replace("abc", "abd");
    assert_eq!(post(&collector, &[], large).await.status, 202);
    collector
}

#[tokio::test]
async fn a_trace_too_large_to_draw_leads_to_its_json() {
    let collector = with_too_large().await;
    let page = get(&collector, "/traces/0000000000000abd").await;
    assert_eq!(page.status, 200);
    let link = r#"<a href="../api/v2/trace/0000000000000abd">All of them, as JSON</a>"#;
    assert_has(&page.text(), &["<h1>Too large to draw</h1>", link]);
}

#[tokio::test]
async fn the_latest_traces_are_listed_however_old() {
    let html = get(&with_trace().await, "/").await.text();
    assert_has(
        &html,
        &[
            r#"<time datetime="2018-07-11T04:08:08.548Z">"#,
            "2018-07-11 04:08:08.548 UTC",
            r#"<a href="./traces/0000000000000abc"><bdi>gateway</bdi> <b><bdi>get /users/홍길동?&quot;a&quot;%</bdi></b><span class="hidden">, 20.3 ms</span></a>"#,
            r#"<td class="number spans">3 spans</td>"#,
            r#"<strong class="error">1 error</strong>"#,
        ],
    );
}

#[tokio::test]
async fn a_lookback_looks_back_from_now() {
    let collector = with_trace().await;
    let link = "/traces/0000000000000abc";
    assert!(
        get(&collector, "/?lookback=9000000000000")
            .await
            .text()
            .contains(link)
    );
    assert!(!get(&collector, "/?lookback=1000").await.text().contains(link));
}

#[tokio::test]
async fn the_form_searches_as_the_api_does_and_keeps_what_was_asked() {
    let collector = with_trace().await;
    for (query, found) in [
        ("serviceName=orders&spanName=&annotationQuery=&minDuration=", true),
        ("serviceName=orders&minDuration=9000", false),
        ("annotationQuery=error", true),
    ] {
        let html = get(&collector, &format!("/?{query}")).await.text();
        assert_eq!(html.contains("/traces/0000000000000abc"), found, "{query}");
    }
    let html = get(&collector, "/?spanName=%22%3E%3Cb%3E").await.text();
    assert_has(&html, &[r#"value="&quot;&gt;&lt;b&gt;""#, "No trace matches"]);
    let answer = get(&collector, "/?minDuration=soon").await;
    assert_eq!(answer.status, 400);
    assert_has(
        &answer.text(),
        &["&quot;soon&quot; is no duration. Write 5ms, 2s, or microseconds as a number."],
    );
}

#[tokio::test]
async fn a_trace_is_drawn_with_all_that_its_spans_say() {
    let html = get(&with_trace().await, "/traces/abc").await.text();
    assert_has(
        &html,
        &[
            // Depth, service, colour, name, kind, error.
            r#"<span class="what d0"><span class="hidden">Depth 0, starts at 0 µs: </span><span class="service c5"><bdi>gateway</bdi></span>"#,
            r#"<span class="kind">server</span> <strong class="error">error</strong>"#,
            r#"<span class="what d2"><span class="hidden">Depth 2, starts at 3.00 ms: </span><span class="service c4"><bdi>orders</bdi></span>"#,
            // From 2 ms on for 10 ms of 20.333 ms.
            r#"<rect class="c5" x="98.4" y="3" width="491.8" height="10"/>"#,
            // Ids, address, tag and annotation, with what is hostile or has no shape.
            "<code>0000000000000003</code>",
            "<bdi>gateway</bdi> 127.0.0.1:8081",
            r#"<th scope="row" dir="auto"><bdi>userId</bdi></th><td dir="auto"><bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi></td>"#,
            r#"<th scope="row" dir="auto">1.00 ms</th><td dir="auto"><bdi>beep <span class="sign">\u{7}</span></bdi></td>"#,
            // The hop between the two: client, server, network, own work.
            "<bdi>gateway</bdi> → <bdi>orders</bdi>",
            // The exact duration.
            "<dd>8.00 ms (8000 µs)</dd>",
            r#"data-name="client">10.0 ms</td><td role="cell" class="number" data-name="server">8.00 ms</td>"#,
            r#"data-name="network">2.00 ms</td><td role="cell" class="number" data-name="own work">8.00 ms</td>"#,
        ],
    );
    let script = r#"<script type="module" src="../trace.js"></script>"#;
    assert_eq!(html.matches("<script").count(), html.matches(script).count());
    assert!(!html.contains("style="));
}

#[tokio::test]
async fn pages_let_nothing_run_or_load() {
    let collector = with_trace().await;
    for path in ["/", "/traces/abc", "/traces/def"] {
        let answer = get(&collector, path).await;
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
        );
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
    assert_eq!(
        get(&collector, "/style.css").await.header("content-type"),
        "text/css; charset=utf-8"
    );
    assert_eq!(
        get(&collector, "/icon.svg").await.header("content-type"),
        "image/svg+xml"
    );
}

#[tokio::test]
async fn an_unknown_trace_and_what_is_no_id_have_a_page() {
    let collector = with_trace().await;
    let answer = get(&collector, "/traces/def").await;
    assert_eq!(answer.status, 404);
    assert_has(&answer.text(), &["<h1>No such trace</h1>", "0000000000000def"]);
    let answer = get(&collector, "/traces/%3Cb%3E").await;
    assert_eq!(answer.status, 400);
    assert_has(
        &answer.text(),
        &["<h1>Not a trace id</h1>", "An id is up to 32 digits of hex"],
    );
    assert!(!answer.text().contains("<b>"));
}

#[tokio::test]
async fn extreme_times_are_drawn() {
    let collector = Collector::new(&Config::default());
    let spans = r#"[{"traceId":"1","id":"1","timestamp":1,"duration":9223372036854775807},
        {"traceId":"1","parentId":"1","id":"2","timestamp":9223372036854775807,"duration":9223372036854775807},
        {"traceId":"1","parentId":"2","id":"3"}]"#;
    assert_eq!(post(&collector, &[], spans).await.status, 202);
    assert_eq!(get(&collector, "/traces/1").await.status, 200);
    assert_eq!(get(&collector, "/").await.status, 200);
}

/// Addresses that people have.
mod links;

/// Two languages.
mod languages;

/// The list of traces.
mod list;

/// Rows that matter, folds, pages.
mod large;

/// Pages in two pieces.
mod vast;

/// Views over a window.
mod views;

/// Pages behind a reverse proxy.
mod prefix;

/// Drawings of odd spans, and of very many.
mod odd;
