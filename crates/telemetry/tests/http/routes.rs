//! A span is named by its route, however the routes were put together: never by what the client wrote.

use axum::{
    Router,
    extract::Path,
    routing::{any, get as on_get},
};
use tower::ServiceBuilder;
use tracing::Span;

use crate::world::{get, serve, serve_as_is, span, tag, telemetry, trace};

fn items() -> Router {
    Router::new().route("/items/{id}", on_get(async |Path(id): Path<String>| id))
}

#[tokio::test]
async fn a_name_has_the_route_and_every_prefix_of_it() {
    let deep = Router::new().nest("/b", items());
    let routes = Router::new()
        .merge(items())
        .nest("/nested", items())
        .nest("/a", deep)
        .route("/files/{*rest}", on_get(async |Path(rest): Path<String>| rest))
        .fallback(async || "fallback");
    let url = serve(routes).await;
    for (prefix, name) in [
        ("/items/", "get /items/{id}"),
        ("/nested/items/", "get /nested/items/{id}"),
        ("/a/b/items/", "get /a/b/items/{id}"),
        ("/files/", "get /files/{*rest}"),
    ] {
        for id in ["1", "2"] {
            let (response, trace_id) = get(&format!("{url}{prefix}{id}?foo")).await;
            assert_eq!(response.text().await.unwrap(), id);
            let span = span(trace_id).await;
            assert_eq!(span.name.as_deref(), Some(name));
            assert_eq!(tag(&span, "http.path"), Some(format!("{prefix}{id}").as_str()));
        }
    }
    for path in ["/nowhere", "/nested", "/nested/nowhere", "/items/1/2"] {
        let (response, trace_id) = get(&format!("{url}{path}")).await;
        assert_eq!(response.text().await.unwrap(), "fallback");
        let name = span(trace_id).await.name;
        assert_eq!(
            name.as_deref(),
            Some("get"),
            "no route, no names without end: {path}"
        );
    }
}

#[tokio::test]
async fn a_nested_router_may_have_its_own_fallback() {
    let inner = items().fallback(async || "inner");
    let traced = trace(Router::new().nest("/in", inner));
    let url = serve_as_is(traced.route("/untraced", on_get(async || "quiet"))).await;
    let (response, trace_id) = get(&format!("{url}/in/nowhere")).await;
    assert_eq!(response.text().await.unwrap(), "inner");
    assert_eq!(tag(&span(trace_id).await, "http.path"), Some("/in/nowhere"));
    let (response, _) = get(&format!("{url}/untraced")).await;
    assert!(!response.headers().contains_key("x-trace-id"));
}

/// `/rest` on a service that axum does not route; it names its span itself.
#[tokio::test]
async fn a_handler_may_name_its_span() {
    let foreign = Router::new().fallback(any(async || {
        Span::current().record("otel.name", "GET /rest/{table}");
    }));
    let url = serve(Router::new().nest_service("/rest", foreign)).await;
    let (_, trace_id) = get(&format!("{url}/rest/orders")).await;
    let span = span(trace_id).await;
    assert_eq!(
        (span.name.as_deref(), span.tags.len()),
        (Some("get /rest/{table}"), 3)
    );
}

/// Around the router nobody knows the route yet.
#[tokio::test]
async fn a_middleware_around_the_router_sees_the_method_alone() {
    let routes = ServiceBuilder::new().layer(telemetry().server()).service(items());
    let url = serve_as_is(Router::new().fallback_service(routes)).await;
    let (_, trace_id) = get(&format!("{url}/items/1")).await;
    assert_eq!(span(trace_id).await.name.as_deref(), Some("get"));
}
