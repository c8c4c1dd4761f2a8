use serde_json::Value;

use crate::{Collector, Config, ask};

const LINES: [&str; 4] = [
    r#"{"timestamp":"2026-11-24T07:17:19.050Z","level":"WARN","mdc":{"traceId":"463ac35c9f6413ad","spanId":"a2fb4a1d1a96d312","userId":"kim"},"message":"took 12 ms"}"#,
    r#"{"timestamp":"2026-11-24T07:17:19.060Z","level":"WARN","mdc":{"traceId":"563ac35c9f6413ad"},"message":"took 7 ms"}"#,
    r#"{"timestamp":"2026-11-24T07:17:19.040Z","level":"ERROR","message":"<script>alert(1)</script>"}"#,
    "thread 'main' panicked",
];

fn with_lines() -> Collector {
    let collector = Collector::new(&Config::default());
    LINES.iter().for_each(|line| collector.log(Some("orders"), line));
    collector
}

async fn json(collector: &Collector, query: &str) -> Value {
    let answer = ask::get(collector, &format!("/logs.json{query}")).await;
    let (status, text) = answer.said();
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

fn messages(json: &Value) -> Vec<&str> {
    let lines = json["lines"].as_array().unwrap().iter();
    lines.map(|line| line["message"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn lines_are_found_by_each_field() {
    let collector = with_lines();
    for (query, found) in [
        ("?level=error", vec!["<script>alert(1)</script>"]),
        ("?traceId=463AC35C9F6413AD", vec!["took 12 ms"]),
        ("?traceId=463ac35c", vec!["took 12 ms"]),
        ("?traceId=463AC35C9F6413A", vec!["took 12 ms"]),
        ("?traceId=663ac35c", vec![]),
        ("?value=userId%3Dkim", vec!["took 12 ms"]),
        ("?text=TOOK", vec!["took 12 ms", "took 7 ms"]),
        ("?service=orders&text=panicked", vec!["thread 'main' panicked"]),
        ("?service=gateway", vec![]),
        ("?after=3", vec!["thread 'main' panicked"]),
    ] {
        assert_eq!(messages(&json(&collector, query).await), found, "{query}");
    }
    let all = json(&collector, "").await;
    assert_eq!((&all["latest"], &all["hasMore"]), (&4.into(), &false.into()));
    assert_eq!(all["lines"][1]["values"]["userId"], "kim");
    assert_eq!(all["lines"][1]["spanId"], "a2fb4a1d1a96d312");
}

#[tokio::test]
async fn alike_lines_are_one_group() {
    let groups = json(&with_lines(), "?group=true").await;
    assert_eq!(groups["groups"][0]["count"], 2);
    assert_eq!(groups["groups"][0]["latest"]["message"], "took 7 ms");
    assert_eq!(groups["groups"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn the_page_shows_lines_as_text_and_links_their_spans() {
    let collector = with_lines();
    let (status, page) = ask::get(&collector, "/logs").await.said();
    assert_eq!(status, 200);
    assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert(1)"));
    assert!(
        page.contains(r#"href="./traces/463ac35c9f6413ad/spans/a2fb4a1d1a96d312""#),
        "{page}"
    );
    let (_, korean) = ask::get(&collector, "/logs?lang=ko&group=true").await.said();
    assert!(korean.contains("로그 4건을 3개로 묶었습니다"), "{korean}");
}

#[tokio::test]
async fn a_mistake_stands_beside_its_field_and_the_others_stay() {
    let collector = with_lines();
    for (query, said) in [
        ("traceId=xyz&text=slow", "Not a trace id: xyz"),
        ("limit=abc&text=slow", "<code>limit</code>: Not a number: abc"),
        ("spanId=zz&text=slow", "<code>spanId</code>: Not a span id: zz"),
        ("level=loud&text=slow", "Not a level: loud"),
        ("value=kim&text=slow", "A value is written as name=value"),
    ] {
        let (status, page) = ask::get(&collector, &format!("/logs?{query}")).await.said();
        assert_eq!(status, 400);
        assert!(page.contains(said) && page.contains(r#"value="slow""#), "{page}");
        assert_eq!(
            ask::get(&collector, &format!("/logs.json?{query}"))
                .await
                .said()
                .0,
            400
        );
    }
}

#[tokio::test]
async fn without_lines_the_page_says_where_they_come_from() {
    let (_, page) = ask::get(&Collector::new(&Config::default()), "/logs")
        .await
        .said();
    assert!(page.contains("hop collector --logs -"));
    let none = Config {
        logs_max_bytes: 0,
        ..Config::default()
    };
    let collector = Collector::new(&none);
    collector.log(None, "lost");
    let (_, page) = ask::get(&collector, "/logs").await.said();
    assert!(page.contains("LOGS_MAX_BYTES is 0"));
}

/// As many as a page asks for, each with more than one page could show of it.
fn with_long_lines() -> Collector {
    let collector = Collector::new(&Config::default());
    for number in 0..200 {
        let values: Vec<String> = (0..31)
            .map(|at| format!(r#""k{at}":"{}""#, "v".repeat(1_000)))
            .collect();
        let values = values.join(",");
        let message = format!("{} {number}", "\\u0001".repeat(4_000));
        let message = if number % 2 == 0 { "short" } else { &message };
        let line = format!(
            r#"{{"timestamp":"2026-11-24T07:17:19.050Z","level":"WARN","mdc":{{"traceId":"463ac35c9f6413ad",{values}}},"message":"{message}"}}"#
        );
        collector.log(Some("orders"), &line);
    }
    collector
}

#[tokio::test]
async fn a_page_of_long_lines_is_bounded_and_says_so() {
    let collector = with_long_lines();
    for query in ["", "?limit=1000", "?group=true", "?lang=ko"] {
        let (_, page) = ask::get(&collector, &format!("/logs{query}")).await.said();
        let elements = page.matches('<').count() - page.matches("</").count();
        assert!(
            page.len() < 1_000_000 && elements < 8_000,
            "{query}: {} {elements}",
            page.len()
        );
        let said = page.contains("left out here") || page.contains("않았습니다");
        // All of them are two groups.
        assert!(said || query == "?group=true", "{query}");
    }
}

#[tokio::test]
async fn a_message_stands_before_its_values_which_are_cut() {
    let collector = with_long_lines();
    let (_, page) = ask::get(&collector, "/logs?text=short").await.said();
    let row = page.split("<tr id").nth(1).unwrap();
    assert!(row.find("short").unwrap() < row.find("k0").unwrap());
    assert!(
        row.contains("21 more values") && !row.contains(&"v".repeat(201)),
        "{row}"
    );
    let address = row
        .split("href=\"")
        .find(|part| part.starts_with("./logs.json"))
        .unwrap();
    let address = address.split('"').next().unwrap().replace("&amp;", "&");
    let (_, line) = ask::get(&collector, &address[1..]).await.said();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["lines"].as_array().unwrap().len(), 1);
    assert_eq!(line["lines"][0]["values"]["k30"].as_str().unwrap().len(), 1_000);
}
