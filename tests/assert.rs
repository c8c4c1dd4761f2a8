//! `hop assert`: expectations of running processes.

use std::{
    process::{Output, Stdio},
    time::Instant,
};

use serde_json::{Value, json};

use crate::harness::{Part, Stack, client, hop};

const EXAMPLE: &str = include_str!("../crates/expect/examples/order.json");

/// A file of this test's own, gone with it.
struct Written(std::path::PathBuf);

impl Written {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("hop-assert-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Exit code, standard output, standard error.
async fn assert_file(path: &str, more: &[&str]) -> (i32, String, String) {
    let mut command = hop(&["assert", path]);
    command.args(more).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let Output {
        status,
        stdout,
        stderr,
    } = output.await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn case(expect: Value) -> String {
    let request = json!({"path": "/orders/7", "headers": {"userid": "terry"}});
    json!({"cases": [{"title": "an order", "request": request, "expect": expect}]}).to_string()
}

#[tokio::test]
async fn expectations_of_a_running_chain_hold_or_are_drawn() {
    let stack = Stack::start(&[("LOG_FORMAT", "logback")]);
    let to = [
        "--url",
        &*stack.gateway.url,
        "--zipkin-url",
        &*stack.collector.url,
    ];

    let example = Written::new("example", EXAMPLE);
    let (code, said, error) = assert_file(example.path(), &to).await;
    assert_eq!(code, 0, "{said}{error}");
    assert!(
        said.starts_with("✓ An order crosses three services in one trace (trace "),
        "{said}"
    );
    assert!(
        said.contains(
            "\n✓ The caller's trace goes on, and its id comes back (trace 463ac35c9f6413ad48485a3953bb6124)"
        ),
        "{said}"
    );

    // Orders is said to do without inventory, and to be asked twice.
    let call = json!({"kind": "CLIENT", "service": "gateway", "to": "orders", "count": 2,
        "children": [{"service": "orders", "kind": "SERVER", "children": []}]});
    let wrong = Written::new(
        "wrong",
        &case(json!({
        "answer": {"status": 404},
        "headers": [{"to": "gateway", "headers": {"userid": "joey", "b3": {"pattern": "*"}}}],
        "tree": {"service": "gateway", "kind": "SERVER", "children": [call]}})),
    );
    let (code, said, error) = assert_file(wrong.path(), &to).await;
    assert_eq!(code, 1, "{said}{error}");
    for part in [
        "✗ an order (trace ",
        "expected                                 actual",
        "SERVER gateway                           SERVER gateway get /orders/{id}",
        "  CLIENT gateway → orders              -",
        "                                       +       CLIENT orders → inventory get",
        "gateway: the header userid is terry, expected joey",
        "userid: terry",
        "gateway: the header b3 is absent, expected any value",
        "answer: the status is 200, expected 404",
    ] {
        assert!(said.contains(part), "{part} in:\n{said}");
    }
    assert!(
        said.lines()
            .all(|line| line.chars().count() <= 80 || line.starts_with("     ")),
        "{said}"
    );
    assert!(error.ends_with("hop: the case does not hold\n"), "{error}");

    let (code, said, error) = assert_file(wrong.path(), &[&to, &["--lang", "ko"] as &[_]].concat()).await;
    assert_eq!(code, 1, "{said}{error}");
    assert!(
        said.contains("✗ an order (트레이스 ") && said.contains("예상  "),
        "{said}"
    );
    assert!(error.ends_with("hop: 기대와 다릅니다\n"), "{error}");

    let (code, said, _) = assert_file(wrong.path(), &[&to, &["--json"] as &[_]].concat()).await;
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &said["held"]), (1, &false.into()));
    assert!(
        said["cases"][0]["verdict"]["differences"]
            .as_array()
            .unwrap()
            .len()
            > 3,
        "{said}"
    );

    a_wrong_status_is_said_at_once(&to).await;
    lines_are_read_from_a_file(&stack, &to).await;
    a_denied_request_leaves_no_span(&to).await;
}

async fn a_wrong_status_is_said_at_once(to: &[&str]) {
    let spans = json!([{"service": "inventory", "kind": "SERVER"}]);
    for expected in [
        json!({"answer": {"status": 404}}),
        json!({"answer": {"status": 404}, "spans": spans}),
    ] {
        let file = Written::new("status", &case(expected));
        let begun = Instant::now();
        let (code, said, error) = assert_file(file.path(), to).await;
        assert_eq!(code, 1, "{said}{error}");
        assert!(said.contains("the status is 200, expected 404"), "{said}");
        assert!(begun.elapsed().as_secs() < 2, "{:?}", begun.elapsed());
    }
}

async fn lines_are_read_from_a_file(stack: &Stack, to: &[&str]) {
    let lines = json!([{"text": "getOrder 7", "fields": {"orderId": "7", "traceId": {"pattern": "{traceId}"}}, "count": 2}]);
    let expected = case(json!({"lines": lines}));
    let answered = case(json!({"lines": lines, "answer": {"status": 200}}));
    // The lines of a request with an id of its own, as a file of all services' output.
    let url = format!("{}/orders/7", stack.gateway.url);
    let request = client()
        .get(url)
        .header("userid", "terry")
        .header("b3", "00000000000000000000000000000abc-00000000000000a1-1");
    assert_eq!(request.send().await.unwrap().status(), 200);
    stack.gateway.lines_with("order 7 costs", 1);
    stack.orders.lines_with("order 7 comes to", 1);
    let lines = [stack.gateway.lines(), stack.orders.lines()].concat().join("\n");
    let (file, lines) = (
        Written::new("lines.json", &expected),
        Written::new("lines", &lines),
    );
    let of_trace = [
        "--zipkin-url",
        &stack.collector.url,
        "--trace",
        "00000000000000000000000000000abc",
        "--lines",
        lines.path(),
    ];
    let (code, said, error) = assert_file(file.path(), &of_trace).await;
    assert_eq!(code, 0, "{said}{error}");
    // Of a stored trace, no answer is seen.
    let answered = Written::new("answered.json", &answered);
    let begun = Instant::now();
    let (code, said, error) = assert_file(answered.path(), &of_trace).await;
    assert_eq!((code, said.as_str()), (2, ""), "{error}");
    let word = "case 1 expects an answer, and --trace sees spans and lines alone";
    assert!(error.contains(word), "{error}");
    assert!(begun.elapsed().as_secs() < 2, "{:?}", begun.elapsed());

    let (code, _, error) = assert_file(file.path(), to).await;
    assert_eq!(code, 2);
    assert!(
        error.contains("case 1 expects log lines") && error.contains("--lines FILE"),
        "{error}"
    );
}

async fn a_denied_request_leaves_no_span(to: &[&str]) {
    let text = json!({"cases": [{"request": {"path": "/users/terry", "headers": {"b3": "0"}},
        "expect": {"answer": {"status": 200}, "spans": [{"count": 0}]}}]});
    let file = Written::new("denied", &text.to_string());
    let (code, said, error) = assert_file(file.path(), to).await;
    assert_eq!(code, 0, "{said}{error}");
}

#[tokio::test]
async fn a_stored_trace_is_found_by_its_first_digits() {
    let collector = Part::start("collector", &[]);
    let spans = json!([
        {"traceId": "9e65824748485a3953bb6124463ac35c", "id": "1", "kind": "SERVER", "name": "get /a", "timestamp": 1000, "duration": 90,
            "localEndpoint": {"serviceName": "web"}},
        {"traceId": "9e65824748485a3953bb6124463ac35c", "id": "2", "parentId": "1", "name": "work", "timestamp": 1010, "duration": 500,
            "localEndpoint": {"serviceName": "web"}}]);
    let sent = client()
        .post(format!("{}/api/v2/spans", collector.url))
        .json(&spans)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 202);
    let tree = json!({"service": "web", "label": "request", "children": [{"kind": "LOCAL", "name": "work", "label": "work"}]});
    let expect = |relation: &str| {
        let relation = json!({relation: ["work", "request"]});
        json!({"cases": [{"expect": {"tree": tree, "relations": [relation]}}]}).to_string()
    };
    let of_trace = ["--trace", "9e658247", "--zipkin-url", &*collector.url];
    for (relation, code, part) in [
        (
            "longer",
            0,
            "✓ what was expected (trace 9e65824748485a3953bb6124463ac35c)",
        ),
        (
            "within",
            1,
            "work within request: does not hold, 10…510 µs, 0…90 µs",
        ),
    ] {
        let file = Written::new(relation, &expect(relation));
        let (found, said, error) = assert_file(file.path(), &of_trace).await;
        assert_eq!(found, code, "{said}{error}");
        assert!(said.contains(part), "{said}");
    }
    let file = Written::new("unsent", &expect("longer"));
    let (code, _, error) = assert_file(file.path(), &["--zipkin-url", &collector.url]).await;
    assert!(
        code == 2 && error.contains("case 1 has no request") && error.contains("--trace ID"),
        "{error}"
    );
}

#[tokio::test]
async fn a_request_is_sent_with_its_method_and_body() {
    let collector = Part::start("collector", &[]);
    let to = ["--url", &*collector.url, "--zipkin-url", &*collector.url];
    let span =
        json!([{"traceId": "463ac35c9f6413ad", "id": "1", "localEndpoint": {"serviceName": "posted"}}]);
    let post = json!({"method": "POST", "path": "/api/v2/spans", "body": span});
    let headers = json!([{"to": "gateway", "headers": {"content-type": "application/json"}}]);
    let cases = json!({"cases": [
        {"request": post, "expect": {"answer": {"status": 202}, "headers": headers}},
        {"request": {"method": "DELETE", "path": "/api/v2/spans"}, "expect": {"answer": {"status": 404}}}]});
    let file = Written::new("post", &cases.to_string());
    let (code, said, error) = assert_file(file.path(), &to).await;
    assert_eq!(code, 0, "{said}{error}");
    let stored = json!({"cases": [{"expect": {"tree": {"service": "posted"}}}]});
    let file = Written::new("posted", &stored.to_string());
    let trace = ["--trace", "463ac35c9f6413ad", "--zipkin-url", &*collector.url];
    let (code, said, error) = assert_file(file.path(), &trace).await;
    assert_eq!(code, 0, "{said}{error}");
}

#[tokio::test]
async fn headers_that_nobody_sees_are_refused_early() {
    for (to, more, word) in [
        ("gateway", &["--trace", "1"] as &[&str], "a stored trace has none"),
        ("orders", &[], "which is to gateway"),
    ] {
        let file = Written::new(
            to,
            &case(json!({"headers": [{"to": to, "headers": {"b3": null}}]})),
        );
        let (code, said, error) = assert_file(file.path(), more).await;
        let unbroken = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!((code, said.as_str()), (2, ""), "{error}");
        assert!(unbroken.contains(word), "{error}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_understood_says_where_and_exits_with_2() {
    let file = Written::new(
        "slip",
        "{\"cases\": [\n  {\"expect\": {\"tree\": {\"nmae\": \"get\"}}}\n]}",
    );
    let (code, said, error) = assert_file(file.path(), &[]).await;
    assert_eq!((code, said.as_str()), (2, ""));
    for part in [
        "line 2, column 24, in cases[0].expect.tree: nmae is no field; did you mean name?",
        "hop assert --schema",
    ] {
        // Errors are broken into lines of 80 columns.
        let unbroken = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unbroken.contains(part), "{error}");
    }
    let nobody = Written::new("nobody", &case(json!({"answer": {"status": 200}})));
    for (arguments, part) in [
        (&["/nowhere/at/all.json"] as &[&str], "the file cannot be read"),
        (
            &[nobody.path(), "--trace", "1", "--url", "http://127.0.0.1:1"],
            "cannot be used with",
        ),
        (&[nobody.path(), "--lines", "/nowhere/at/all"], "cannot be read"),
    ] {
        let (code, _, error) = assert_file(arguments[0], &arguments[1..]).await;
        let unbroken = error.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(code == 2 && unbroken.contains(part), "{error}");
    }
    let (code, _, error) = assert_file(nobody.path(), &["--url", "http://127.0.0.1:1"]).await;
    assert!(code == 1 && error.contains("does not answer"), "{error}");
}

/// The example of `--help` is the one that people copy.
#[tokio::test]
async fn the_example_of_help_and_the_schema_are_understood() {
    let (code, help, _) = assert_file("--help", &[]).await;
    assert_eq!(code, 0);
    let start = help.find("{\"cases\"").unwrap();
    let end = help[start..]
        .find("}]}\n\n")
        .unwrap_or_else(|| help[start..].find("}]}\n").unwrap())
        + start
        + 3;
    let example = Written::new("help", &help[start..end]);
    let stack = Stack::start(&[]);
    let to = [
        "--url",
        &*stack.gateway.url,
        "--zipkin-url",
        &*stack.collector.url,
    ];
    let (code, said, error) = assert_file(example.path(), &to).await;
    assert_eq!(code, 0, "{said}{error}{}", &help[start..end]);

    let (code, schema, _) = assert_file("--schema", &[]).await;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!((code, &schema["$defs"]["span"]["type"]), (0, &"object".into()));
}
