//! One SERVER span a request, and what it says.

use axum::{
    Router,
    http::{Method, StatusCode},
    routing::{any, get as on_get},
};
use tracing::{Instrument as _, error, info_span};
use zipkin::{Kind, TraceId};

use crate::world::{
    CALLER, get, in_request, new_trace, nothing_is_sent, plain, serve, span, spans, tag, traced,
};

fn routes() -> Router {
    Router::new()
        .route("/foo", on_get(async || "foo"))
        .route("/", any(async || "root"))
        .route(
            "/baggage",
            on_get(async || telemetry::mdc::get("userId").unwrap_or_default()),
        )
        .route("/child", on_get(async || drop(info_span!("child"))))
        .route("/bad", on_get(async || StatusCode::BAD_REQUEST))
        .route(
            "/error",
            on_get(async || {
                error!("not ready");
                StatusCode::SERVICE_UNAVAILABLE
            }),
        )
}

#[tokio::test]
async fn a_request_is_one_server_span_below_its_callers() {
    let url = serve(routes()).await;
    let (response, trace_id) = get(&format!("{url}/foo?z=2&yAA=1")).await;
    assert_eq!(response.headers()["x-trace-id"], trace_id.to_string());
    let span = span(trace_id).await;
    assert_eq!(
        (span.kind, span.parent_id, span.shared),
        (Some(Kind::Server), Some(CALLER), false)
    );
    assert_eq!(
        span.name.as_deref(),
        Some("get /foo"),
        "Zipkin's names are lower case"
    );
    let tags: Vec<_> = span
        .tags
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    let expected = [
        ("http.method", "GET"),
        ("http.path", "/foo"),
        ("http.status_code", "200"),
    ];
    assert_eq!(tags, expected, "the query is nobody's business");
    let remote = span.remote_endpoint.unwrap();
    assert_eq!(remote.ipv4, Some([127, 0, 0, 1].into()));
    assert!(remote.port.is_some());
}

#[tokio::test]
async fn a_request_without_headers_starts_a_trace() {
    let url = serve(routes()).await;
    let response = plain()
        .build()
        .unwrap()
        .get(format!("{url}/foo"))
        .send()
        .await
        .unwrap();
    let trace_id = response.headers()["x-trace-id"].to_str().unwrap();
    assert_eq!(trace_id.len(), 32);
    let span = span(TraceId::parse(trace_id).unwrap()).await;
    assert_eq!(span.parent_id, None);
}

#[tokio::test]
async fn a_denied_request_is_answered_and_not_recorded() {
    let url = serve(routes()).await;
    let (trace_id, b3) = new_trace();
    let denied = b3.trim_end_matches('1').to_owned() + "0";
    for (b3, is_sent) in [(denied, false), (b3, true)] {
        let request = plain().build().unwrap().get(format!("{url}/baggage"));
        let request = request.header("b3", b3).header("baggage", "userId=joey");
        assert_eq!(request.send().await.unwrap().text().await.unwrap(), "joey");
        if is_sent {
            assert_eq!(tag(&span(trace_id).await, "userId"), Some("joey"));
        } else {
            nothing_is_sent(trace_id).await;
        }
    }
}

#[tokio::test]
async fn a_handlers_span_is_a_child_and_lies_within() {
    let url = serve(routes()).await;
    let (_, trace_id) = get(&format!("{url}/child")).await;
    let spans = spans(trace_id, 2).await;
    let [server, child] = spans.as_slice() else {
        unreachable!()
    };
    assert_eq!(
        (child.name.as_deref(), child.parent_id),
        (Some("child"), Some(server.id))
    );
    let (start, end) = (
        server.timestamp.unwrap(),
        server.timestamp.unwrap() + server.duration.unwrap(),
    );
    assert!(
        child.timestamp.unwrap() >= start && child.timestamp.unwrap() + child.duration.unwrap() <= end + 1
    );
}

#[tokio::test]
async fn a_status_of_400_and_more_is_an_error_unless_a_line_says_it() {
    let url = serve(routes()).await;
    for (path, status, error) in [
        ("/bad", "400", Some("400")),
        ("/error", "503", Some("not ready")),
        ("/foo/bark", "404", Some("404")),
        ("/foo", "200", None),
    ] {
        let (response, trace_id) = get(&format!("{url}{path}")).await;
        assert_eq!(response.status().as_str(), status);
        let span = span(trace_id).await;
        assert_eq!(
            (tag(&span, "http.status_code"), tag(&span, "error")),
            (Some(status), error)
        );
        assert_eq!(tag(&span, "http.path"), Some(path));
    }
}

#[tokio::test]
async fn every_method_is_traced() {
    let url = serve(routes()).await;
    for (method, path, status, name) in [
        (Method::OPTIONS, "/", 200, "options /"),
        (Method::HEAD, "/foo", 200, "head /foo"),
        // The path has a route, which does not have the method.
        (Method::POST, "/foo", 405, "post /foo"),
        (Method::from_bytes(b"PURGE").unwrap(), "/", 200, "purge /"),
        (Method::DELETE, "/nowhere", 404, "delete"),
    ] {
        let (trace_id, b3) = new_trace();
        let request = plain()
            .build()
            .unwrap()
            .request(method.clone(), format!("{url}{path}"));
        let response = request.header("b3", b3).send().await.unwrap();
        assert_eq!(response.status(), status, "{method}");
        let span = span(trace_id).await;
        assert_eq!(span.name.as_deref(), Some(name));
        assert_eq!(tag(&span, "http.method"), Some(method.as_str()));
    }
}

#[tokio::test]
async fn a_trusted_proxy_names_the_client() {
    let url = serve(routes()).await;
    let (trace_id, b3) = new_trace();
    let request = plain().build().unwrap().get(format!("{url}/foo"));
    request
        .header("b3", b3)
        .header("x-forwarded-for", "1.2.3.4")
        .send()
        .await
        .unwrap();
    let remote = span(trace_id).await.remote_endpoint.unwrap();
    assert_eq!((remote.ipv4, remote.port), (Some([1, 2, 3, 4].into()), None));
}

#[tokio::test]
async fn other_middlewares_see_the_request_and_its_trace() {
    let stamp = axum::middleware::map_response(async |mut response: axum::response::Response| {
        let seen = telemetry::trace_id().unwrap().to_string();
        response.headers_mut().insert("seen", seen.parse().unwrap());
        response
    });
    let url = serve(routes().layer(stamp)).await;
    let (response, trace_id) = get(&format!("{url}/foo")).await;
    assert_eq!(response.headers()["seen"], trace_id.to_string());
}

/// Zipkin's page puts clocks right by these addresses alone.
#[tokio::test]
async fn every_span_of_a_request_names_the_address_where_it_came_in() {
    let handler = async || {
        let child = info_span!("child");
        let call = async {
            let refused = plain().build().unwrap().get("http://127.0.0.1:9");
            traced().send("nobody", refused).await.unwrap_err();
        };
        call.instrument(child).await;
    };
    let (server, others) = in_request(handler, 2).await;
    for span in others.iter().chain([&server]) {
        let local = span.local_endpoint.as_ref().unwrap();
        assert_eq!(local.service_name.as_deref(), Some("tested"));
        assert_eq!(
            (local.ipv4, local.ipv6, local.port),
            (Some([127, 0, 0, 1].into()), None, None)
        );
    }
}
