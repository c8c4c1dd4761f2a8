//! `hop check`: our gateway, and servers that are wrong in one way each.
#![expect(clippy::indexing_slicing, reason = "a value that is not there fails the test")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use crate::harness::{Part, Stack, client, hop, serve};

/// The one thing that a server gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Nothing,
    IgnoresContext,
    HardCodesId,
    ReadsW3cAlone,
    CutsIds,
    IgnoresDeny,
    DecidesAnew,
    IgnoresDebug,
    TakesMalformed,
    RefusesMalformed,
    NamesNoTrace,
    LosesParent,
    SaysClient,
    HasNoName,
    SendsNoSpans,
    LosesBaggage,
    DoesNotDecode,
}

/// A small service, and where its spans go.
struct Server {
    wrong: Wrong,
    spans: String,
    asked: AtomicU64,
}

/// A context as it came.
#[derive(Default)]
struct Context {
    trace: String,
    span: String,
    denied: bool,
    debug: bool,
    malformed: bool,
}

impl Context {
    fn read(headers: &HeaderMap, wrong: Wrong) -> Self {
        let get = |name| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let mut found = Self::default();
        if let (Some(text), false) = (get("b3"), wrong == Wrong::ReadsW3cAlone) {
            let parts: Vec<&str> = text.split('-').collect();
            (found.trace, found.span) = (parts[0].to_owned(), parts[1].to_owned());
            found.denied = parts.get(2) == Some(&"0");
        } else if let (Some(trace), false) = (get("x-b3-traceid"), wrong == Wrong::ReadsW3cAlone) {
            (found.trace, found.span) = (trace, get("x-b3-spanid").unwrap_or_default());
            found.debug = get("x-b3-flags").as_deref() == Some("1");
        } else if let Some(text) = get("traceparent") {
            let parts: Vec<&str> = text.split('-').collect();
            (found.trace, found.span) = (parts[1].to_owned(), parts[2].to_owned());
            found.denied = parts[3] == "00";
            found.malformed = parts[0] == "ff";
        }
        let is_id =
            |id: &str| id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id.bytes().any(|byte| byte != b'0');
        let is_sound = [16, 32].contains(&found.trace.len()) && is_id(&found.trace) && found.span.len() == 16;
        found.malformed |= !found.trace.is_empty() && !is_sound;
        found
    }
}

async fn answer(State(server): State<Arc<Server>>, headers: HeaderMap) -> Response {
    let asked = server.asked.fetch_add(1, Ordering::Relaxed);
    let wrong = server.wrong;
    let mut context = Context::read(&headers, wrong);
    if context.malformed && wrong == Wrong::RefusesMalformed {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let is_left_out = context.trace.is_empty()
        || wrong == Wrong::IgnoresContext
        || wrong == Wrong::HardCodesId
        || (context.malformed && wrong != Wrong::TakesMalformed);
    if is_left_out {
        context = Context {
            trace: format!(
                "{:032x}",
                u128::from(fastrand::u64(1..)) << 64 | u128::from(fastrand::u64(1..))
            ),
            ..Context::default()
        };
    }
    if wrong == Wrong::HardCodesId {
        context.trace = "463ac35c9f6413ad48485a3953bb6124".to_owned();
    }
    if wrong == Wrong::CutsIds && context.trace.len() == 32 {
        context.trace.drain(..16);
    }
    let is_dropped = (context.denied && wrong != Wrong::IgnoresDeny)
        || (wrong == Wrong::DecidesAnew && asked % 2 == 1)
        || (wrong == Wrong::IgnoresDebug && context.debug)
        || wrong == Wrong::SendsNoSpans;
    if !is_dropped {
        report(&server, &context, &headers).await;
    }
    if wrong == Wrong::NamesNoTrace {
        return "hello".into_response();
    }
    ([("x-trace-id", context.trace)], "hello").into_response()
}

async fn report(server: &Server, context: &Context, headers: &HeaderMap) {
    let mut span = json!({
        "traceId": context.trace, "id": format!("{:016x}", fastrand::u64(1..)), "kind": "SERVER", "name": "get /",
        "timestamp": 1_764_000_000_000_000_u64, "duration": 1000, "localEndpoint": {"serviceName": "small"},
    });
    if !context.span.is_empty() && server.wrong != Wrong::LosesParent {
        span["parentId"] = json!(context.span);
    }
    if server.wrong == Wrong::SaysClient {
        span["kind"] = json!("CLIENT");
    }
    if server.wrong == Wrong::HasNoName {
        span["localEndpoint"] = json!({"ipv4": "127.0.0.1"});
    }
    let baggage = headers.get("baggage").and_then(|value| value.to_str().ok());
    if let (Some((_, value)), true) = (
        baggage.and_then(|text| text.split_once("userId=")),
        server.wrong != Wrong::LosesBaggage,
    ) {
        let decodes = server.wrong != Wrong::DoesNotDecode;
        let value = if decodes {
            value.replace("%20", " ")
        } else {
            value.to_owned()
        };
        span["tags"] = json!({"userId": value});
    }
    let sent = client()
        .post(&server.spans)
        .json(&json!([span]))
        .send()
        .await
        .unwrap();
    assert!(sent.status().is_success() || context.malformed, "{span}");
}

/// Exit code, and the checks by name.
async fn check(arguments: Vec<String>) -> (i32, BTreeMap<String, Value>) {
    let run = move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        hop(&[&["check", "--json", "--wait", "1"], arguments.as_slice()].concat())
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let said: Value = serde_json::from_str(&text).unwrap_or_default();
    let checks = said["checks"].as_array().cloned().unwrap_or_default();
    let by_name = |check: Value| (check["id"].as_str().unwrap().to_owned(), check);
    (
        output.status.code().unwrap(),
        checks.into_iter().map(by_name).collect(),
    )
}

/// The names of checks and diagnoses of what failed.
fn failed(checks: &BTreeMap<String, Value>) -> Vec<String> {
    let failed = checks.iter().filter(|(_, check)| check["outcome"] == "failed");
    let shown = failed.map(|(id, check)| format!("{id}: {}", check["diagnosis"].as_str().unwrap()));
    shown.collect()
}

fn is_korean(sentence: &Value) -> bool {
    let text = sentence.as_str().unwrap();
    text.chars().any(|letter| ('가'..='힣').contains(&letter))
}

#[tokio::test]
async fn our_services_pass_every_check_from_outside() {
    let stack = Stack::start(&[]);
    let arguments = [
        &format!("{}/orders/1", stack.orders.url),
        "--zipkin-url",
        &stack.collector.url,
        "-H",
        "userid: terry",
        "--baggage",
        "orderId",
    ];
    let (code, checks) = check(arguments.iter().map(ToString::to_string).collect()).await;
    assert_eq!((code, failed(&checks), checks.len()), (0, Vec::new(), 12));
    assert!(
        checks.values().all(|check| check["outcome"] == "passed"),
        "{checks:?}"
    );
    let gateway = vec![format!("{}/users/terry", stack.gateway.url)];
    let (code, checks) = check(gateway).await;
    let unseen = checks
        .values()
        .filter(|check| check["outcome"] == "unseen")
        .count();
    assert_eq!((code, failed(&checks), unseen), (0, Vec::new(), 4));
}

#[tokio::test]
async fn each_way_of_being_wrong_has_a_name() {
    let collector = Part::start("collector", &[]);
    let new_trace = ["b3-multi: new-trace", "b3-single: new-trace"];
    let no_spans = [
        "accepted: no-spans",
        "baggage",
        "debug: debug-ignored",
        "spans: no-spans",
    ];
    let rows: [(Wrong, &[&str]); 17] = [
        (Wrong::Nothing, &[]),
        (
            Wrong::IgnoresContext,
            &[
                no_spans[0],
                new_trace[0],
                new_trace[1],
                no_spans[2],
                "short-ids: new-trace",
                no_spans[3],
                "w3c: new-trace",
            ],
        ),
        (
            Wrong::HardCodesId,
            &[
                no_spans[0],
                new_trace[0],
                new_trace[1],
                no_spans[2],
                "new-traces: same-id",
                "short-ids: new-trace",
                no_spans[3],
                "w3c: new-trace",
            ],
        ),
        (
            Wrong::ReadsW3cAlone,
            &[
                "accepted: decides-anew",
                new_trace[0],
                new_trace[1],
                no_spans[2],
                "short-ids: new-trace",
            ],
        ),
        (
            Wrong::CutsIds,
            &[
                "b3-multi: ids-cut",
                "b3-single: ids-cut",
                no_spans[3],
                "w3c: ids-cut",
            ],
        ),
        (Wrong::IgnoresDeny, &["denied: deny-ignored"]),
        (Wrong::DecidesAnew, &["accepted: decides-anew"]),
        (Wrong::IgnoresDebug, &["debug: debug-ignored"]),
        (Wrong::TakesMalformed, &["malformed: malformed-taken"]),
        (Wrong::RefusesMalformed, &["malformed: malformed-refused"]),
        (Wrong::NamesNoTrace, &["ids-in-answer: no-id-in-answer"]),
        (Wrong::LosesParent, &["spans: wrong-parent"]),
        (Wrong::SaysClient, &["spans: wrong-kind"]),
        (Wrong::HasNoName, &["spans: no-service-name"]),
        (Wrong::SendsNoSpans, &[no_spans[0], no_spans[2], no_spans[3]]),
        (Wrong::LosesBaggage, &["baggage: baggage-lost"]),
        (Wrong::DoesNotDecode, &["baggage: baggage-changed"]),
    ];
    for (wrong, expected) in rows {
        let server = Server {
            wrong,
            spans: format!("{}/api/v2/spans", collector.url),
            asked: AtomicU64::new(0),
        };
        let url = serve(Router::new().fallback(answer).with_state(Arc::new(server))).await;
        // The names are those of every language; the sentences are Korean, as asked.
        let arguments = [
            &url,
            "--zipkin-url",
            &collector.url,
            "--baggage",
            "userId",
            "--lang",
            "ko",
        ];
        let (code, checks) = check(arguments.iter().map(ToString::to_string).collect()).await;
        assert_eq!(failed(&checks), expected, "{wrong:?}: {checks:#?}");
        assert_eq!(code, i32::from(wrong != Wrong::Nothing), "{wrong:?}");
        for check in checks.values() {
            assert!(is_korean(&check["title"]), "{check}");
            assert!(check["text"].is_null() || is_korean(&check["text"]), "{check}");
        }
    }
}

#[tokio::test]
async fn a_check_says_why_it_could_not_be_made() {
    let silent = serve(Router::new().fallback(|| async { "hello" })).await;
    for (arguments, code, said) in [
        (vec!["http://127.0.0.1:9"], 1, "does not answer"),
        (vec!["https://127.0.0.1:9"], 2, "no https://"),
        (
            vec![silent.as_str(), "--zipkin-url", "127.0.0.1:9"],
            1,
            "the collector named by --zipkin-url",
        ),
        (vec![silent.as_str(), "--baggage", "a"], 2, "--zipkin-url"),
        (vec![silent.as_str()], 1, "no-id-in-answer"),
    ] {
        let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
        let run = move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            hop(&[&["check"], arguments.as_slice()].concat())
                .output()
                .unwrap()
        };
        let output = tokio::task::spawn_blocking(run).await.unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(code), "{text}");
        assert!(text.contains(said), "{said}: {text}");
    }
}
