//! The examples, started as a reader starts them: what they answer, print and send.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// A built example. `cargo test` builds all of them; a run of this file alone does not.
fn example(name: &str) -> Command {
    let deps = env::current_exe().unwrap();
    let path = deps
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples")
        .join(name);
    assert!(path.exists(), "cargo build --examples makes {}", path.display());
    let mut command = Command::new(path);
    command
        .env_remove("RUST_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Standard output, and the spans that stand on standard error, of a program that ends by itself.
fn ran(mut command: Command) -> (String, Vec<Value>) {
    let mut child = command.spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("{command:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{error}");
    (String::from_utf8(output.stdout).unwrap(), spans(&error))
}

fn spans(error: &str) -> Vec<Value> {
    let lists = error
        .lines()
        .map(|line| serde_json::from_str::<Vec<Value>>(line).unwrap());
    lists.flatten().collect()
}

/// The running service, which does not outlive its test.
struct Service {
    process: Child,
    lines: BufReader<ChildStdout>,
    address: String,
}

impl Service {
    fn start() -> Self {
        let mut process = example("service").arg("127.0.0.1:0").spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let address = line
            .trim_end()
            .rsplit_once("listening on http://")
            .unwrap()
            .1
            .to_owned();
        Self {
            process,
            lines,
            address,
        }
    }

    fn get(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n{headers}\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Its lines and spans until it is asked to stop.
    fn stop(mut self, signal: &str) -> (String, Vec<Value>) {
        let process = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &process])
                .status()
                .unwrap()
                .success()
        );
        let (mut lines, mut error) = (String::new(), String::new());
        self.lines.read_to_string(&mut lines).unwrap();
        self.process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut error)
            .unwrap();
        assert!(self.process.wait().unwrap().success());
        (lines, spans(&error))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_service_joins_the_trace_of_its_caller() {
    let service = Service::start();
    let headers = "b3: 463ac35c9f6413ad-a2fb4a1d1a96d312-1\r\nbaggage: userId=terry\r\n";
    let answer = service.get("/price/bread", headers);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("3 €"),
        "{answer}"
    );
    assert!(answer.contains("x-trace-id: 463ac35c9f6413ad\r\n"), "{answer}");
    assert!(service.get("/price/gold", "").starts_with("HTTP/1.1 404"));

    let (lines, spans) = service.stop("-INT");
    let line = lines.lines().next().unwrap();
    assert!(
        line.contains("[inventory,463ac35c9f6413ad,") && line.ends_with("userId=terry item=bread in stock"),
        "{lines}"
    );
    assert!(lines.ends_with("spans: 2 ended, 2 sent, 0 dropped\n"), "{lines}");
    assert_eq!(spans[0]["name"], "GET /price/{item}");
    assert_eq!(spans[0]["parentId"], "a2fb4a1d1a96d312");
    assert!(spans[0]["remoteEndpoint"]["ipv4"].is_string());
    assert_eq!(spans[1]["tags"]["error"], "404");
}

#[test]
fn the_clients_call_is_the_parent_of_the_services_span() {
    let service = Service::start();
    let mut client = example("client");
    client.arg(format!("http://{}/price/bread", service.address));
    let (output, sent) = ran(client);
    assert!(
        output.contains("userId=terry answered") && output.ends_with("3 €\n"),
        "{output}"
    );
    let (lines, served) = service.stop("-TERM");
    assert!(lines.contains("userId=terry item=bread in stock"), "{lines}");
    let (call, root) = (&sent[0], &sent[1]);
    assert_eq!(
        (&call["kind"], &root["name"]),
        (&"CLIENT".into(), &"ask for a price".into())
    );
    assert_eq!(
        (&call["parentId"], &served[0]["parentId"]),
        (&root["id"], &call["id"])
    );
    assert_eq!(served[0]["traceId"], root["traceId"]);
}

#[test]
fn the_application_writes_lines_and_ours_keeps_spans() {
    let (output, spans) = ran(example("own_subscriber"));
    let trace_id = spans[0]["traceId"].as_str().unwrap();
    assert_eq!(spans[0]["tags"]["shelf"], "7");
    assert!(
        output.contains("swept") && output.contains(&format!("trace_id={trace_id}")),
        "{output}"
    );
    assert!(!output.contains("begins"), "{output}");

    let mut chatty = example("own_subscriber");
    chatty.env("RUST_LOG", "debug");
    let (output, _) = ran(chatty);
    assert!(output.contains("begins"), "{output}");
}
