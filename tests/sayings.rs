//! Stored traces and piped log lines on the command line: `hop trace`, `hops`, `compare` and `logs`.

use std::{
    io::Write as _,
    process::{Output, Stdio},
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::harness::{Part, client, hop};

/// A minute before the tests began, in µs: `hop hops` looks at the latest day.
static BEGAN: LazyLock<u64> =
    LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as u64 - 60_000_000);

/// Two traces of one shape: the second one's server takes 300 ms longer.
fn spans(trace: u64, more: u64) -> String {
    spans_at(*BEGAN, trace, more, 0)
}

/// app's clock is `behind` µs behind web's.
fn spans_at(began: u64, trace: u64, more: u64, behind: u64) -> String {
    format!(
        r#"[{{"traceId":"{trace:x}","id":"1","kind":"SERVER","name":"get /","timestamp":{began},"duration":{},
              "localEndpoint":{{"serviceName":"web"}}}},
            {{"traceId":"{trace:x}","id":"2","parentId":"1","kind":"CLIENT","name":"get","timestamp":{},"duration":{},
              "localEndpoint":{{"serviceName":"web"}},"remoteEndpoint":{{"serviceName":"app"}}}},
            {{"traceId":"{trace:x}","id":"3","parentId":"2","kind":"SERVER","name":"get /","timestamp":{},"duration":{},
              "localEndpoint":{{"serviceName":"app"}}}}]"#,
        100_000 + more,
        began + 10_000,
        80_000 + more,
        began + 15_000 - behind,
        70_000 + more
    )
}

fn run(arguments: &[&str], url: &str, input: &str) -> Output {
    let mut command = hop(arguments);
    if !url.is_empty() {
        command.args(["--zipkin-url", url]);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_say_where_the_time_went_and_what_changed() {
    let collector = Part::start("collector", &[]);
    for body in [spans(0xabc1, 0), spans(0xabc2, 300_000)] {
        let post = client().post(format!("{}/api/v2/spans", collector.url));
        let answer = post.header("content-type", "application/json").body(body).send();
        assert_eq!(answer.await.unwrap().status(), 202);
    }
    let trace = run(&["trace", "abc1"], &collector.url, "");
    assert!(
        text(&trace).contains("70.0 of 100 ms was app's own work; then web's own work."),
        "{trace:?}"
    );
    let trace = json(&run(&["trace", "abc1", "--json"], &collector.url, ""));
    let path = trace["criticalPath"].as_array().unwrap();
    let sum: u64 = path
        .iter()
        .map(|segment| segment["durationUs"].as_u64().unwrap())
        .sum();
    assert_eq!((sum, trace["durationUs"].as_u64()), (100_000, Some(100_000)));
    assert_eq!(trace["hops"][1]["networkUs"], 10_000);

    let comparison = run(&["compare", "abc1", "abc2"], &collector.url, "");
    let answer = "app: own work in “get /”: 300 ms longer, 370 ms after 70.0 ms before.";
    assert!(text(&comparison).starts_with(answer), "{comparison:?}");
    let comparison = json(&run(&["compare", "abc1", "abc2", "--json"], &collector.url, ""));
    assert_eq!(
        (&comparison["answer"], &comparison["differs"]),
        (&answer.into(), &true.into())
    );
    assert_eq!(
        run(&["compare", "abc1", "9"], &collector.url, "").status.code(),
        Some(1)
    );
    assert_eq!(
        run(&["compare", "abc1"], &collector.url, "").status.code(),
        Some(2)
    );

    let hops = json(&run(&["hops", "--json"], &collector.url, ""));
    assert_eq!(
        (&hops[0]["callee"], &hops[0]["count"]),
        (&"app".into(), &2.into())
    );
    let hops = run(&["hops", "--service", "app"], &collector.url, "");
    assert!(
        text(&hops).contains("web → app get /") && text(&hops).contains("Over 2 traces."),
        "{hops:?}"
    );
    assert_eq!(
        run(&["hops", "--service", "nobody"], &collector.url, "")
            .status
            .code(),
        Some(1)
    );

    // Another route is another request.
    send(&collector, spans(0xabc3, 0).replacen("get /", "get /users", 1)).await;
    let other = text(&run(&["compare", "abc1,abc2", "abc1,abc3"], &collector.url, ""));
    let alone = "Only after, and not compared: web “get /users”.";
    assert!(other.contains(alone), "{other}");
    let other = text(&run(&["compare", "abc1", "abc3"], &collector.url, ""));
    assert!(
        other.starts_with("The traces have other roots before and after."),
        "{other}"
    );
}

async fn send(collector: &Part, body: String) {
    let post = client().post(format!("{}/api/v2/spans", collector.url));
    let answer = post.header("content-type", "application/json").body(body).send();
    assert_eq!(answer.await.unwrap().status(), 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faster_service_and_one_clock_are_choices() {
    let collector = Part::start("collector", &[]);
    send(&collector, spans(0xabc1, 0)).await;
    send(&collector, spans_at(*BEGAN, 0xabc2, 0, 500_000)).await;
    let url = &collector.url;

    let faster = run(&["trace", "abc1", "--what-if", "app=-50ms"], url, "");
    let said = "app 50.0 ms faster: this trace 50.0 ms faster, 50.0 ms in place of 100 ms.";
    assert!(text(&faster).contains(said), "{faster:?}");
    let faster = json(&run(
        &["trace", "abc1", "--what-if", "app=-50ms", "--json"],
        url,
        "",
    ));
    assert_eq!(
        faster["whatIf"],
        serde_json::json!({"service": "app", "fasterUs": 50_000, "isAll": false, "savedUs": 50_000, "beforeUs": 100_000,
            "afterUs": 50_000})
    );
    for (what_if, code) in [("db=-50ms", 1), ("app", 2), ("app=+50ms", 2)] {
        let said = run(&["trace", "abc1", "--what-if", what_if], url, "");
        assert_eq!(said.status.code(), Some(code), "{said:?}");
    }

    let raw = text(&run(&["trace", "abc2"], url, ""));
    let unbroken = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unbroken.contains("behind web's by 495 ms to 505 ms"), "{raw}");
    assert!(!raw.contains("Clocks corrected"), "{raw}");
    let corrected = text(&run(&["trace", "abc2", "--clocks", "corrected"], url, ""));
    assert!(
        corrected.contains("Clocks corrected: app was moved on by 495 ms."),
        "{corrected}"
    );
    assert!(!corrected.contains("? app's clock"), "{corrected}");
    let corrected = json(&run(
        &["trace", "abc2", "--clocks", "corrected", "--json"],
        url,
        "",
    ));
    assert_eq!(
        corrected["corrections"],
        serde_json::json!([{"instance": "app", "movedUs": 495_000}])
    );
    assert_eq!(corrected["hops"][1]["requestUs"], serde_json::json!([0, 10_000]));
    let nothing = text(&run(&["trace", "abc1", "--clocks", "corrected"], url, ""));
    assert!(
        nothing.contains("Clocks corrected: nothing was moved"),
        "{nothing}"
    );

    let hops = run(&["hops"], url, "");
    assert!(
        text(&hops).contains("  network: 0 µs to 10.0 ms there, 0 µs to 10.0 ms back"),
        "{hops:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_of_time_are_compared() {
    let collector = Part::start("collector", &[]);
    let start = 1_795_885_571_881_000_u64; // 2026-11-28 17:06:11 in UTC
    for trace in 0..10 {
        for (id, hours, more) in [(1, 2, trace), (2, 1, 200_000 + trace)] {
            let began = start - hours * 3_600_000_000;
            send(&collector, spans_at(began, 0xabc00 + trace * 16 + id, more, 0)).await;
        }
    }
    let url = &collector.url;
    let (before, after) = (
        "2026-11-28T15:00..2026-11-28T15:30",
        "2026-11-28T16:00..2026-11-28T16:30",
    );
    let compared = text(&run(&["compare", before, after], url, ""));
    assert!(
        compared.starts_with("app: own work in “get /”: 200 ms longer, 270 ms after 70.0 ms before."),
        "{compared}"
    );
    assert!(
        compared.contains("Over 10 traces before and 10 traces after."),
        "{compared}"
    );
    let same = json(&run(&["compare", before, before, "--json"], url, ""));
    assert_eq!(same["differs"], false);
    for (after, service, code) in [
        ("2026-11-28T18:00..2026-11-28T18:30", "app", 1),
        (after, "nobody", 1),
        ("2026-11-28T16:30..2026-11-28T16:00", "app", 2),
        ("16..17", "app", 2),
        (after, "app", 0),
    ] {
        let said = run(&["compare", before, after, "--service", service], url, "");
        assert_eq!(said.status.code(), Some(code), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_on_its_way_is_waited_for() {
    let collector = Part::start("collector", &[]);
    let url = collector.url.clone();
    let waited = tokio::task::spawn_blocking(move || run(&["trace", "abc1", "--wait"], &url, ""));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let whole: Vec<Value> = serde_json::from_str(&spans(0xabc1, 0)).unwrap();
    // The last hop first.
    for span in whole.into_iter().rev() {
        send(&collector, serde_json::json!([span]).to_string()).await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let waited = waited.await.unwrap();
    assert_eq!(waited.status.code(), Some(0), "{waited:?}");
    assert!(text(&waited).contains("3 spans of 2 services"), "{waited:?}");

    // It comes in part: that is shown, and is a failure.
    let part: Vec<Value> = serde_json::from_str(&spans(0xabc2, 0)).unwrap();
    send(&collector, serde_json::json!([part[0], part[1]]).to_string()).await;
    let waited = run(&["trace", "abc2", "--wait"], &collector.url, "");
    assert_eq!(waited.status.code(), Some(1), "{waited:?}");
    assert!(text(&waited).contains("2 spans of 1 service"), "{waited:?}");
    let error = String::from_utf8_lossy(&waited.stderr).into_owned();
    assert!(
        error.contains("waiting for the whole trace") && error.contains("no span of app has arrived"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_drawn_where_all_are_asked_for() {
    let collector = Part::start("collector", &[]);
    let many: Vec<Value> = (1..=1_500)
        .map(|id| {
            serde_json::json!({"traceId": "abc", "id": format!("{id:x}"), "kind": "SERVER", "name": format!("n{id}"),
                "timestamp": 1_795_885_571_881_000_u64 + id, "duration": 5, "localEndpoint": {"serviceName": format!("s{id}")}})
        })
        .collect();
    send(&collector, Value::from(many).to_string()).await;
    let first = text(&run(&["trace", "abc"], &collector.url, ""));
    assert!(
        first.contains("The first 1000 of 1500 spans") && !first.contains("s1400 "),
        "{first}"
    );
    assert!(first.contains(" trace 0000000000000abc --all"), "{first}");
    let all = text(&run(&["trace", "abc", "--all"], &collector.url, ""));
    assert!(
        !all.contains("The first") && all.matches("s1400 ").count() == 2,
        "{all}"
    );
    assert!(all.lines().all(|line| line.chars().count() <= 80), "{all}");
}

#[test]
fn log_lines_of_one_trace_come_from_a_pipe() {
    let lines = "orders | 2026-11-24 07:17:19.097  INFO [orders,463ac35c9f6413ad,a2fb4a1d1a96d312,true] 1 --- [main] orders : two\n\
                 {\"@timestamp\":\"2026-11-24T07:17:19.020Z\",\"log.level\":\"INFO\",\"message\":\"one\",\"service.name\":\"gateway\",\"trace.id\":\"463ac35c9f6413ad\"}\n\
                 2026-11-24 07:17:19.000  INFO [orders,,,] 1 --- [main] orders : of nobody\n";
    let found = run(&["logs", "463AC35C"], "", lines);
    let expected = "07:17:19.020 INFO  463ac35c gateway one\n07:17:19.097 INFO  463ac35c orders two\n";
    assert_eq!((found.status.code(), text(&found).as_str()), (Some(0), expected));
    let followed = text(&run(&["logs", "-f", "--json", "463ac35c"], "", lines));
    let first: Value = serde_json::from_str(followed.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["message"], &first["service"]),
        (&"two".into(), &"orders".into())
    );
    assert_eq!(run(&["logs", "999"], "", lines).status.code(), Some(1));
}
