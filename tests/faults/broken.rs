//! A chain that can be broken: each service with a control port of its own.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Part, Stack, client, free_port};

/// A chain that can be broken.
pub struct Broken {
    pub stack: Stack,
    controls: [(&'static str, String); 3],
    orders: AtomicU32,
}

/// The traces, lines and headers of a request.
pub struct Seen {
    pub status: StatusCode,
    pub took_ms: u128,
    pub order: u32,
    pub trace_id: String,
}

/// The environment of a service in which faults may be set.
pub fn with_faults(control: &str) -> [(&str, &str); 2] {
    [("FAULTS", "on"), ("FAULTS_ADDR", control)]
}

impl Broken {
    /// Deadlines are short, so that what hangs is known soon.
    pub fn start() -> Self {
        let collector = Part::start("collector", &[]);
        let spans = format!("{}/api/v2/spans", collector.url);
        let controls =
            ["gateway", "orders", "inventory"].map(|name| (name, format!("127.0.0.1:{}", free_port())));
        let [at_gateway, at_orders, at_inventory] = &controls;
        let start = |role: &str, control: &str, deadline: &str, more: &[(&str, &str)]| {
            let own = [
                ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", spans.as_str()),
                ("OTEL_BSP_SCHEDULE_DELAY", "1"),
                ("DOWNSTREAM_TIMEOUT_MS", deadline),
            ];
            Part::start(role, &[&own, &with_faults(control)[..], more].concat())
        };
        let inventory = start("inventory", &at_inventory.1, "1000", &[]);
        let orders = start(
            "orders",
            &at_orders.1,
            "1000",
            &[("INVENTORY_URL", &inventory.url)],
        );
        let gateway = start("gateway", &at_gateway.1, "1500", &[("ORDERS_URL", &orders.url)]);
        Self {
            stack: Stack {
                collector,
                inventory,
                orders,
                gateway,
            },
            controls,
            orders: AtomicU32::new(100),
        }
    }

    /// Where the faults of a service are set.
    pub fn control(&self, service: &str) -> &str {
        let mut controls = self.controls.iter();
        &controls.find(|(name, _)| *name == service).unwrap().1
    }

    pub async fn set(&self, service: &str, faults: &str, seed: u64) {
        let url = format!("http://{}/faults", self.control(service));
        let change = json!({"service": service, "faults": faults, "seed": seed});
        let answer = client().post(url).json(&change).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 200, "{service} {faults}: {text}");
    }

    pub async fn clear(&self) {
        for (_, address) in &self.controls {
            let answer = client()
                .delete(format!("http://{address}/faults"))
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 200);
        }
    }

    /// Asks for an order that nobody has asked for, as terry.
    pub async fn request(&self) -> Seen {
        self.request_with(&[]).await
    }

    pub async fn request_with(&self, headers: &[(&str, &str)]) -> Seen {
        let order = self.orders.fetch_add(1, Relaxed);
        let begun = std::time::Instant::now();
        let mut call = client()
            .get(format!("{}/orders/{order}", self.stack.gateway.url))
            .header("userid", "terry");
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        let answer = call.send().await.unwrap();
        let trace_id = answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
        let status = answer.status();
        let _ = answer.bytes().await;
        Seen {
            status,
            took_ms: begun.elapsed().as_millis(),
            order,
            trace_id,
        }
    }

    /// The line of a service that names the order.
    pub fn line(&self, part: &Part, seen: &Seen) -> String {
        part.lines_with(&format!("getOrder {}", seen.order), 1).remove(0)
    }
}

/// The span of this service and kind; the first of several.
pub fn span<'a>(spans: &'a [Value], service: &str, kind: &str) -> &'a Value {
    spans_of(spans, service, kind)
        .first()
        .copied()
        .unwrap_or_else(|| panic!("no {kind} span of {service}: {spans:?}"))
}

/// The spans of this service and kind, by start.
pub fn spans_of<'a>(spans: &'a [Value], service: &str, kind: &str) -> Vec<&'a Value> {
    let is_meant = |span: &&Value| span["localEndpoint"]["serviceName"] == service && span["kind"] == kind;
    let mut found: Vec<&Value> = spans.iter().filter(is_meant).collect();
    found.sort_by_key(|span| span["timestamp"].as_u64());
    found
}

/// Start and end.
pub fn interval(span: &Value) -> (u64, u64) {
    let start = span["timestamp"].as_u64().unwrap();
    (start, start + span["duration"].as_u64().unwrap())
}

pub fn duration_ms(span: &Value) -> u64 {
    span["duration"].as_u64().unwrap() / 1_000
}

/// The most of these spans at any one time.
pub fn at_once(spans: &[&Value]) -> usize {
    let intervals: Vec<(u64, u64)> = spans.iter().map(|span| interval(span)).collect();
    let during = |moment: u64| {
        intervals
            .iter()
            .filter(|(start, end)| *start <= moment && moment < *end)
            .count()
    };
    intervals
        .iter()
        .map(|(start, _)| during(*start))
        .max()
        .unwrap_or(0)
}

/// The shape of a trace: services, names, parents and outcomes, without ids and times.
pub fn shape(spans: &[Value]) -> Vec<String> {
    let name = |span: &Value| {
        format!(
            "{} {} {}",
            span["localEndpoint"]["serviceName"], span["kind"], span["name"]
        )
    };
    let parent = |span: &Value| {
        spans
            .iter()
            .find(|other| other["id"] == span["parentId"])
            .map(name)
    };
    let line = |span: &Value| {
        let tags: Vec<String> = ["error", "http.status_code", "userId", "orderId"]
            .iter()
            .map(|key| (key, span["tags"][*key].is_string()))
            .map(|(key, is_there)| format!("{key}={is_there}"))
            .collect();
        format!("{} below {:?} {}", name(span), parent(span), tags.join(" "))
    };
    let mut lines: Vec<String> = spans.iter().map(line).collect();
    lines.sort();
    lines
}
