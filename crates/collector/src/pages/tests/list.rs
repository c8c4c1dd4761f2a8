//! The list of traces: what leads to a trace, what is found, and what is said of values that make no sense.

use serde_json::Value;

use super::*;

/// Three traces of different length; the middle one is the slowest and failed.
async fn with_three() -> Collector {
    let collector = Collector::new(&Config::default());
    let spans = |(id, start, duration, tags): (u32, u64, u64, &str)| {
        format!(
            r#"{{"traceId":"0000000000000a0{id}","id":"1","name":"get /","timestamp":{start},"duration":{duration},
                 "localEndpoint":{{"serviceName":"web"}},"tags":{{{tags}}}}},
               {{"traceId":"0000000000000a0{id}","parentId":"1","id":"2","timestamp":{start},"duration":{},
                 "localEndpoint":{{"serviceName":"db"}}}}"#,
            duration / 4
        )
    };
    let traces = [
        (1, 1_000_000, 4_000, r#""userId":"kim""#),
        (2, 2_000_000, 900_000, r#""error":"","userId":"lee""#),
        (3, 3_000_000, 8_000, r#""userId":"kim""#),
    ];
    let all = traces.map(spans).join(",");
    assert_eq!(post(&collector, &[], format!("[{all}]")).await.status, 202);
    collector
}

async fn ids(collector: &Collector, query: &str) -> Vec<String> {
    let answer = get(collector, &format!("/traces.json?{query}")).await;
    assert_eq!(answer.status, 200, "{query}");
    let found: Value = serde_json::from_str(&answer.text()).unwrap();
    let ids = found["traces"].as_array().unwrap().iter();
    ids.map(|trace| {
        trace["traceId"]
            .as_str()
            .unwrap()
            .trim_start_matches('0')
            .to_owned()
    })
    .collect()
}

#[tokio::test]
async fn the_box_leads_to_a_trace_or_finds_some() {
    let collector = with_three().await;
    for text in [
        "0000000000000A02",
        "b3:+0000000000000a02-0000000000000001-1",
        "INFO+[web,0000000000000a02,1]+x",
    ] {
        let answer = get(&collector, &format!("/?q={text}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (302, "./traces/0000000000000a02"),
            "{text}"
        );
    }
    for (query, found) in [
        ("q=error", &["a02"][..]),
        ("q=userId%3Dkim", &["a03", "a01"]),
        ("q=userId%3Dkim+and+minDuration%3D5ms", &["a03"]),
        ("q=userId%3Dkim&minDuration=5ms", &["a03"]),
        ("sort=longest", &["a02", "a03", "a01"]),
        ("sort=longest&limit=1", &["a02"]),
        ("", &["a03", "a02", "a01"]),
        ("q=nothing", &[]),
    ] {
        assert_eq!(ids(&collector, query).await, found, "{query}");
    }
}

#[tokio::test]
async fn a_service_that_is_looked_for_as_a_word_is_offered() {
    let collector = with_three().await;
    let offered = r#"<a href="./?serviceName=db">traces of the service <bdi>db</bdi></a>"#;
    for (query, is_offered) in [
        ("q=DB", true),
        ("q=error+and+db+and+minDuration%3D1s", true),
        // A value, and a service that nobody has.
        ("q=db%3Done", false),
        ("q=cache", false),
    ] {
        let html = get(&collector, &format!("/?{query}")).await.text();
        assert!(html.contains("No trace matches"), "{query}");
        assert_eq!(html.contains(offered), is_offered, "{query}");
    }
}

#[tokio::test]
async fn the_twin_says_where_the_time_went() {
    let answer = get(&with_three().await, "/traces.json?q=error").await;
    let found: Value = serde_json::from_str(&answer.text()).unwrap();
    let path = &found["traces"][0]["criticalPath"];
    assert_eq!(path[0]["service"], "db");
    assert_eq!(
        (&path[0]["durationUs"], &path[1]["durationUs"]),
        (&225_000.into(), &675_000.into())
    );
    let only = get(&with_three().await, "/traces.json?only=ids&limit=1").await;
    assert_eq!(only.said(), (200, r#"["0000000000000a03"]"#.into()));
}

#[tokio::test]
async fn a_wrong_value_is_kept_and_its_mistake_stands_beside_it() {
    let collector = with_three().await;
    for (query, kept, mistake) in [
        (
            "minDuration=soon",
            r#"name="minDuration" value="soon""#,
            r#"id="minDuration-mistake">&quot;soon&quot; is no duration"#,
        ),
        (
            "q=error+and+minDuration%3D1h",
            r#"name="q" value="error and minDuration=1h""#,
            r#"id="q-mistake">&quot;1h&quot;"#,
        ),
        // The box counts before a field, which keeps its own value.
        (
            "q=minDuration%3Dsoon&minDuration=7ms",
            r#"name="minDuration" value="7ms""#,
            r#"id="q-mistake">&quot;soon&quot;"#,
        ),
        (
            "maxDuration=5ms",
            r#"name="maxDuration" value="5ms""#,
            r#"id="maxDuration-mistake">At most needs at least"#,
        ),
        (
            "minDuration=2s&maxDuration=5ms",
            r#"value="2s""#,
            r#"id="maxDuration-mistake">At most is below"#,
        ),
        (
            "lookback=1y",
            r#"name="lookback" value="1y""#,
            r#"id="lookback-mistake">"#,
        ),
        (
            "limit=many",
            r#"name="limit" value="many""#,
            r#"id="limit-mistake">"#,
        ),
        (
            "endTs=now",
            r#"name="endTs" value="now""#,
            "<p class=\"mistake\">endTs: &quot;now&quot; is no moment",
        ),
        (
            "lookback=range&startTs=9&endTs=5",
            r#"value="range""#,
            r#"id="lookback-mistake">The time from there"#,
        ),
    ] {
        let answer = get(&collector, &format!("/?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert_has(&answer.text(), &[kept, mistake, "Nothing was searched for"]);
    }
}

#[tokio::test]
async fn a_few_services_are_named_and_the_others_counted() {
    let collector = Collector::new(&Config::default());
    let span = |id: u32| {
        format!(r#"{{"traceId":"1","id":"{id:x}","timestamp":1,"localEndpoint":{{"serviceName":"s{id}"}}}}"#)
    };
    let spans: Vec<String> = (1..=200).map(span).collect();
    post(&collector, &[], format!("[{}]", spans.join(","))).await;
    let html = get(&collector, "/").await.text();
    assert_eq!(html.matches("class=\"chip").count(), 6);
    assert_has(&html, &[r#"<span title="and 194 more services">+194</span>"#]);
}

#[tokio::test]
async fn scripts_are_ours_and_typed() {
    let collector = with_three().await;
    let html = get(&collector, "/").await.text();
    assert_has(&html, &[r#"<script type="module" src="./scripts/list.js">"#]);
    for name in ["list.js", "times.js", "arrows.js"] {
        let answer = get(&collector, &format!("/scripts/{name}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "text/javascript; charset=utf-8")
        );
    }
    assert_eq!(get(&collector, "/scripts/none.js").await.status, 404);
}
