//! Log lines that the collector keeps: from a pipe, from a folder, from the services of `hop up`, from any SDK.
#![expect(
    clippy::indexing_slicing,
    reason = "an answer of another shape should fail the test where it is read"
)]

use std::{fs, io::Write as _};

use serde_json::Value;

use crate::{
    harness::{Part, client, hop, until},
    up::free_offset,
};

/// A collector that reads lines from there.
fn collector(logs: &str) -> Part {
    let mut command = hop(&["collector", "--logs", logs]);
    command.env("LISTEN_ADDR", "127.0.0.1:0").env("OTLP_PORT", "0");
    Part::run(command)
}

/// Messages of the lines that an address finds, by time.
async fn messages(collector: &str, query: &str) -> Vec<String> {
    let answer = client().get(format!("{collector}/logs.json{query}")).send().await;
    let found: Value = answer.unwrap().json().await.unwrap();
    let lines = found["lines"].as_array().unwrap().iter();
    lines
        .map(|line| line["message"].as_str().unwrap().to_owned())
        .collect()
}

/// The same, once there are so many.
async fn messages_once(collector: &str, query: &str, count: usize) -> Vec<String> {
    for _ in 0..200 {
        let found = messages(collector, query).await;
        if found.len() >= count {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!(
        "no {count} lines at {query}: {:?}",
        messages(collector, query).await
    );
}

#[tokio::test]
async fn lines_of_each_format_come_from_a_pipe() {
    let mut part = collector("-");
    let mut stdin = part.stdin().unwrap();
    let id = "463ac35c9f6413ad48485a3953bb6124";
    for line in [
        format!(
            "2026-11-24 07:17:19.001  INFO [gateway,{id},a2fb4a1d1a96d312,true] 1 --- [main] gateway : userId=kim text"
        ),
        format!(
            r#"orders-1  | {{"timestamp":"2026-11-24T07:17:19.002Z","level":"INFO","mdc":{{"traceId":"{id}","userId":"kim"}},"message":"logback"}}"#
        ),
        format!(
            r#"{{"severity":"INFO","time":"2026-11-24T07:17:19.003Z","message":"gcp","logging.googleapis.com/trace":"projects/p/traces/{id}"}}"#
        ),
        format!(
            r#"{{"@timestamp":"2026-11-24T07:17:19.004Z","log.level":"INFO","message":"ecs","trace.id":"{id}"}}"#
        ),
        "of no format".to_owned(),
    ] {
        writeln!(stdin, "{line}").unwrap();
    }
    let of_trace = format!("?traceId={id}");
    let found = messages_once(&part.url, &of_trace, 4).await;
    assert_eq!(found, ["text", "logback", "gcp", "ecs"]);
    assert_eq!(messages_once(&part.url, "", 5).await.len(), 5);
    assert_eq!(
        messages(&part.url, "?value=userId%3Dkim&service=orders").await,
        ["logback"]
    );
    drop(stdin);
    part.lines_with("standard input has ended after 5 log lines", 1);
    assert_eq!(messages(&part.url, &of_trace).await.len(), 4);
}

#[tokio::test]
async fn lines_of_a_folder_are_read_on_as_they_come() {
    let folder = std::env::temp_dir().join(format!("hop-logs-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("shop.log");
    fs::write(&path, "first\n").unwrap();
    let part = collector(folder.to_str().unwrap());
    assert_eq!(messages_once(&part.url, "?service=shop", 1).await, ["first"]);
    let mut file = fs::File::options().append(true).open(&path).unwrap();
    file.write_all(b"second\n").unwrap();
    assert_eq!(
        messages_once(&part.url, "?service=shop", 2).await,
        ["first", "second"]
    );
    fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn records_of_an_sdk_stand_on_their_trace() {
    let part = Part::start("collector", &[]);
    let record = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
        "scopeLogs":[{"logRecords":[{"severityNumber":17,"body":{"stringValue":"no <b>stock</b>"},
        "traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}]}]}]}"#;
    let sent = client()
        .post(format!("{}/v1/logs", part.url))
        .header("content-type", "application/json")
        .body(record)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (sent.status().as_u16(), sent.text().await.unwrap()),
        (200, "{}".to_owned())
    );
    let found = messages(&part.url, "?traceId=5b8efff798038103d269b633813fc60c&level=error").await;
    assert_eq!(found, ["no <b>stock</b>"]);
}

#[tokio::test]
async fn the_services_of_up_bring_their_lines_without_an_exporter() {
    let offset = free_offset();
    let mut command = hop(&["up", "--port-offset", &offset.to_string()]);
    command.env("LOG_FORMAT", "gcp");
    let part = Part::run(command);
    let collector = format!("http://127.0.0.1:{}", 9411 + offset);
    let found = messages_once(&collector, "?value=userId%3Dterry&service=inventory", 2).await;
    assert!(
        found.iter().any(|message| message == "items found: 1"),
        "{found:?}"
    );
    until("a first screen", || {
        part.lines()
            .iter()
            .any(|line| line.contains("/traces/"))
            .then_some(())
    });
}

#[test]
fn a_source_that_cannot_be_read_is_wrong_usage() {
    for (logs, said) in [("/no/such/folder", "cannot be read"), ("Cargo.toml", "no folder")] {
        let output = hop(&["collector", "--logs", logs])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && text.contains(said), "{text}");
    }
}
