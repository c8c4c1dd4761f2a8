//! One service for all tests, because a process has one subscriber; each test has traces of its own.

use std::{
    future::IntoFuture as _,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use axum::Router;
use telemetry::{
    Config, Ends, PanicHook, Telemetry, TracedClient,
    testing::{self, TestTelemetry},
};
use tokio::net::TcpListener;
use zipkin::{Kind, Span, SpanId, TraceId};

/// The span that calls the service in every test.
pub const CALLER: SpanId = SpanId::new(0xaa);

/// The telemetry of the service.
pub fn telemetry() -> &'static TestTelemetry {
    static TELEMETRY: OnceLock<TestTelemetry> = OnceLock::new();
    TELEMETRY.get_or_init(|| {
        let mut config = Config::default();
        config.panic_hook = PanicHook::LineAndPrevious;
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        config.lines.log_filter = "off".parse().unwrap();
        config.propagation.mdc_propagate = vec!["userId".into(), "orderId".into()];
        testing::with("tested", &config)
    })
}

/// A client whose calls are traced, and which follows nothing by itself.
pub fn traced() -> TracedClient {
    telemetry().client(plain()).unwrap()
}

/// A client that is not traced, and heeds no proxy.
pub fn plain() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy()
}

/// Serves routes under the middleware.
pub async fn serve(routes: Router) -> String {
    serve_as_is(trace(routes)).await
}

/// The middleware around what is there so far.
pub fn trace(routes: Router) -> Router {
    routes.layer(telemetry().server())
}

/// Serves routes without it: somebody else's service.
pub async fn serve_as_is(routes: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = routes.into_make_service_with_connect_info::<Ends>();
    tokio::spawn(axum::serve(listener, service).into_future());
    url
}

/// A trace of the test's own, and the header that continues it.
pub fn new_trace() -> (TraceId, String) {
    static LAST: AtomicU64 = AtomicU64::new(1 << 40);
    let id = TraceId::new(u128::from(LAST.fetch_add(1, Relaxed)));
    (id, format!("{id}-{CALLER}-1"))
}

/// GET in a trace of its own: the answer, and the trace.
pub async fn get(url: &str) -> (reqwest::Response, TraceId) {
    let (trace_id, b3) = new_trace();
    let request = plain().build().unwrap().get(url).header("b3", b3);
    (request.send().await.unwrap(), trace_id)
}

/// The spans of a trace in the order of their starts, once there are `count` of them.
pub async fn spans(trace_id: TraceId, count: usize) -> Vec<Span> {
    let found = telemetry().trace(trace_id).spans(count).await;
    assert_eq!(found.len(), count, "{found:#?}");
    found
}

/// The one span of a trace.
pub async fn span(trace_id: TraceId) -> Span {
    spans(trace_id, 1).await.remove(0)
}

/// That nothing of a trace is sent: what ended later has arrived, and it has not.
pub async fn nothing_is_sent(trace_id: TraceId) {
    let url = serve(Router::new()).await;
    let (_, later) = get(&url).await;
    span(later).await;
    assert_eq!(telemetry().trace(trace_id).observed().spans, []);
}

/// Runs a handler's body within a request, and gives the request's span and the others.
pub async fn in_request<F>(
    work: impl Fn() -> F + Clone + Send + Sync + 'static,
    others: usize,
) -> (Span, Vec<Span>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let url = serve(Router::new().route("/", axum::routing::get(work))).await;
    let (response, trace_id) = get(&url).await;
    assert_eq!(response.status(), 200);
    let mut spans = spans(trace_id, others + 1).await;
    let server = spans
        .iter()
        .position(|span| span.kind == Some(Kind::Server))
        .unwrap();
    (spans.remove(server), spans)
}

/// A tag's value.
pub fn tag<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    span.tags.get(key).map(String::as_str)
}

#[test]
fn telemetry_that_is_started_twice_says_so() {
    let _ = telemetry();
    let error = Telemetry::start("again", &Config::default()).unwrap_err();
    assert_eq!(error.to_string(), "telemetry was started twice");
}
