use axum::body::Body;

use super::*;
use crate::Config;

/// A collector whose files outlast one request.
struct Files(Router);

impl Files {
    fn new() -> Self {
        Self(Collector::new(&Config::default()).router())
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> (u16, String, String) {
        let mut request = axum::http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .0
            .clone()
            .oneshot(request.body(body.into()).unwrap())
            .await
            .unwrap();
        let status = response.status().as_u16();
        let location = response
            .headers()
            .get("location")
            .map_or("", |value| value.to_str().unwrap())
            .to_owned();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, location, String::from_utf8_lossy(&body).into_owned())
    }

    async fn get(&self, path: &str) -> (u16, String, String) {
        self.send("GET", path, &[], ()).await
    }

    /// The address of a file, from the root.
    async fn take(&self, file: impl Into<Body>) -> String {
        let (status, location, text) = self.send("POST", "/uploads", &[], file).await;
        assert_eq!(status, 303, "{text}");
        location[1..].to_owned()
    }
}

const V2: &str = r#"[{"traceId":"abc","id":"1","name":"from a file","timestamp":5,"duration":9,"localEndpoint":{"serviceName":"web"}}]"#;

const JAEGER: &str = r#"{"data":[{"traceID":"ABC","spans":[
    {"traceID":"ABC","spanID":"1","operationName":"from a file","references":[],"startTime":1000,"duration":900,"processID":"p1",
     "tags":[{"key":"span.kind","type":"string","value":"server"},{"key":"http.status_code","type":"int64","value":500},
             {"key":"error","type":"bool","value":true}],
     "logs":[{"timestamp":1100,"fields":[{"key":"event","type":"string","value":"beep"}]}]},
    {"traceID":"ABC","spanID":"2","operationName":"ok","references":[{"refType":"CHILD_OF","traceID":"ABC","spanID":"1"}],
     "startTime":1100,"duration":500,"processID":"p2","tags":[{"key":"error","type":"bool","value":false}],"logs":null}],
  "processes":{"p1":{"serviceName":"Web","tags":[]},"p2":{"serviceName":"db"}}}]}"#;

#[tokio::test]
async fn files_of_each_format_are_shown_apart_from_the_live_traces() {
    let otlp = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},
        "scopeSpans":[{"spans":[{"traceId":"00000000000000000000000000000abc","spanId":"0000000000000001","name":"from a file",
        "startTimeUnixNano":"5000","endTimeUnixNano":"14000"}]}]}]}"#;
    let v1 = r#"[{"traceId":"abc","id":"1","name":"from a file","timestamp":5,"duration":9,
        "annotations":[{"timestamp":5,"value":"sr","endpoint":{"serviceName":"web"}}],"binaryAnnotations":[]}]"#;
    let nested = format!("\u{feff}[[], {V2} ,[ ]]");
    let files = Files::new();
    for file in [V2, v1, &nested, otlp, JAEGER] {
        let address = files.take(file.to_owned()).await;
        let (status, _, html) = files.get(&address).await;
        assert_eq!(status, 200, "{address}");
        for part in [
            "from a file",
            "apart from the live traces",
            r#"href="../style.css""#,
            r#"href="../../../""#,
        ] {
            assert!(html.contains(part), "no {part} in {html}");
        }
        assert!(html.contains("<bdi>web</bdi>"));
    }
    assert!(!files.get("/").await.2.contains("from a file"));
}

#[tokio::test]
async fn requests_of_opentelemetry_may_stand_one_a_line() {
    let request = |id: u64| {
        format!(
            r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"00000000000000000000000000000abc","spanId":"{id:016x}","name":"part {id}"}}]}}]}}]}}"#
        )
    };
    let files = Files::new();
    let file = format!("{}\n\n{}\r\n", request(1), request(2));
    let (_, _, html) = files.get(&files.take(file).await).await;
    assert!(html.contains("part 1") && html.contains("part 2"), "{html}");
}

#[tokio::test]
async fn a_file_of_jaeger_becomes_spans_of_zipkin() {
    let spans = jaeger::spans(JAEGER.as_bytes()).unwrap();
    assert_eq!(spans[0].kind, Some(zipkin::Kind::Server));
    assert_eq!(
        (
            spans[0].tags["error"].as_str(),
            spans[0].tags["http.status_code"].as_str()
        ),
        ("true", "500")
    );
    assert_eq!(spans[0].annotations[0].value, "beep");
    assert_eq!(spans[1].parent_id, Some(spans[0].id));
    assert!(spans[1].tags.is_empty());
}

#[tokio::test]
async fn a_form_brings_a_file_and_every_view_of_it_works() {
    let files = Files::new();
    let two = V2.replace(['[', ']'], "");
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"t.json\"\r\nContent-Type: application/json\r\n\r\n[{two},{}]\r\n--x--\r\n",
        two.replace("abc", "abd")
    );
    let kind = [
        ("content-type", "multipart/form-data; boundary=x"),
        ("sec-fetch-site", "same-origin"),
    ];
    let (status, location, text) = files.send("POST", "/uploads", &kind, body).await;
    assert_eq!(status, 303, "{text}");
    for view in [
        "",
        "hops?lookback=all",
        "dependencies",
        "compare",
        "traces/abc",
        "traces.json",
        "api/v2/trace/abc",
        "style.css",
    ] {
        let (status, ..) = files.get(&format!("{}{view}", &location[1..])).await;
        assert_eq!(status, 200, "{view}");
    }
    assert_eq!(files.get("/uploads/fff/").await.0, 404);
    assert_eq!(files.get("/uploads/abc").await.1, "./abc/");
}

#[tokio::test]
async fn a_file_of_no_known_format_is_said_to_be_one() {
    let files = Files::new();
    for (headers, body, status, said) in [
        (
            &[][..],
            r#"{"data":[{}]}"#,
            400,
            "cannot be read: missing field `spans`",
        ),
        // One span without the list around it.
        (&[], r#"{"traceId":"1","id":"1"}"#, 400, "none of these formats"),
        (&[], "[]", 400, "no spans"),
        (&[], "hello", 400, "none of these formats"),
        (&[], r#"[{"traceId":"x","id":"1"}]"#, 400, "cannot be read"),
        (
            &[("content-type", "multipart/form-data; boundary=x")],
            "--x--",
            400,
            "No file was chosen",
        ),
        (&[("sec-fetch-site", "cross-site")], V2, 403, "another site"),
        (
            &[("origin", "http://site.example"), ("host", "127.0.0.1:9411")],
            V2,
            403,
            "another site",
        ),
        (&[("origin", "null")], V2, 403, "another site"),
        (
            &[("origin", "http://127.0.0.1:9411"), ("host", "127.0.0.1:9411")],
            V2,
            303,
            "",
        ),
    ] {
        let (got, _, text) = files.send("POST", "/uploads", headers, body).await;
        assert!(
            got == status && text.contains(said),
            "{headers:?} {body}: {got} {text}"
        );
    }
}

#[tokio::test]
async fn the_fifth_file_takes_the_place_of_the_first() {
    let files = Files::new();
    let mut addresses = Vec::new();
    for _ in 0..5 {
        addresses.push(files.take(V2).await);
    }
    assert_eq!(files.get(&addresses[0]).await.0, 404);
    assert_eq!(files.get(&addresses[1]).await.0, 200);
}

#[tokio::test]
async fn a_file_goes_at_its_time_though_nobody_asks() {
    let kept = Kept::lasting(Duration::from_millis(1));
    let routes = routes_with(kept.clone()).with_state(Collector::new(&Config::default()));
    let file = axum::http::Request::post("/uploads")
        .body(Body::from(V2))
        .unwrap();
    assert_eq!(routes.oneshot(file).await.unwrap().status(), 303);
    let gone = async {
        while kept.count() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(60), gone).await.unwrap();
}

#[tokio::test]
async fn a_file_of_more_than_64_mib_is_refused() {
    let (status, _, text) = Files::new()
        .send("POST", "/uploads", &[], vec![b' '; MAX_BYTES + MAX_AROUND + 1])
        .await;
    assert!(status == 413 && text.contains("64 MiB"), "{status}");
}

/// A file of one trace of a few megabytes, though not of many spans.
fn vast() -> String {
    let text = "x".repeat(100_000);
    let span = |id: usize| {
        format!(
            r#"{{"traceId":"7","id":"{id:x}","name":"step {id}","timestamp":{id},"duration":9,"tags":{{"text":"{text}"}}}}"#
        )
    };
    let spans: Vec<String> = (1..=30).map(span).collect();
    format!("[{}]", spans.join(","))
}

#[tokio::test]
async fn a_vast_trace_of_a_file_waits_for_the_live_ones() {
    let live = Collector::new(&Config {
        query_timeout: "500ms".parse().unwrap(),
        ..Config::default()
    });
    let files = Files(live.router());
    let address = files.take(vast()).await;
    let _alone = live.alone_if(true).await;
    let html = files.get(&address).await.2;
    assert!(html.contains("The answer took too long"), "{html}");
}

#[tokio::test]
async fn the_page_of_a_vast_trace_of_a_file_is_kept() {
    let live = Collector::new(&Config::default());
    let files = Files(live.router());
    let address = files.take(vast()).await;
    let first = files.get(&address).await.2;
    assert!(first.contains("step 30") && first.ends_with("</html>\n"));
    // A page that is drawn again would wait for this place, in vain.
    let _alone = live.alone_if(true).await;
    assert_eq!(files.get(&address).await.2, first);
}
