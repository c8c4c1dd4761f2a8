//! OpenTelemetry's protocol: two ports, and clients that speak another language to them.
#![expect(
    clippy::indexing_slicing,
    reason = "an answer of another shape should fail the test where it is read"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::Stdio,
    sync::{Arc, Mutex},
    thread,
};

use serde_json::Value;

use crate::harness::{Part, client, free_port, hop, until};

const REQUEST: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
    "scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"GET","kind":2}]}]}]}"#;

/// A collector on free ports, and what it writes to standard error.
fn collector(otlp_port: u16) -> (Part, Arc<Mutex<Vec<String>>>) {
    let mut command = hop(&["collector"]);
    command
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .env("OTLP_PORT", otlp_port.to_string())
        .stderr(Stdio::piped());
    let mut part = Part::run(command);
    let stderr = part.stderr().unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = lines.clone();
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            kept.lock().unwrap().push(line);
        }
    });
    (part, lines)
}

/// Sends a span to this collector, and finds it by Zipkin's API at another address.
async fn send_and_find(to: &str, at: &str) {
    let sent = client()
        .post(format!("{to}/v1/traces"))
        .header("content-type", "application/json")
        .body(REQUEST)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 200);
    assert_eq!(sent.text().await.unwrap(), "{}");
    let path = format!("{at}/api/v2/trace/5b8efff798038103d269b633813fc60c");
    let spans: Vec<Value> = client().get(path).send().await.unwrap().json().await.unwrap();
    assert_eq!(spans[0]["localEndpoint"]["serviceName"], "shop");
    assert_eq!(spans[0]["kind"], "SERVER");
}

#[tokio::test]
async fn spans_are_taken_at_both_ports() {
    let port = free_port();
    let (part, _) = collector(port);
    let otlp = format!("http://127.0.0.1:{port}");
    assert!(part.lines_with(&otlp, 1)[0].contains("OTLP is taken there, and at"));
    send_and_find(&otlp, &part.url).await;
    send_and_find(&part.url, &part.url).await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_and_the_other_goes_on() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (part, stderr) = collector(port);
    let line = until("the warning", || stderr.lock().unwrap().first().cloned());
    assert!(
        line.contains(&format!("OTLP_PORT {port} cannot be listened on")),
        "{line}"
    );
    send_and_find(&part.url, &part.url).await;
}

/// The table of demands in docs/otlp.md has links of the form [`name`](../file).
#[test]
fn each_demand_of_the_protocol_has_a_test_that_exists() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let text = std::fs::read_to_string(docs.join("otlp.md")).unwrap();
    let links = text.split("[`").skip(1);
    let links: Vec<_> = links.filter_map(|link| link.split_once("`](")).collect();
    assert!(links.len() >= 15, "{links:?}");
    for (name, rest) in links {
        let file = rest.split(')').next().unwrap();
        let source = std::fs::read_to_string(docs.join(file)).unwrap();
        assert!(source.contains(&format!("fn {name}(")), "{name} in {file}");
    }
}

#[test]
fn a_client_that_speaks_grpc_is_told_what_to_set() {
    let port = free_port();
    let (part, stderr) = collector(port);
    let main = part.url.trim_start_matches("http://").to_owned();
    for address in [format!("127.0.0.1:{port}"), main] {
        for _ in 0..3 {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
            // It is cut off; the system may say so in more than one way.
            let _ = stream.read_to_end(&mut Vec::new());
        }
    }
    let line = until("the line", || stderr.lock().unwrap().first().cloned());
    assert!(line.contains(&format!("port {port}")), "{line}");
    assert!(
        line.contains("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"),
        "{line}"
    );
    // Once in ten seconds.
    assert_eq!(stderr.lock().unwrap().len(), 1);
}
