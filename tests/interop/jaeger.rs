//! Our services' spans in Jaeger, by OpenTelemetry's protocol: what its API shows is the tree that we sent.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use super::peer::installed;
use crate::harness::{Stack, client, free_port};

/// Ports of its other protocols, which nobody asks here: any that are free.
const OTHERS: [&str; 5] = [
    "--admin.http.host-port",
    "--collector.grpc-server.host-port",
    "--collector.http-server.host-port",
    "--collector.otlp.grpc.host-port",
    "--query.grpc-server.host-port",
];

/// Jaeger in one process, with its store in memory. Its first line does not say where it listens.
struct Jaeger {
    process: Child,
    otlp: String,
    api: String,
}

impl Jaeger {
    fn start() -> Self {
        let [otlp, api] = [free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
        let mut jaeger = Command::new(installed("go/jaeger"));
        jaeger.args(OTHERS.map(|other| format!("{other}=127.0.0.1:0")));
        jaeger.arg(format!("--collector.otlp.http.host-port={otlp}"));
        jaeger.arg(format!("--query.http-server.host-port={api}"));
        let process = jaeger.stderr(Stdio::null()).spawn().unwrap();
        Self {
            process,
            otlp: format!("http://{otlp}"),
            api: format!("http://{api}/api"),
        }
    }

    /// The data of an answer of its API, once it is what is waited for.
    async fn once(&self, path: &str, is_there: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let answer = client().get(format!("{}{path}", self.api)).send().await;
            let body: Option<Value> = match answer {
                Ok(answer) => answer.json().await.ok(),
                // It has not started.
                Err(_) => None,
            };
            let data = body.map(|body| body["data"].clone()).unwrap_or_default();
            if is_there(&data) {
                return data;
            }
            assert!(Instant::now() < deadline, "{path}: {data}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Jaeger {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
#[ignore = "needs Jaeger: .ci/interop --all"]
async fn jaeger_shows_the_tree_of_our_spans() {
    let jaeger = Jaeger::start();
    jaeger.once("/services", |_| true).await;
    let stack = Stack::start(&[
        ("OTEL_TRACES_EXPORTER", "otlp"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &jaeger.otlp),
    ]);
    let url = format!("{}/orders/8", stack.gateway.url);
    let call = client().get(url).header("userid", "terry").send().await.unwrap();
    let id = call.headers()["x-trace-id"].to_str().unwrap();

    let is_whole = |data: &Value| data[0]["spans"].as_array().is_some_and(|spans| spans.len() == 5);
    let trace = jaeger.once(&format!("/traces/{id}"), is_whole).await[0].clone();
    let expected = [
        "none gateway server GET /orders/{id} terry 8",
        "0 gateway client GET - -",
        "1 orders server GET /orders/{id} terry 8",
        "2 orders client GET - -",
        "3 inventory server GET /items terry 8",
    ];
    assert_eq!(lines(&trace), expected, "{trace}");

    let links = jaeger.once(
        "/dependencies?endTs=99999999999999&lookback=99999999999999",
        |data| data.as_array().is_some_and(|links| links.len() == 2),
    );
    let mut links: Vec<String> = links
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|link| format!("{} {} {}", link["parent"], link["child"], link["callCount"]))
        .collect();
    links.sort();
    assert_eq!(links, [r#""gateway" "orders" 1"#, r#""orders" "inventory" 1"#]);
}

/// Each span: its parent's place, its service, kind and name, and the values of the request.
fn lines(trace: &Value) -> Vec<String> {
    let mut spans = trace["spans"].as_array().unwrap().clone();
    spans.sort_by_key(|span| span["startTime"].as_u64());
    let place = |id: &Value| spans.iter().position(|span| span["spanID"] == *id);
    let line = |span: &Value| {
        let tag = |key: &str| {
            let tag = span["tags"]
                .as_array()
                .unwrap()
                .iter()
                .find(|tag| tag["key"] == key);
            tag.map_or("-".to_owned(), |tag| tag["value"].as_str().unwrap().to_owned())
        };
        let parent = place(&span["references"][0]["spanID"]);
        let process = span["processID"].as_str().unwrap();
        format!(
            "{} {} {} {} {} {}",
            parent.map_or("none".to_owned(), |place| place.to_string()),
            trace["processes"][process]["serviceName"].as_str().unwrap(),
            tag("span.kind"),
            span["operationName"].as_str().unwrap(),
            tag("userId"),
            tag("orderId"),
        )
    };
    spans.iter().map(line).collect()
}
