//! `hop doctor`: set-ups that are broken in one way each, and the cause that it must name; and set-ups that are well.

use std::time::{Duration, Instant};

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::harness::{Part, client, hop, serve};

/// A chain at ports of one offset, each part with an environment of its own.
struct SetUp {
    offset: u16,
    parts: Vec<Part>,
}

/// A way to break it, and the check and the words that must name it.
struct Broken {
    name: &'static str,
    /// Variables for one service, or for all.
    set: &'static [(&'static str, &'static str, &'static str)],
    /// Services that are not started.
    without: &'static [&'static str],
    /// Faults that are set.
    faults: &'static [(&'static str, &'static str)],
    /// Variables of the doctor's own shell.
    shell: &'static [(&'static str, &'static str)],
    check: &'static str,
    words: &'static str,
}

const WELL: Broken = Broken {
    name: "",
    set: &[],
    without: &[],
    faults: &[],
    shell: &[],
    check: "",
    words: "",
};

const SERVICES: [&str; 3] = ["gateway", "orders", "inventory"];

impl SetUp {
    fn start(broken: &Broken) -> Self {
        let offset = free_offset();
        let local = |port: u16| format!("127.0.0.1:{}", port + offset);
        let url = |port: u16| format!("http://{}", local(port));
        let mut parts = Vec::new();
        let of = |name: &str| {
            let mine = broken
                .set
                .iter()
                .filter(|(whose, _, _)| *whose == name || *whose == "all");
            mine.map(|(_, name, value)| (*name, *value)).collect::<Vec<_>>()
        };
        if !broken.without.contains(&"collector") {
            let address = local(9411);
            let own = [("LISTEN_ADDR", address.as_str())];
            parts.push(Part::start("collector", &[&own[..], &of("collector")].concat()));
        }
        for (name, port) in SERVICES.into_iter().zip(8081..) {
            if broken.without.contains(&name) {
                continue;
            }
            let (address, faults) = (local(port), local(port - 1_000));
            let (orders, inventory, spans) = (url(8082), url(8083), format!("{}/api/v2/spans", url(9411)));
            let own = [
                ("LISTEN_ADDR", address.as_str()),
                ("FAULTS", "on"),
                ("FAULTS_ADDR", faults.as_str()),
                ("ORDERS_URL", orders.as_str()),
                ("INVENTORY_URL", inventory.as_str()),
                ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", spans.as_str()),
                ("OTEL_BSP_SCHEDULE_DELAY", "50"),
            ];
            parts.push(Part::start(name, &[&own[..], &of(name)].concat()));
        }
        Self { offset, parts }
    }

    async fn break_it(&self, faults: &[(&str, &str)]) {
        for (service, fault) in faults {
            let port = 7081 + SERVICES.iter().position(|name| name == service).unwrap() as u16 + self.offset;
            let change = json!({"service": service, "faults": fault});
            let answer = client()
                .post(format!("http://127.0.0.1:{port}/faults"))
                .json(&change)
                .send()
                .await;
            assert_eq!(answer.unwrap().status(), 200, "{service} {fault}");
        }
    }

    async fn examined(&self, shell: &[(&str, &str)]) -> (Vec<Value>, Option<i32>) {
        doctor(&["--port-offset", &self.offset.to_string()], shell).await
    }
}

/// Ports that are all free at this moment.
fn free_offset() -> u16 {
    let is_free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let ports = [8081, 8082, 8083, 9411, 7081, 7082, 7083];
    let mut offsets = std::iter::repeat_with(|| fastrand::u16(11_000..20_000));
    offsets
        .find(|offset| ports.iter().all(|port| is_free(port + offset)))
        .unwrap()
}

async fn doctor(arguments: &[&str], shell: &[(&str, &str)]) -> (Vec<Value>, Option<i32>) {
    let mut command = Command::from(hop(&["doctor", "--json"]));
    for proxy in ["HTTP_PROXY", "http_proxy"] {
        command.env_remove(proxy);
    }
    let begun = Instant::now();
    let output = command
        .args(arguments)
        .envs(shell.iter().copied())
        .output()
        .await
        .unwrap();
    // Nine seconds of its own limits, and a busy machine.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let text = String::from_utf8_lossy(&output.stdout);
    let findings = serde_json::from_str(&text);
    let findings = findings.unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    (findings, output.status.code())
}

/// Findings that warn or worse, but for those of the machine, which is not the test's.
fn wrong(findings: &[Value]) -> Vec<String> {
    let is_wrong = |finding: &&Value| {
        let of_machine = ["machine", "toolchain", "docker"]
            .iter()
            .any(|group| finding["category"] == *group);
        !of_machine
            && ["warning", "bad"]
                .iter()
                .any(|verdict| finding["verdict"] == *verdict)
    };
    let wrong = findings.iter().filter(is_wrong);
    wrong
        .map(|finding| {
            format!(
                "{}: {}",
                finding["id"].as_str().unwrap(),
                finding["said"].as_str().unwrap()
            )
        })
        .collect()
}

async fn is_named(broken: &Broken) {
    let set_up = SetUp::start(broken);
    set_up.break_it(broken.faults).await;
    let (findings, _) = set_up.examined(broken.shell).await;
    let wrong = wrong(&findings);
    let is_it =
        |said: &&String| said.starts_with(&format!("{}: ", broken.check)) && said.contains(broken.words);
    assert!(
        wrong.iter().any(|said| is_it(&said)),
        "{}: {wrong:#?}",
        broken.name
    );
    drop(set_up.parts);
}

/// The first five are in every run.
const BROKEN: [Broken; 26] = [
    Broken {
        name: "orders is another service",
        set: &[("orders", "OTEL_SERVICE_NAME", "shop")],
        check: "canary-link",
        words: "as shop, not as orders",
        ..WELL
    },
    Broken {
        name: "orders is not there",
        without: &["orders"],
        check: "canary-link",
        words: "orders does not answer",
        ..WELL
    },
    Broken {
        name: "the gateway writes no context",
        set: &[("gateway", "OTEL_PROPAGATORS", "none")],
        check: "canary-link",
        words: "gateway passes on no context",
        ..WELL
    },
    Broken {
        name: "orders sends no spans",
        set: &[("orders", "OTEL_TRACES_EXPORTER", "none")],
        check: "canary-link",
        words: "orders answers and keeps the context, but its spans do not arrive",
        ..WELL
    },
    Broken {
        name: "a fault was left on",
        faults: &[("orders", "latency=20ms")],
        check: "faults",
        words: "orders: latency=20ms",
        ..WELL
    },
    Broken {
        name: "OTLP by HTTP at the port of gRPC",
        shell: &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317")],
        check: "otlp-port",
        words: "take 4318",
        ..WELL
    },
    Broken {
        name: "the gateway is not there",
        without: &["gateway"],
        check: "canary-link",
        words: "gateway does not answer",
        ..WELL
    },
    Broken {
        name: "inventory is not there",
        without: &["inventory"],
        check: "canary-link",
        words: "inventory does not answer",
        ..WELL
    },
    Broken {
        name: "the collector is not there",
        without: &["collector"],
        check: "collector",
        words: "does not answer",
        ..WELL
    },
    Broken {
        name: "nothing is there",
        without: &["collector", "gateway", "orders", "inventory"],
        check: "health",
        words: "`hop up` starts everything",
        ..WELL
    },
    Broken {
        name: "orders writes no context",
        set: &[("orders", "OTEL_PROPAGATORS", "none")],
        check: "canary-link",
        words: "orders passes on no context",
        ..WELL
    },
    Broken {
        name: "inventory writes its spans on the console",
        set: &[("inventory", "OTEL_TRACES_EXPORTER", "console")],
        check: "canary-link",
        words: "inventory answers and keeps",
        ..WELL
    },
    Broken {
        name: "the gateway sends spans elsewhere",
        set: &[(
            "gateway",
            "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
            "http://127.0.0.1:9/api/v2/spans",
        )],
        check: "canary-link",
        words: "gateway answers and keeps",
        ..WELL
    },
    Broken {
        name: "no service sends spans",
        set: &[("all", "OTEL_TRACES_EXPORTER", "none")],
        check: "canary-link",
        words: "no hop's spans arrive",
        ..WELL
    },
    Broken {
        name: "orders reads no context",
        faults: &[("orders", "context-dropped")],
        check: "canary-link",
        words: "orders reads no context",
        ..WELL
    },
    Broken {
        name: "orders reads one dialect",
        faults: &[("orders", "one-dialect=b3")],
        check: "canary-link",
        words: "orders does not read",
        ..WELL
    },
    Broken {
        name: "inventory cuts ids",
        faults: &[("inventory", "ids-64bit")],
        check: "canary-link",
        words: "inventory keeps 64",
        ..WELL
    },
    Broken {
        name: "orders drops the baggage",
        faults: &[("orders", "baggage-dropped")],
        check: "canary-link",
        words: "orders takes no userId",
        ..WELL
    },
    Broken {
        name: "the gateway keeps userId for itself",
        set: &[("gateway", "MDC_PROPAGATE", "orderId")],
        check: "canary-link",
        words: "gateway passes on no userId",
        ..WELL
    },
    Broken {
        name: "the clock of orders is behind",
        faults: &[("orders", "clock=-20s")],
        check: "canary-link",
        words: "orders' clock is behind",
        ..WELL
    },
    Broken {
        name: "inventory fails",
        faults: &[("inventory", "error=503")],
        check: "canary-link",
        words: "inventory answers 503",
        ..WELL
    },
    Broken {
        name: "the gateway calls another place",
        set: &[("gateway", "ORDERS_URL", "http://127.0.0.1:9")],
        check: "canary-link",
        words: "ORDERS_URL names another place",
        ..WELL
    },
    Broken {
        name: "search is off",
        set: &[("collector", "SEARCH_ENABLED", "false")],
        check: "collector-search",
        words: "SEARCH_ENABLED=false",
        ..WELL
    },
    Broken {
        name: "the sampler records a tenth",
        shell: &[
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.1"),
        ],
        check: "sampler",
        words: "0.1 of all traces",
        ..WELL
    },
    Broken {
        name: "spans go to no path",
        shell: &[("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "http://127.0.0.1:9411")],
        check: "exporter-path",
        words: "/api/v2/spans",
        ..WELL
    },
    Broken {
        name: "a variable that nobody reads",
        shell: &[("OTEL_TRACE_SAMPLER", "always_off")],
        check: "settings-unread",
        words: "OTEL_TRACE_SAMPLER",
        ..WELL
    },
];

const HEALTHY: [Broken; 5] = [
    WELL,
    Broken {
        set: &[("all", "OTEL_PROPAGATORS", "b3,baggage")],
        ..WELL
    },
    Broken {
        set: &[("all", "OTEL_PROPAGATORS", "tracecontext,baggage")],
        ..WELL
    },
    Broken {
        set: &[("all", "SERVER_SPAN_JOIN", "true")],
        ..WELL
    },
    Broken {
        set: &[
            ("all", "LOG_FORMAT", "logback"),
            ("collector", "STRICT_TRACE_ID", "false"),
        ],
        ..WELL
    },
];

async fn is_well(healthy: &Broken) {
    let set_up = SetUp::start(healthy);
    let (findings, code) = set_up.examined(&[]).await;
    assert_eq!(wrong(&findings), [""; 0], "{:?}", healthy.set);
    assert!(findings.len() >= 30, "{}", findings.len());
    assert_eq!(code, Some(0), "{:?}", healthy.set);
}

#[tokio::test]
async fn five_broken_set_ups_are_named_and_a_healthy_one_is_not() {
    for broken in BROKEN.iter().take(5) {
        is_named(broken).await;
    }
    is_well(&WELL).await;
}

#[tokio::test]
#[ignore = "a minute; .ci/nightly runs it"]
async fn all_broken_set_ups_are_named_and_no_healthy_one_is() {
    for broken in &BROKEN {
        is_named(broken).await;
        println!("named: {}", broken.name);
    }
    for healthy in &HEALTHY {
        is_well(healthy).await;
    }
}

#[tokio::test]
async fn a_storage_that_is_down_and_spans_refused_are_named() {
    let health = json!({"status": "DOWN", "zipkin": {"status": "DOWN", "details": {"ElasticsearchStorage{}": {"status": "DOWN"}}}});
    let router = Router::new()
        .route(
            "/health",
            get(move || async move { (StatusCode::SERVICE_UNAVAILABLE, Json(health)) }),
        )
        .route(
            "/info",
            get(|| async { Json(json!({"zipkin": {"version": "3.4.4"}})) }),
        )
        .route("/api/v2/services", get(|| async { Json(json!([])) }))
        .route(
            "/api/v2/spans",
            post(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
        );
    let url = serve(router).await;
    let (findings, code) = doctor(&["--zipkin-url", &url, "--port-offset", "20001"], &[]).await;
    let wrong = wrong(&findings);
    for text in [
        "collector-storage: ElasticsearchStorage{} is down",
        "collector-takes-spans: POST /api/v2/spans is answered with 500",
    ] {
        assert!(
            wrong.iter().any(|said| said.starts_with(text)),
            "{text}: {wrong:#?}"
        );
    }
    assert!(
        findings.iter().any(|finding| finding["said"] == "Zipkin 3.4.4"),
        "{findings:?}"
    );
    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn pages_are_shown_offline_and_lines_fit() {
    for (arguments, code, text) in [
        (&["explain"][..], 0, "canary-link"),
        (&["explain", "otlp-port"], 0, "4317 takes gRPC"),
        (
            &["explain", "otlp-port", "--lang", "ko"],
            0,
            "4317은 gRPC, 4318은 HTTP",
        ),
        (
            &["--lang", "ko", "--pre", "--port-offset", "20002"],
            0,
            "28083 비어 있음",
        ),
        (&["--lang", "ko", "--port-offset", "20003"], 1, "개 점검: "),
        (&["explain", "weather"], 1, "no check is called 'weather'"),
        (&["--pre", "--port-offset", "20002"], 0, "28083 is free"),
        (&["--port-offset", "20003"], 1, " doctor explain health"),
    ] {
        let output = Command::from(hop(&["doctor"]))
            .args(arguments)
            .output()
            .await
            .unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains(text) && !said.contains('\u{1b}'),
            "{arguments:?}: {said}"
        );
        assert!(
            said.lines().all(|line| expect::columns::width(line) <= 80),
            "{arguments:?}: {said}"
        );
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    }
}
