//! Log lines on real pipes: whole, whoever shares the pipe, and whatever a caller sends.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use serde_json::Value;

use crate::harness::{Stack, client, hop};

const TRACE: &str = "463ac35c9f6413ad48485a3953bb6124";

#[tokio::test]
async fn each_back_end_finds_the_lines_of_a_trace_by_its_own_name() {
    let google = format!("projects/p-1/traces/{TRACE}");
    for (format, name, value) in [
        ("ecs", "trace.id", TRACE),
        ("gcp", "logging.googleapis.com/trace", &google),
    ] {
        let stack = Stack::start(&[("LOG_FORMAT", format), ("GOOGLE_CLOUD_PROJECT", "p-1")]);
        let call = client()
            .get(format!("{}/orders/8", stack.gateway.url))
            .header("userid", "terry")
            .header("b3", format!("{TRACE}-a2fb4a1d1a96d312-1"));
        assert_eq!(call.send().await.unwrap().status(), 200);
        for part in [&stack.gateway, &stack.orders, &stack.inventory] {
            for line in part.lines_with(TRACE, 2) {
                let line: Value = serde_json::from_str(&line).unwrap();
                assert_eq!(line[name], value, "{line}");
            }
            let start: Value = serde_json::from_str(&part.lines()[0]).unwrap();
            assert_eq!(start.get(name), None, "no request, no trace");
        }
    }
}

/// Processes that write into one pipe, stopped in the end whatever happens.
struct Sharing(Vec<Child>);

impl Drop for Sharing {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[tokio::test]
async fn lines_of_many_processes_in_one_pipe_never_mix() {
    // Up to the 4,096 bytes for which POSIX promises it.
    write_at_once(3, 3000).await;
}

#[tokio::test]
async fn lines_of_many_threads_never_mix_whatever_their_length() {
    write_at_once(1, 7000).await;
}

/// Many requests at once, whose lines have a value of this length, to processes that share a pipe.
async fn write_at_once(processes: usize, length: usize) {
    let (reader, writer) = std::io::pipe().unwrap();
    let start = || {
        hop(&["inventory", "--until-stdin-closes"])
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("LOG_FORMAT", "ecs")
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdin(Stdio::piped())
            .stdout(writer.try_clone().unwrap())
            .spawn()
            .unwrap()
    };
    let mut sharing = Sharing((0..processes).map(|_| start()).collect());
    drop(writer);
    let mut lines = BufReader::new(reader).lines().map(Result::unwrap);
    let urls: Vec<String> = (&mut lines).take(processes).map(|line| address(&line)).collect();

    // More than the 64 KiB of a pipe, while nobody reads: writers wait, and wake where they stood.
    let calls = urls.iter().cycle().take(90).map(|url| {
        let url = format!("{url}/items?name=computer");
        tokio::spawn(
            client()
                .get(url)
                .header("baggage", format!("userId={}", "u".repeat(length)))
                .send(),
        )
    });
    let calls: Vec<_> = calls.collect();
    let read = tokio::task::spawn_blocking(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        lines
            .map(|line| serde_json::from_str::<Value>(&line).unwrap())
            .collect::<Vec<_>>()
    });
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().status(), 200);
    }
    for child in &mut sharing.0 {
        drop(child.stdin.take());
    }
    let lines = read.await.unwrap();
    let long = lines
        .iter()
        .filter(|line| line["userId"].as_str().is_some_and(|id| id.len() == length));
    assert_eq!(long.count(), 180, "two for each request");
}

/// Where a part says that it listens.
fn address(line: &str) -> String {
    let line: Value = serde_json::from_str(line).unwrap();
    let message = line.pointer("/message").and_then(Value::as_str).unwrap();
    message.strip_prefix("listening on ").unwrap().to_owned()
}
