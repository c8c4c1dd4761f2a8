//! Standard streams that nobody reads: no request waits for a reader, no stop does, and missing lines are counted.

use std::{
    io::{BufRead as _, BufReader, PipeReader, Read as _},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::harness::{client, hop, until};
#[cfg(unix)]
use crate::up::free_offset;

/// A process whose streams are pipes that are read when a test reads them.
struct Unread {
    child: Child,
    output: BufReader<PipeReader>,
    errors: BufReader<PipeReader>,
}

impl Drop for Unread {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Unread {
    fn start(mut command: Command) -> Self {
        let ((output, stdout), (errors, stderr)) = (std::io::pipe().unwrap(), std::io::pipe().unwrap());
        let child = command
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .unwrap();
        Self {
            child,
            output: BufReader::new(output),
            errors: BufReader::new(errors),
        }
    }

    /// Inventory, with JSON lines, and where it listens.
    fn inventory(exporter: &str) -> (Self, String) {
        let mut command = hop(&["inventory", "--until-stdin-closes"]);
        command
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("LOG_FORMAT", "ecs")
            .env("OTEL_TRACES_EXPORTER", exporter);
        let mut part = Self::start(command);
        let mut line = String::new();
        part.output.read_line(&mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        let message = line.pointer("/message").and_then(Value::as_str).unwrap();
        let url = message.strip_prefix("listening on ").unwrap().to_owned();
        (part, url)
    }

    /// Asks it to stop and says how long that took.
    fn stop(&mut self) -> Duration {
        let asked = Instant::now();
        if cfg!(unix) {
            signal("-TERM", self.child.id());
        } else {
            drop(self.child.stdin.take());
        }
        until("the end", || self.child.try_wait().unwrap());
        asked.elapsed()
    }
}

fn signal(signal: &str, process: u32) {
    let mut kill = Command::new("kill");
    let status = kill.args([signal, &process.to_string()]).status().unwrap();
    assert!(status.success());
}

/// Requests whose lines have a value of this length; each must be answered.
async fn ask(url: &str, requests: usize, length: usize) {
    let client = client();
    for _ in 0..requests {
        let call = client
            .get(url)
            .header("userid", "u".repeat(length))
            .header("baggage", format!("userId={}", "u".repeat(length)))
            .timeout(Duration::from_secs(5));
        assert_eq!(call.send().await.unwrap().status(), 200);
    }
}

async fn health(url: &str) -> Value {
    let call = client()
        .get(format!("{url}/health"))
        .timeout(Duration::from_secs(1));
    call.send().await.unwrap().json().await.unwrap()
}

/// The number before these words.
fn count_before(text: &str, words: &str) -> usize {
    let (before, _) = text
        .split_once(words)
        .unwrap_or_else(|| panic!("{words:?} in {text}"));
    before.rsplit(['\n', ' ']).next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn output_that_nobody_reads_stops_neither_requests_nor_the_stop() {
    // Below and above what a pipe takes as one.
    for length in [300, 6_000] {
        let (mut part, url) = Unread::inventory("none");
        ask(&format!("{url}/items?name=mouse"), 300, length).await;
        assert_eq!(health(&url).await["status"], "UP");
        let took = part.stop();
        assert!(took < Duration::from_secs(5), "{took:?}");

        let (mut read, mut said) = (String::new(), String::new());
        part.output.read_to_string(&mut read).unwrap();
        part.errors.read_to_string(&mut said).unwrap();
        let left = count_before(&said, " lines did not reach standard output: nobody read it");
        let whole = |line: &&str| serde_json::from_str::<Value>(line).is_ok();
        let lines = read.lines().filter(whole).count();
        // The last of them are the two that the end says.
        assert_eq!(lines + left, 601, "{said}");
        // The line that was under way when the process ended.
        assert!(read.lines().count() - lines <= 1);
    }
}

#[tokio::test]
async fn a_reader_that_comes_back_is_told_how_many_lines_are_missing() {
    let (mut part, url) = Unread::inventory("none");
    ask(&format!("{url}/items?name=mouse"), 300, 7_000).await;
    let dropped = health(&url).await["lines"]["dropped"].as_u64().unwrap();
    assert!(dropped > 0);
    let mut lines = 0;
    let missing = loop {
        let mut line = String::new();
        part.output.read_line(&mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        match line["lines"].as_str() {
            Some(missing) => break missing.parse::<u64>().unwrap(),
            None => lines += 1,
        }
    };
    assert_eq!((missing, lines + missing), (dropped, 600));
    ask(&format!("{url}/items?name=mouse"), 1, 7).await;
    let mut line = String::new();
    part.output.read_line(&mut line).unwrap();
    assert!(line.contains(r#""userId":"uuuuuuu""#), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_on_an_unread_or_closed_standard_error_are_counted() {
    for is_closed in [false, true] {
        let (mut part, url) = Unread::inventory("console");
        if is_closed {
            let (nobody, _) = std::io::pipe().unwrap();
            part.errors = BufReader::new(nobody);
        }
        // The log lines are read: it is the spans that are not.
        let output = part.output.get_ref().try_clone().unwrap();
        let lines = std::thread::spawn(move || BufReader::new(output).lines().map(Result::unwrap).collect());
        ask(&format!("{url}/items?name=mouse"), 300, 1_000).await;
        assert_eq!(health(&url).await["status"], "UP");
        let took = part.stop();
        assert!(took < Duration::from_secs(9), "{took:?}");
        let lines: Vec<String> = lines.join().unwrap();
        let text = lines.join("\n");
        assert!(!text.contains("panicked"), "{text}");
        assert_eq!(count_before(&text, " ended, "), 300);
        let (sent, dropped) = (count_before(&text, " sent, "), count_before(&text, " dropped: "));
        assert!(
            sent + dropped == 300 && dropped > 0,
            "{sent} sent, {dropped} dropped"
        );
        assert!(
            !is_closed || text.contains("standard error: broken pipe"),
            "{text}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn up_whose_output_nobody_reads_serves_and_stops() {
    let offset = free_offset();
    let mut up = Unread::start(hop(&["up", "--port-offset", &offset.to_string()]));
    let mut line = String::new();
    while !line.contains("Log lines") {
        line.clear();
        assert_ne!(up.output.read_line(&mut line).unwrap(), 0);
    }
    let url = format!("http://127.0.0.1:{}", 8081 + offset);
    ask(&format!("{url}/orders/8"), 300, 1_000).await;
    assert_eq!(health(&url).await["status"], "UP");
    let took = up.stop();
    assert!(took < Duration::from_secs(10), "{took:?}");
    let mut said = String::new();
    up.errors.read_to_string(&mut said).unwrap();
    count_before(&said, " lines did not reach standard output: nobody read it");
    let mut read = String::new();
    up.output.read_to_string(&mut read).unwrap();
    assert!(
        !read.contains("lines did not reach"),
        "its services were read: {read}"
    );
}
