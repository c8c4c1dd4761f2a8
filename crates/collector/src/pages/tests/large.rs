//! The pages of large traces: what is shown, what is folded, and how it opens.

use serde_json::{Value, json};

use super::{assert_has, get, post};
use crate::{Collector, Config};

/// A root with 5,000 quick calls and a slow one that failed, late; one of the quick ones has a tag to find.
async fn collector() -> Collector {
    let call = |at: u64, duration: u64, tags: Value| {
        json!({"traceId": "1", "parentId": "1", "id": format!("{:x}", at + 2), "kind": "CLIENT", "name": "select",
            "timestamp": 1_000_100 + 200 * at, "duration": duration, "tags": tags,
            "localEndpoint": {"serviceName": "web"}, "remoteEndpoint": {"serviceName": "db"}})
    };
    let mut spans = vec![
        json!({"traceId": "1", "id": "1", "kind": "SERVER", "name": "get /",
        "timestamp": 1_000_000, "duration": 1_100_000, "localEndpoint": {"serviceName": "web"}}),
    ];
    spans.extend((0..5_000).map(|at| call(at, 150, json!({"row": format!("row{at}.")}))));
    spans.push(call(5_000, 50_000, json!({"error": "deadlock"})));
    // Time is no question here: other tests keep the machine busy.
    let collector = Collector::new(&Config {
        query_timeout: "10m".parse().unwrap(),
        ..Config::default()
    });
    assert_eq!(
        post(&collector, &[], Value::Array(spans).to_string())
            .await
            .status,
        202
    );
    collector
}

async fn page(path: &str) -> String {
    let answer = get(&collector().await, path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.text()
}

#[tokio::test]
async fn a_late_failure_stands_among_the_first_rows() {
    let html = page("/traces/1").await;
    let list = html.split("<ol class=\"waterfall\">").nth(1).unwrap();
    let rows: Vec<&str> = list
        .split("<li")
        .skip(1)
        .take_while(|row| row.contains("</li>"))
        .collect();
    assert!(rows.len() < 8, "{}", rows.len());
    assert!(
        rows.iter()
            .any(|row| row.contains("id=\"s-000000000000138a\"") && row.contains(">error</strong>"))
    );
    assert_has(
        &html,
        &[
            "<b>×4,998</b>",
            "total 750 ms, longest 150 µs",
            "href=\"?open=0000000000000004#s-0000000000000004\"",
        ],
    );
}

#[tokio::test]
async fn large_numbers_stand_in_groups_in_hops_and_sentences() {
    let collector = collector().await;
    for (path, said) in [
        ("/traces/1", "5,001 times, one after another"),
        ("/traces/1?lang=ko", "5,001번 차례로"),
    ] {
        let html = get(&collector, path).await.text();
        assert_has(&html, &[said, "<b>×5,001</b>"]);
        let text = html.split(['<', '>']).skip(2).step_by(2);
        let plain: Vec<&str> = text.filter(|text| text.contains("5001")).collect();
        assert_eq!(plain, Vec::<&str>::new());
    }
}

#[tokio::test]
async fn a_fold_opens_by_its_address_in_pages() {
    let first = page("/traces/1?open=0000000000000005").await;
    assert_has(
        &first,
        &[
            "1 to 150 of 5,001",
            "?open=0000000000000005&amp;after=150#waterfall",
        ],
    );
    let last = page("/traces/1?open=0000000000000005&after=4950").await;
    assert_has(&last, &["4,951 to 5,001 of 5,001", "id=\"s-000000000000138a\""]);
    assert!(!last.contains("The next"));
}

#[tokio::test]
async fn a_trace_that_is_found_is_opened() {
    for (text, count) in [
        ("row4321.", "1 span has"),
        ("row%3Drow4321.", "1 span has"),
        ("ROW4321.", "1 span has"),
        ("none", "No span has"),
    ] {
        let html = page(&format!("/traces/1?find={text}")).await;
        assert_has(&html, &[count]);
        let is_found = html.contains("<li id=\"found\" class=\"found\"><details open>")
            && html.contains("<bdi>row4321.</bdi>");
        assert_eq!(is_found, text != "none", "{text}");
    }
}

#[tokio::test]
async fn a_range_of_time_is_shown_with_the_way_back() {
    let html = page("/traces/1?from=500ms&to=501ms").await;
    assert_has(
        &html,
        &[
            "spans do not run in this time.",
            "<span>500 ms</span>",
            "<rect class=\"window\"",
            ">The whole trace</a>",
        ],
    );
    let html = page("/traces/1?from=soon").await;
    assert_has(
        &html,
        &["value=\"soon\"", "aria-invalid=\"true\"", "No time. Write"],
    );
}

#[tokio::test]
async fn a_page_has_a_twin_for_programs() {
    let collector = collector().await;
    let answer = get(&collector, "/traces/1.json").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let twin: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((&twin["spans"], &twin["errors"]), (&json!(5_002), &json!(1)));
    assert!(twin["answer"].as_str().unwrap().contains("N+1"));
    let lines = twin["lines"].as_array().unwrap();
    let spans = |line: &Value| line["spans"].as_u64().unwrap_or(1);
    assert_eq!(lines.iter().map(spans).sum::<u64>(), 5_002);
    let span: Value = serde_json::from_slice(&get(&collector, "/traces/1/spans/2.json").await.body).unwrap();
    assert_eq!(span[0]["tags"]["row"], "row0.");
}

#[tokio::test]
async fn a_span_has_a_page_of_its_own() {
    let html = page("/traces/1/spans/138a").await;
    assert_has(
        &html,
        &[
            "<bdi>deadlock</bdi>",
            "Caused by",
            "../../../traces/0000000000000001/spans/0000000000000001",
        ],
    );
    assert_has(
        &page("/traces/1/spans/1").await,
        &["It caused", "The first 50 of 5,001."],
    );
    let collector = collector().await;
    for (path, status) in [
        ("/traces/1/spans/ffff", 404),
        ("/traces/2/spans/1", 404),
        ("/traces/1/spans/x", 400),
    ] {
        assert_eq!(get(&collector, path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_trace_stands_among_others_of_its_root() {
    let collector = Collector::new(&Config::default());
    let trace = |id: u64| {
        json!({"traceId": format!("{id:x}"), "id": "1", "name": "get /", "timestamp": (1_000_000_000 + id) * 1_000_000,
            "duration": 100 * id, "localEndpoint": {"serviceName": "web"}})
    };
    let spans: Vec<Value> = (1..=29).map(trace).collect();
    post(&collector, &[], Value::Array(spans).to_string()).await;
    for (id, expected) in [
        (
            "1d",
            Some("Slower than 28 of 28 others with this root in the hour before it (100 %)."),
        ),
        // A percentage of few would be more exact than it is.
        (
            "a",
            Some("Slower than 9 of 9 others with this root in the hour before it."),
        ),
        // Fewer say nothing.
        ("3", None),
    ] {
        let html = get(&collector, &format!("/traces/{id}")).await.text();
        assert_eq!(html.contains("Slower than"), expected.is_some(), "{id}");
        assert_has(&html, expected.as_slice());
    }
}

#[tokio::test]
async fn context_headers_stand_apart_with_what_was_made_of_them() {
    let span = json!([{"traceId": "1", "id": "1", "kind": "SERVER", "name": "get", "tags": {
        "header.in.b3": "invalid; b3: <x>", "header.in.baggage": "userId kept; token dropped, 6 bytes",
        "header.out.b3": "b3: 1-1-1", "http.path": "/a"}}]);
    let collector = Collector::new(&Config::default());
    assert_eq!(post(&collector, &[], span.to_string()).await.status, 202);
    let html = get(&collector, "/traces/1/spans/1").await.text();
    let parts = [
        "<caption>Context headers</caption>",
        "received <bdi>b3</bdi></th><td dir=\"auto\"><b>invalid: read as if it were not there</b><br><bdi>b3: &lt;x&gt;</bdi>",
        "received <bdi>baggage</bdi></th><td dir=\"auto\"><bdi>userId kept; token dropped, 6 bytes</bdi>",
        "sent <bdi>b3</bdi></th><td dir=\"auto\"><bdi>b3: 1-1-1</bdi>",
    ];
    assert_has(&html, &parts);
    assert!(!html.contains("header.in."));
}

#[tokio::test]
async fn hostile_spans_are_shown_in_part_and_on_request() {
    let mut tags: serde_json::Map<String, Value> =
        (0..10_000).map(|at| (format!("k{at:05}"), json!("v"))).collect();
    tags.insert("a".to_owned(), json!("<script>".repeat(8_192)));
    let span = json!([{"traceId": "1", "id": "1", "name": "n\u{202e}".repeat(30_000), "tags": tags}]);
    let collector = Collector::new(&Config::default());
    assert_eq!(post(&collector, &[], span.to_string()).await.status, 202);
    let html = get(&collector, "/traces/1").await.text();
    assert!(html.len() < 60_000, "{}", html.len());
    assert_has(
        &html,
        &[
            "all 64 KiB",
            "The first 50 of 10,001.",
            "spans/0000000000000001?all=1",
        ],
    );
    assert!(!html.contains("<script>"));
    let all = get(&collector, "/traces/1/spans/1?all=1").await.text();
    assert_has(
        &all,
        &["The first 5,000 of 10,001.", "spans/0000000000000001.json"],
    );
}
