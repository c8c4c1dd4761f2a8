//! Views over a window: every hop, who calls whom, two sides.

use serde_json::Value;

use super::*;
use crate::clock::now_ms;

/// A request of so many milliseconds, two thirds of them in orders, so many minutes ago.
pub fn request(id: u32, minutes: u64, millis: u64, error: &str) -> String {
    let start = (now_ms() - minutes * 60_000) * 1000;
    let took = millis * 1000;
    format!(
        r#"{{"traceId":"{id:016x}","id":"1","kind":"SERVER","name":"get /","timestamp":{start},"duration":{took},
             "localEndpoint":{{"serviceName":"web"}}}},
           {{"traceId":"{id:016x}","parentId":"1","id":"2","kind":"CLIENT","name":"get","timestamp":{start},"duration":{client},
             "localEndpoint":{{"serviceName":"web"}},"remoteEndpoint":{{"serviceName":"orders"}}}},
           {{"traceId":"{id:016x}","parentId":"2","id":"3","kind":"SERVER","name":"get /items","timestamp":{start},"duration":{server},
             "localEndpoint":{{"serviceName":"orders"}},"tags":{{{error}}}}}"#,
        client = took * 2 / 3,
        server = took * 2 / 3 - 1,
    )
}

/// Ten fast requests in the quarter of an hour before, ten slow ones in the last, one of them failed.
async fn before_and_after() -> Collector {
    let collector = Collector::new(&Config::default());
    let fast = (1..=10).map(|id| request(id, 20, 30, ""));
    let slow = (11..=20).map(|id| request(id, 5, 300, if id == 20 { r#""error":"""# } else { "" }));
    let all: Vec<String> = fast.chain(slow).collect();
    assert_eq!(
        post(&collector, &[], format!("[{}]", all.join(","))).await.status,
        202
    );
    collector
}

async fn json(collector: &Collector, path: &str) -> Value {
    let answer = get(collector, path).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, "application/json"),
        "{path}"
    );
    serde_json::from_str(&answer.text()).unwrap()
}

#[tokio::test]
async fn hops_have_figures_of_a_window_and_of_the_one_before() {
    let collector = before_and_after().await;
    let seen = json(&collector, "/hops.json?lookback=15m").await;
    let orders = &seen["calls"][0];
    assert_eq!(
        (&orders["caller"], &orders["callee"], &orders["name"]),
        (&"web".into(), &"orders".into(), &"get /items".into())
    );
    assert_eq!(
        (&orders["count"], &orders["errors"], &orders["p95Us"]),
        (&10.into(), &1.into(), &200_000.into())
    );
    assert_eq!(seen["before"]["calls"][0]["p95Us"], 20_000);
    assert_eq!(seen["seconds"], 900.0);
    let html = get(&collector, "/hops?lookback=15m").await.text();
    assert_has(
        &html,
        &[
            "900 % longer",
            "10 %",
            "0.7 a minute",
            "200 ms",
            r#"href="./traces/"#,
            "Partial: 5 of the 19 rules",
        ],
    );
    assert_has(
        &get(&collector, "/hops?lookback=5s").await.text(),
        &["No service was called in this window"],
    );
    assert_eq!(get(&collector, "/hops?lookback=soon").await.status, 400);
}

#[tokio::test]
async fn a_service_that_breaks_a_rule_leads_to_the_span() {
    let collector = before_and_after().await;
    let now = now_ms() * 1000;
    let orphan = format!(
        r#"[{{"traceId":"99","id":"7","parentId":"6","kind":"SERVER","timestamp":{now},"duration":9000,"localEndpoint":{{"serviceName":"torn"}}}}]"#
    );
    post(&collector, &[], orphan).await;
    let html = get(&collector, "/hops").await.text();
    assert_has(
        &html,
        &[
            "✗ SPA-002",
            r#"href="./traces/0000000000000099/spans/0000000000000007"><code>00000007</code>"#,
            "spans that fail: 1 ",
        ],
    );
}

#[tokio::test]
async fn a_rate_is_never_rounded_to_nothing() {
    let collector = before_and_after().await;
    post(
        &collector,
        &[],
        format!("[{}]", request(99, 60 * 24 * 900, 30, "")),
    )
    .await;
    let html = get(&collector, "/hops?lookback=all").await.text();
    assert_has(&html, &["less than 0.1 an hour"]);
    assert!(!html.contains("0.0 an hour"));
}

#[tokio::test]
async fn two_windows_name_the_guilty_hop() {
    let collector = before_and_after().await;
    let html = get(&collector, "/compare?before=30m..15m&after=15m..now")
        .await
        .text();
    assert_has(
        &html,
        &[
            "Traces: 10 before, 10 after",
            "<p class=\"answer\">orders: own work in “get /items”: 180 ms longer",
            "class=\"guilty\"",
        ],
    );
    let korean = get(&collector, "/compare?before=30m..15m&after=15m..now&lang=ko")
        .await
        .text();
    assert_has(
        &korean,
        &["orders의 “get /items” 자체 처리: 180 ms 길어졌습니다(이전 20.0 ms, 이후 200 ms)."],
    );
    let twin = json(
        &collector,
        "/compare.json?before=0000000000000001&after=000000000000000b",
    )
    .await;
    assert_eq!(twin["differs"], true);
}

#[tokio::test]
async fn a_side_that_makes_no_sense_is_said_beside_its_field() {
    let collector = before_and_after().await;
    for (query, status, said) in [
        (
            "before=soon&after=15m..now",
            400,
            r#"id="before-mistake">&quot;soon&quot; is neither"#,
        ),
        (
            "before=15m..now",
            400,
            r#"id="after-mistake">&quot;&quot; is neither"#,
        ),
        (
            "before=30m..15m&after=fff",
            200,
            r#"id="after-mistake">No trace of a size"#,
        ),
        (
            "before=2d..1d&after=15m..now",
            200,
            r#"id="before-mistake">No trace began"#,
        ),
        ("", 200, "30m..15m&amp;after=15m..now"),
    ] {
        let answer = get(&collector, &format!("/compare?{query}")).await;
        assert_eq!(answer.status, status, "{query}");
        assert_has(&answer.text(), &[said]);
    }
    assert_eq!(get(&collector, "/compare.json").await.status, 400);
    assert_eq!(
        get(&collector, "/compare.json?before=soon&after=x").await.status,
        400
    );
}

#[tokio::test]
async fn dependencies_are_drawn_and_listed() {
    let collector = before_and_after().await;
    let links = json(&collector, "/dependencies.json").await;
    assert_eq!(
        (&links[0]["parent"], &links[0]["child"], &links[0]["callCount"]),
        (&"web".into(), &"orders".into(), &20.into())
    );
    let html = get(&collector, "/dependencies").await.text();
    // By width and colour in the drawing, and in words in the table.
    assert_has(
        &html,
        &[
            r#"class="call failed""#,
            "20 calls, 5.0 % errors",
            r#"<strong class="error">1 (5.0 %)</strong>"#,
        ],
    );
    assert_has(
        &get(&collector, "/dependencies?lookback=5s").await.text(),
        &["No service called another"],
    );
    assert_eq!(get(&collector, "/dependencies?lookback=soon").await.status, 400);
}

#[tokio::test]
async fn a_trace_leads_to_the_same_one_in_a_zipkin_if_set() {
    let collector = Collector::new(&Config {
        zipkin_ui_url: "http://ops.example:9411".parse().ok(),
        ..Config::default()
    });
    assert_eq!(post(&collector, &[], TRACE).await.status, 202);
    let link = r#"<dt>Zipkin</dt><dd><a href="http://ops.example:9411/zipkin/traces/0000000000000abc" rel="noreferrer">"#;
    assert_has(&get(&collector, "/traces/abc").await.text(), &[link]);
    let html = get(&with_trace().await, "/traces/abc").await.text();
    assert!(!html.contains("noreferrer") && !html.contains("<dt>Zipkin</dt>"));
}

#[tokio::test]
async fn every_view_links_relative_to_where_it_is() {
    let collector = before_and_after().await;
    for path in ["/hops", "/dependencies", "/compare", "/compare?before=1&after=b"] {
        let html = get(&collector, path).await.text();
        let links = html
            .split("href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap());
        for link in links {
            assert!(link.starts_with("./") || link.starts_with('#'), "{path}: {link}");
        }
        assert!(!html.contains("style=") && !html.contains("onclick"));
    }
}

#[tokio::test]
async fn a_server_in_another_trace_is_said_on_the_page() {
    let collector = Collector::new(&Config::default());
    let start = (now_ms() - 60_000) * 1000;
    let spans = format!(
        r#"[{{"traceId":"a1","id":"1","kind":"SERVER","timestamp":{start},"duration":90000,"localEndpoint":{{"serviceName":"web"}}}},
            {{"traceId":"a1","id":"2","parentId":"1","kind":"CLIENT","timestamp":{start},"duration":80000,
              "localEndpoint":{{"serviceName":"web"}},"remoteEndpoint":{{"serviceName":"app"}}}},
            {{"traceId":"b2","id":"3","kind":"SERVER","timestamp":{},"duration":70000,"localEndpoint":{{"serviceName":"app"}}}}]"#,
        start + 5_000
    );
    assert_eq!(post(&collector, &[], spans).await.status, 202);
    let html = get(&collector, "/traces/00000000000000a1").await.text();
    let said = "app lost the context of web: it began trace 00000000000000b2 of its own while it was called.";
    assert_has(&html, &[said]);
    let twin = json(&collector, "/traces/00000000000000a1.json").await;
    let answer = twin["answer"]
        .as_str()
        .or_else(|| twin["analysis"]["answer"].as_str());
    assert!(answer.is_some_and(|answer| answer.contains(said)), "{twin}");
}
