//! Addresses that people have: from a terminal, from Zipkin's page, from one of ours.

use super::*;

#[tokio::test]
async fn links_to_zipkins_page_lead_to_ours() {
    let collector = with_trace().await;
    for (path, location) in [
        ("/zipkin", "./"),
        ("/zipkin/", "../"),
        ("/zipkin/?serviceName=orders", "../?serviceName=orders"),
        ("/zipkin/index.html?lookback=1h", "../?lookback=1h"),
        ("/zipkin/traceViewer", "../"),
        ("/zipkin/traces/abc", "../../traces/abc"),
        ("/zipkin/trace/abc", "../../traces/abc"),
        (
            "/zipkin/dependency?startTime=4000&endTime=9000",
            "../dependencies?endTs=9000&lookback=5000",
        ),
        ("/zipkin/traces/a%2F%09b", "../../traces/a%2F%09b"),
        // The browser has the doubled slashes, too.
        ("/zipkin//traces//abc", "../../../../traces/abc"),
        ("/favicon.ico", "./icon.svg"),
    ] {
        let answer = get(&collector, path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (302, location),
            "{path}"
        );
    }
}

#[tokio::test]
async fn links_of_zipkins_page_find_what_they_ask_for() {
    let collector = with_trace().await;
    for (query, found) in [
        (
            "serviceName=gateway&lookback=15m&endTs=1531282089000&limit=10",
            true,
        ),
        (
            "serviceName=gateway&lookback=15m&endTs=1531282088000&limit=10",
            false,
        ),
        (
            "lookback=range&endTs=1531282089000&startTs=1531282088000&limit=10",
            true,
        ),
        (
            "lookback=range&endTs=1531282089000&startTs=1531282088900&limit=10",
            false,
        ),
        ("lookback=millis&endTs=1531282089000&millis=1000&limit=10", true),
        ("lookback=millis&endTs=1531282089000&millis=100&limit=10", false),
        ("lookback=15m", false),
        ("minDuration=20ms&maxDuration=1s", true),
        ("minDuration=21ms", false),
        ("remoteServiceName=orders&annotationQuery=error+and+userId", true),
        ("remoteServiceName=nobody", false),
    ] {
        let answer = get(&collector, &format!("/zipkin/?{query}")).await;
        let ours = answer.header("location").replace("../", "/");
        let page = get(&collector, &ours).await;
        assert_eq!(page.status, 200, "{query}");
        assert_eq!(page.text().contains("traces/0000000000000abc"), found, "{query}");
    }
    let dependency = get(&collector, "/zipkin/dependency?startTime=soon").await;
    assert_eq!(dependency.said(), (400, r#"For input string: "soon""#.into()));
}

#[tokio::test]
async fn conditions_without_a_field_are_said_and_kept() {
    let link = "/?remoteServiceName=%3Corders%3E&minDuration=1ms&maxDuration=2s&annotationQuery=error&lookback=1m&endTs=1531282089000";
    let html = get(&with_trace().await, link).await.text();
    assert_has(
        &html,
        &[
            "And: <bdi>error</bdi>; from 2018-07-11 04:07:09.000 to 2018-07-11 04:08:09.000 (UTC)",
            r#"name="remoteServiceName" value="&lt;orders&gt;""#,
            r#"<input type="hidden" name="annotationQuery" value="error">"#,
            r#"<input type="hidden" name="endTs" value="1531282089000">"#,
            r#"name="lookback" value="1m""#,
            r#"name="minDuration" value="1ms""#,
        ],
    );
    assert!(
        !get(&with_trace().await, "/?serviceName=a")
            .await
            .text()
            .contains("And: ")
    );
}

/// Two ids of 32 digits that begin alike, one of 16.
const ALIKE: &str = r#"[{"traceId":"9e658247000000000000000000000001","id":"1"},
    {"traceId":"9e658247000000000000000000000002","id":"1"},{"traceId":"00ab000000000001","id":"1"}]"#;

async fn with_ids_alike() -> Collector {
    let collector = Collector::new(&Config::default());
    assert_eq!(post(&collector, &[], ALIKE).await.status, 202);
    collector
}

#[tokio::test]
async fn a_trace_is_found_by_its_id_or_its_first_digits() {
    let collector = with_ids_alike().await;
    for whole in [
        "9E658247000000000000000000000001",
        "00ab000000000001",
        "AB000000000001",
    ] {
        let html = get(&collector, &format!("/traces/{whole}")).await.text();
        assert_has(&html, &[&whole.to_lowercase(), "Waterfall"]);
    }
    let answer = get(&collector, "/traces/00Ab").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (302, "../traces/00ab000000000001")
    );
    let several = get(&collector, "/traces/9E65").await;
    assert_eq!(several.status, 200);
    for id in [
        "9e658247000000000000000000000001",
        "9e658247000000000000000000000002",
    ] {
        assert_has(&several.text(), &[&format!(r#"href="../traces/{id}""#)]);
    }
    let none = get(&collector, "/traces/9e66").await;
    assert_eq!(none.status, 404);
    assert_has(&none.text(), &["No such trace", "9e66"]);
    // Zeros are no id, and still digits that an id may begin with.
    assert_eq!(get(&collector, "/traces/0").await.status, 302);
    assert_eq!(get(&collector, "/traces/9e65824z").await.status, 400);
}

#[tokio::test]
async fn the_exact_id_goes_before_ids_that_begin_with_it() {
    let collector = with_trace().await;
    let longer = r#"[{"traceId":"0000000000000abc0000000000000001","id":"1"}]"#;
    post(&collector, &[], longer).await;
    let html = get(&collector, "/traces/0000000000000abc").await.text();
    assert_has(&html, &["<title>Trace 0000000000000abc ·"]);
}

#[tokio::test]
async fn every_link_is_relative() {
    let collector = with_trace().await;
    let many: Vec<String> = (1..=2_001)
        .map(|id| format!(r#"{{"traceId":"d","id":"{id:x}"}}"#))
        .collect();
    post(&collector, &[], format!("[{}]", many.join(","))).await;
    post(&collector, &[], ALIKE).await;
    let empty = Collector::new(&Config::default());
    let no_search = Collector::new(&Config {
        search_enabled: false,
        ..Config::default()
    });
    for (collector, path) in [
        (&collector, "/"),
        (&collector, "/?serviceName=nobody"),
        (&collector, "/?limit=0"),
        (&collector, "/traces/abc"),
        (&collector, "/traces/d"),
        (&collector, "/traces/d?find=get&from=1"),
        (&collector, "/traces/9e65"),
        (&collector, "/traces/def"),
        (&collector, "/traces/x"),
        (&empty, "/"),
        (&no_search, "/"),
    ] {
        let answer = get(collector, path).await;
        let html = answer.text();
        let links = html.split(['"', ' ']).zip(html.split(['"', ' ']).skip(1));
        let links = links.filter(|(name, _)| ["href=", "action=", "src="].contains(name));
        let links: Vec<&str> = links.map(|(_, link)| link).collect();
        assert!(links.len() >= 3, "{path}: {links:?}");
        let root = if path.starts_with("/traces/") { "../" } else { "./" };
        assert!(
            links
                .iter()
                .all(|link| link.starts_with(root) || link.starts_with(['#', '?'])),
            "{path}: {links:?}"
        );
    }
}

#[tokio::test]
async fn a_program_is_refused_in_plain_text() {
    let collector = with_too_large().await;
    for (path, status, why) in [
        (
            "/traces/0000000000000abd.json",
            422,
            "0000000000000abd has more spans than can be laid out: /api/v2/trace/0000000000000abd has all of them",
        ),
        (
            "/traces/zz.json",
            400,
            "zz should be lower-hex encoded with no prefix",
        ),
        ("/traces/def.json", 404, "0000000000000def not found"),
        (
            "/traces/abc/spans/x.json",
            400,
            "x should be lower-hex encoded with no prefix",
        ),
        (
            "/traces/abc/spans/ffff.json",
            404,
            "no span 000000000000ffff in 0000000000000abc",
        ),
    ] {
        let answer = get(&collector, path).await;
        assert!(answer.header("content-type").starts_with("text/plain"), "{path}");
        assert_eq!(answer.said(), (status, why.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_program_gets_the_ids_that_its_digits_begin() {
    let collector = Collector::new(&Config::default());
    let spans = r#"[{"traceId":"abcdef1200000001","id":"1"},{"traceId":"abcdef1200000002","id":"1"}]"#;
    assert_eq!(post(&collector, &[], spans).await.status, 202);
    let answer = get(&collector, "/traces/abcdef12.json").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let mut ids: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    ids["traceIds"]
        .as_array_mut()
        .unwrap()
        .sort_by_key(ToString::to_string);
    let both = serde_json::json!({"traceIds": ["abcdef1200000001", "abcdef1200000002"]});
    assert_eq!((answer.status.as_u16(), ids), (200, both));
}
