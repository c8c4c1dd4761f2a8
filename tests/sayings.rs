//! What stored traces and piped log lines say on the command line: `hop trace`, `hops`, `compare` and `logs`.

use std::{
    io::Write as _,
    process::{Output, Stdio},
};

use serde_json::Value;

use crate::harness::{Part, client, hop};

/// Two traces of one shape: the second one's server takes 300 ms longer.
fn spans(trace: u64, more: u64) -> String {
    format!(
        r#"[{{"traceId":"{trace:x}","id":"1","kind":"SERVER","name":"get /","timestamp":1795885571881000,"duration":{},
              "localEndpoint":{{"serviceName":"web"}}}},
            {{"traceId":"{trace:x}","id":"2","parentId":"1","kind":"CLIENT","name":"get","timestamp":1795885571891000,"duration":{},
              "localEndpoint":{{"serviceName":"web"}},"remoteEndpoint":{{"serviceName":"app"}}}},
            {{"traceId":"{trace:x}","id":"3","parentId":"2","kind":"SERVER","name":"get /","timestamp":1795885571896000,"duration":{},
              "localEndpoint":{{"serviceName":"app"}}}}]"#,
        100_000 + more,
        80_000 + more,
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
