//! Requests through the middleware, with everything that leaves a span or a line. One subscriber serves all tests of
//! the process, as in a service: each looks at its own trace. `RUST_LOG` is `warn`.

use std::{
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use axum::{Router, body::Body, http::Request, response::Response, routing::get};
use tower::ServiceExt as _;
use tracing::{debug_span, error, info, info_span, warn};
use tracing_subscriber::layer::SubscriberExt as _;
use zipkin::{Kind, Span, TraceId};

use crate::{
    Telemetry,
    config::Config,
    delivery::json::Json,
    logs::{Output, panics::PanicHook},
    process::Parts,
    sink::{EndedSpan, Sink},
    spans::{
        current, mdc,
        task::{retry, spawn, spawn_blocking},
    },
};

struct World {
    telemetry: Telemetry,
    lines: Arc<Mutex<Vec<u8>>>,
    ended: Arc<Ended>,
}

/// Spans as a collector reads them.
struct Ended(Json, Mutex<Vec<Span>>);

impl Sink for Ended {
    fn end(&self, span: &EndedSpan<'_>) {
        let mut json = b"[".to_vec();
        self.0.write(&mut json, span);
        json.push(b']');
        self.1
            .lock()
            .unwrap()
            .extend(zipkin::decode::list(&json).unwrap());
    }
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let mut config = Config::default();
        config.lines.log_filter = "warn,silenced=off".parse().unwrap();
        config.propagation.mdc_propagate = vec!["userId".into(), "orderId".into()];
        let ended = Arc::new(Ended(Json::new("tested"), Mutex::default()));
        let output = Output::Memory(lines.clone());
        let Parts { tracer, layer } = Parts::new("tested", &config, output, Some(ended.clone()));
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).unwrap();
        // A test that fails should still say so.
        PanicHook::LineAndPrevious.install();
        World {
            telemetry: Telemetry::of(tracer),
            lines,
            ended,
        }
    })
}

/// Answers one request of this trace with the routes, and reads none of a body that is still being made.
async fn request(trace_id: u128, routes: Router) {
    respond(trace_id, routes).await;
}

/// The answer to one request of this trace.
pub async fn respond(trace_id: u128, routes: Router) -> Response {
    let request = Request::get("/things/1").header("b3", format!("{trace_id:032x}-00000000000000aa-1"));
    let request = request
        .header("baggage", "userId=terry")
        .body(Body::empty())
        .unwrap();
    let tracing = world().telemetry.server();
    routes.layer(tracing).oneshot(request).await.unwrap()
}

/// The spans of the trace that have ended so far, in that order.
pub fn ended(trace_id: u128) -> Vec<Span> {
    let mut spans = all_ended();
    spans.retain(|span| span.trace_id == TraceId::new(trace_id));
    spans
}

/// The spans of all traces that have ended so far.
fn all_ended() -> Vec<Span> {
    world().ended.1.lock().unwrap().clone()
}

pub fn lines(trace_id: u128) -> Vec<String> {
    let mut lines = all_lines();
    lines.retain(|line| line.contains(&format!("{trace_id:032x}")));
    lines
}

fn all_lines() -> Vec<String> {
    let text = String::from_utf8(world().lines.lock().unwrap().clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

pub const ONE: u128 = 1 << 100;

#[tokio::test]
async fn a_background_task_is_its_requests_child_and_ends_later() {
    let trace_id = ONE + 1;
    let background = async || {
        spawn(info_span!("send receipt"), async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            warn!("receipt sent");
        });
        "done"
    };
    request(trace_id, Router::new().route("/things/{id}", get(background))).await;
    let server = ended(trace_id).remove(0);
    assert_eq!(
        (server.name.as_deref(), server.kind),
        (Some("get /things/{id}"), Some(Kind::Server))
    );
    assert_eq!(ended(trace_id).len(), 1, "the task is still at work");

    while ended(trace_id).len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let task = ended(trace_id).remove(1);
    assert_eq!(
        (task.name.as_deref(), task.parent_id),
        (Some("send receipt"), Some(server.id))
    );
    assert!(
        server.timestamp.unwrap() + server.duration.unwrap()
            < task.timestamp.unwrap() + task.duration.unwrap()
    );
    let line = &lines(trace_id)[0];
    assert!(
        line.contains(&format!("[tested,{trace_id:032x},{},true]", task.id)),
        "{line}"
    );
    assert!(line.ends_with("userId=terry receipt sent"), "{line}");
}

#[tokio::test]
async fn blocking_work_keeps_its_context() {
    let trace_id = ONE + 2;
    let blocking = async || {
        let work = || {
            mdc::put("orderId", "8").unwrap();
            warn!("resized");
        };
        spawn_blocking(info_span!("resize"), work).await.unwrap();
        warn!("answered");
    };
    request(trace_id, Router::new().route("/things/{id}", get(blocking))).await;
    let spans = ended(trace_id);
    let resize = spans
        .iter()
        .find(|span| span.name.as_deref() == Some("resize"))
        .unwrap();
    let server = spans.iter().find(|span| span.kind.is_some()).unwrap();
    assert_eq!(
        (resize.parent_id, resize.tags["orderId"].as_str()),
        (Some(server.id), "8")
    );
    for line in lines(trace_id) {
        assert!(line.contains("userId=terry orderId=8 "), "{line}");
    }
    assert_eq!(lines(trace_id).len(), 2);
}

#[tokio::test]
async fn silenced_spans_are_traced_and_debug_spans_looked_through() {
    let trace_id = ONE + 3;
    let nested = async || {
        let debugged = debug_span!("detail");
        let inner = debugged.in_scope(|| info_span!("inner", otel.kind = "producer", size = 3));
        inner.record("otel.name", "ignored: not declared");
        inner.in_scope(|| info!("not written"));
    };
    request(trace_id, Router::new().route("/things/{id}", get(nested))).await;
    let spans = ended(trace_id);
    assert_eq!(spans.len(), 2, "{spans:?}");
    assert_eq!(
        (spans[0].name.as_deref(), spans[0].kind),
        (Some("inner"), Some(Kind::Producer))
    );
    assert_eq!(
        (spans[0].parent_id, spans[0].tags["size"].as_str()),
        (Some(spans[1].id), "3")
    );
    assert_eq!(lines(trace_id), Vec::<String>::new());
}

#[tokio::test]
async fn an_error_is_an_annotation_and_a_tag() {
    let trace_id = ONE + 4;
    let failing = async || error!(code = 7, "no stock");
    request(trace_id, Router::new().route("/things/{id}", get(failing))).await;
    let span = ended(trace_id).remove(0);
    assert_eq!(
        (span.tags["error"].as_str(), span.annotations[0].value.as_str()),
        ("no stock", "no stock")
    );
    assert!(lines(trace_id)[0].ends_with("no stock code=7"));
}

#[tokio::test]
async fn a_request_that_is_given_up_ends_its_span() {
    let trace_id = ONE + 5;
    let routes = Router::new().route("/things/{id}", get(async || std::future::pending::<()>().await));
    assert!(
        tokio::time::timeout(Duration::from_millis(20), request(trace_id, routes))
            .await
            .is_err()
    );
    assert_eq!(ended(trace_id)[0].tags["error"], "cancelled");
}

#[tokio::test]
async fn a_handler_that_panics_has_a_span_and_a_line_with_its_ids() {
    let trace_id = ONE + 6;
    let panicking = async || -> () { panic!("on purpose") };
    let routes = Router::new().route("/things/{id}", get(panicking));
    assert!(tokio::spawn(request(trace_id, routes)).await.is_err());
    let span = ended(trace_id).remove(0);
    assert!(span.tags["error"].starts_with("panicked at crates/telemetry/src/layer/tests.rs:"));
    assert!(span.tags["error"].ends_with(": on purpose"), "{:?}", span.tags);
    let line = &lines(trace_id)[0];
    let ids = format!(" ERROR [tested,{trace_id:032x},{},true] ", span.id);
    assert!(
        line.contains(&ids) && line.contains("userId=terry panicked at "),
        "{line}"
    );
}

#[tokio::test]
async fn each_attempt_is_a_span_and_all_are_siblings() {
    let trace_id = ONE + 7;
    let client = world()
        .telemetry
        .client(reqwest::Client::builder().no_proxy())
        .unwrap();
    // A port that was free a moment ago: each attempt is refused.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let calling = async move || {
        let call = || client.send("Stock", client.http().get(format!("http://127.0.0.1:{port}/a?b")));
        assert!(
            retry(3, Duration::ZERO, reqwest::Error::is_connect, call)
                .await
                .is_err()
        );
    };
    request(trace_id, Router::new().route("/things/{id}", get(calling))).await;
    let spans = ended(trace_id);
    let (server, attempts) = spans.split_last().unwrap();
    assert_eq!(attempts.len(), 3);
    for attempt in attempts {
        assert_eq!(
            (attempt.kind, attempt.parent_id),
            (Some(Kind::Client), Some(server.id))
        );
        assert_eq!(
            (attempt.tags["error"].as_str(), attempt.tags["http.path"].as_str()),
            ("connection refused", "/a")
        );
        assert_eq!(
            (attempt.remote_service(), attempt.tags.get("userId")),
            (Some("stock"), None)
        );
    }
}

#[tokio::test]
async fn values_too_long_to_travel_are_refused_and_not_put() {
    let trace_id = ONE + 8;
    let putting = async || {
        assert!(mdc::put("orderId", "x".repeat(8192)).is_err());
        assert_eq!(
            (mdc::get("orderId"), mdc::get("userId").as_deref()),
            (None, Some("terry"))
        );
        mdc::put("orderId", "1").unwrap();
        mdc::put("orderId", "2").unwrap();
        assert_eq!(mdc::get("orderId").as_deref(), Some("2"));
    };
    request(trace_id, Router::new().route("/things/{id}", get(putting))).await;
    assert_eq!(ended(trace_id)[0].tags["orderId"], "2");
    assert_eq!(mdc::get("userId"), None, "gone with the request");
}

#[tokio::test]
async fn a_span_without_a_parent_is_a_trace_of_its_own() {
    let trace_id = ONE + 9;
    let detached = async || {
        info_span!(parent: None, "detached").in_scope(|| {
            assert_eq!(mdc::get("userId"), None);
            warn!("of its own");
            info_span!("within").in_scope(|| warn!("of its own, too"));
        });
        debug_span!(parent: None, "quiet").in_scope(|| {
            warn!("of a trace without this span");
            drop(info_span!("below"));
        });
        warn!(parent: None, "of nobody");
        warn!("of the request");
        assert_eq!(current::trace_id(), Some(TraceId::new(ONE + 9)));
    };
    request(trace_id, Router::new().route("/things/{id}", get(detached))).await;
    assert_eq!(ended(trace_id).len(), 1);
    let [line] = &lines(trace_id)[..] else { panic!() };
    assert!(line.ends_with("of the request"), "{line}");

    let spans = all_ended();
    let named = |name| {
        spans
            .iter()
            .find(|span| span.name.as_deref() == Some(name))
            .unwrap()
    };
    let (detached, within, below) = (named("detached"), named("within"), named("below"));
    assert_eq!((detached.parent_id, below.parent_id), (None, None));
    assert_eq!(
        (within.trace_id, within.parent_id),
        (detached.trace_id, Some(detached.id))
    );
    assert!(
        below.trace_id != detached.trace_id && spans.iter().all(|span| span.name.as_deref() != Some("quiet"))
    );
    let said = |text: &str| all_lines().into_iter().find(|line| line.ends_with(text)).unwrap();
    assert!(said(" of its own").contains(&format!(",{},{},true]", detached.trace_id, detached.id)));
    assert!(said("of its own, too").contains(&format!(",{},{},true]", within.trace_id, within.id)));
    assert!(said("of a trace without this span").contains(&format!(",{},,true]", below.trace_id)));
    assert!(said("of nobody").contains("[tested,,,]"));
}

#[tokio::test]
async fn a_span_belongs_where_its_named_parent_does() {
    // Of no trace: nothing is around it, and it is not kept.
    let quiet = debug_span!("quiet");
    let elsewhere = info_span!("elsewhere");
    let handler = async move || {
        info_span!(parent: &elsewhere, "there").in_scope(|| warn!("said there"));
        info_span!(parent: &quiet, "nowhere").in_scope(|| warn!("said nowhere"));
        debug_span!(parent: &quiet, "hidden").in_scope(|| warn!("said hidden"));
        warn!(parent: &elsewhere, "said of it");
        warn!(parent: &quiet, "said of none");
    };
    request(ONE + 10, Router::new().route("/things/{id}", get(handler))).await;
    assert_eq!((ended(ONE + 10).len(), lines(ONE + 10)), (1, Vec::new()));

    let spans = all_ended();
    let named = |name: &str| {
        spans
            .iter()
            .find(|span| span.name.as_deref() == Some(name))
            .unwrap()
    };
    let (elsewhere, there, nowhere) = (named("elsewhere"), named("there"), named("nowhere"));
    assert_eq!(
        (there.trace_id, there.parent_id),
        (elsewhere.trace_id, Some(elsewhere.id))
    );
    assert_eq!(nowhere.parent_id, None);
    let said = |text: &str| all_lines().into_iter().find(|line| line.ends_with(text)).unwrap();
    assert!(said("said there").contains(&format!(",{},{},true]", there.trace_id, there.id)));
    assert!(said("said nowhere").contains(&format!(",{},{},true]", nowhere.trace_id, nowhere.id)));
    assert!(said("said of it").contains(&format!(",{},{},true]", elsewhere.trace_id, elsewhere.id)));
    assert!(said("said of none").contains("[tested,,,]"));
    assert!(!said("said hidden").contains("userId"));
}

#[tokio::test]
async fn a_status_means_what_opentelemetry_means() {
    type Case = (fn() -> tracing::Span, Option<&'static str>, Option<&'static str>);
    let cases: [Case; 7] = [
        (
            || info_span!("status", otel.status_code = "ERROR"),
            Some("ERROR"),
            Some("true"),
        ),
        (
            || {
                info_span!(
                    "status",
                    otel.status_description = "no stock",
                    otel.status_code = "error"
                )
            },
            Some("ERROR"),
            Some("no stock"),
        ),
        (
            || {
                info_span!(
                    "status",
                    otel.status_code = "Error",
                    otel.status_message = "no stock"
                )
            },
            Some("ERROR"),
            Some("no stock"),
        ),
        // All is well, whatever else is said.
        (
            || info_span!("status", error = "boom", otel.status_code = "ok"),
            Some("OK"),
            None,
        ),
        (|| info_span!("status", otel.status_code = "unset"), None, None),
        (|| info_span!("status", error = false), None, None),
        (|| info_span!("status", error = true), None, Some("true")),
    ];
    for (number, (span, status, error)) in (0..).zip(cases) {
        let trace_id = ONE + 20 + number;
        let handler = async move || drop(span());
        request(trace_id, Router::new().route("/things/{id}", get(handler))).await;
        let span = ended(trace_id).remove(0);
        assert_eq!(
            span.tags.get("otel.status_code").map(String::as_str),
            status,
            "{number}"
        );
        assert_eq!(span.tags.get("error").map(String::as_str), error, "{number}");
    }
}

#[tokio::test]
async fn an_error_event_does_not_undo_the_status_ok() {
    let fine = async || info_span!("status", otel.status_code = "OK").in_scope(|| error!("tried again"));
    request(ONE + 30, Router::new().route("/things/{id}", get(fine))).await;
    let span = ended(ONE + 30).remove(0);
    assert!(!span.tags.contains_key("error") && span.annotations[0].value == "tried again");
}

#[test]
fn records_of_the_crate_log_keep_their_own_target() {
    let _ = world();
    let record = |target| {
        tracing::event!(name: "log event", target: "log", tracing::Level::WARN,
            { log.target = target, log.module_path = "shop", log.file = "shop.rs", log.line = 7u64 }, "of a record {target}");
    };
    record("shop::orders");
    let said = |text: &str| all_lines().into_iter().find(|line| line.ends_with(text));
    let line = said(" shop::orders : of a record shop::orders");
    assert!(line.is_some(), "{:?}", all_lines());
    record("silenced::part");
    assert_eq!(said("of a record silenced::part"), None);
}
