//! One service for all tests, because a process has one subscriber; each test has traces of its own.

use std::{
    future::IntoFuture as _,
    net::SocketAddr,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, http::StatusCode, routing::post};
use reqwest::redirect;
use telemetry::{Config, Ends, Telemetry, TracedClient};
use tokio::net::TcpListener;
use zipkin::{Kind, Span, SpanId, TraceId};

/// How long a test waits for what should come at once.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The span that calls the service in every test.
pub const CALLER: SpanId = SpanId::new(0xaa);

struct World {
    telemetry: Telemetry,
    received: Arc<Mutex<Vec<Span>>>,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let received = Arc::new(Mutex::new(Vec::new()));
        let mut config = Config::default();
        let collector = collect(received.clone());
        config.delivery.zipkin_endpoint = format!("http://{collector}/api/v2/spans").parse().unwrap();
        config.delivery.schedule_delay = 5;
        config.delivery.max_queue_size = 100_000;
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        config.lines.log_filter = "off".parse().unwrap();
        config.propagation.mdc_propagate = vec!["userId".into(), "orderId".into()];
        let telemetry = Telemetry::start("tested", &config).unwrap();
        World { telemetry, received }
    })
}

/// A stand-in for Zipkin on a thread of its own: it outlives every test's runtime.
fn collect(received: Arc<Mutex<Vec<Span>>>) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let take = async move |body: Bytes| {
        received
            .lock()
            .unwrap()
            .extend(zipkin::decode::list(&body).unwrap());
        StatusCode::ACCEPTED
    };
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            let routes = Router::new().route("/api/v2/spans", post(take));
            axum::serve(listener, routes).await.unwrap();
        });
    });
    address
}

pub fn telemetry() -> &'static Telemetry {
    &world().telemetry
}

/// A client whose calls are traced, and which follows nothing by itself.
pub fn traced() -> TracedClient {
    telemetry().client(plain().redirect(redirect::Policy::none()).build().unwrap())
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
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut found = received(trace_id);
        if found.len() >= count {
            assert_eq!(found.len(), count, "{found:#?}");
            found.sort_by_key(|span| span.timestamp);
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "{count} spans expected, these came: {found:#?}"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
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
    assert_eq!(received(trace_id), []);
}

fn received(trace_id: TraceId) -> Vec<Span> {
    let received = world().received.lock().unwrap();
    let of_trace = received.iter().filter(|span| span.trace_id == trace_id);
    of_trace.cloned().collect()
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
    let _ = world();
    let error = Telemetry::start("again", &Config::default()).unwrap_err();
    assert_eq!(error.to_string(), "telemetry was started twice");
}
