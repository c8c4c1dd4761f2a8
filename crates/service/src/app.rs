//! Routes become a service: every request is traced, every error has the same body, `/health` answers.

use axum::routing::get;
use axum::{Json, Router, middleware};
use serde::Serialize;
use telemetry::{Counts, Telemetry};

use crate::{attach, error, panics};

/// Wraps the routes of the service `name`. What is added last is outermost: `/health` stands outside of the
/// tracing, so that a probe every second does not fill the trace list.
pub fn app(name: &'static str, routes: Router, telemetry: &Telemetry) -> Router {
    let counts = telemetry.clone();
    let health = async move || {
        Json(Health {
            status: "UP",
            service: name,
            spans: counts.counts(),
            lines: Lines {
                dropped: counts.lines_dropped(),
            },
        })
    };
    let routes = routes
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(middleware::from_fn(panics::answer));
    let traced = attach::inside(routes)
        .layer(middleware::from_fn(error::write_body))
        .layer(telemetry.server());
    attach::outside(traced).route(
        "/health",
        get(health)
            .fallback(error::method_not_allowed)
            .layer(middleware::from_fn(error::write_body)),
    )
}

/// Says that the service is up, and what became of its spans and its log lines.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    service: &'static str,
    spans: Counts,
    lines: Lines,
}

/// Log lines that nobody read.
#[derive(Serialize)]
struct Lines {
    dropped: u64,
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Method, Request, StatusCode, header};
    use axum::response::Response;
    use serde_json::Value;
    use telemetry::testing::{self, expect, line, pattern, server};
    use tower::ServiceExt;

    use super::*;

    async fn send(method: Method, path: &str) -> Response {
        let panicking = async || -> &'static str { panic!("on purpose") };
        let routes = Router::new()
            .route("/things/{id}", get(async || "a thing"))
            .route("/panic", get(panicking));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        app("things", routes, &testing::telemetry("tested"))
            .oneshot(request)
            .await
            .unwrap()
    }

    async fn json(response: Response) -> Value {
        serde_json::from_slice(&to_bytes(response.into_body(), 9_999).await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn an_unknown_path_is_404_in_the_common_shape() {
        let response = send(Method::GET, "/nothing%20here?a=b").await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        let trace_id = response.headers()["x-trace-id"].to_str().unwrap().to_owned();

        let body = to_bytes(response.into_body(), 9_999).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        let timestamp = &text[r#"{"timestamp":""#.len()..][.."2026-11-24T07:19:29.274+0000".len()];
        assert_eq!(
            text,
            format!(
                r#"{{"timestamp":"{timestamp}","status":404,"error":"Not Found","message":"No message available","path":"/nothing%20here","traceId":"{trace_id}"}}"#
            )
        );
    }

    #[tokio::test]
    async fn a_request_is_a_span_named_by_its_route() {
        let telemetry = testing::telemetry("tested");
        let response = send(Method::GET, "/things/7").await;
        let served = server("tested", "GET /things/{id}")
            .tag("http.status_code", "200")
            .succeeded()
            .leaf();
        telemetry.trace_of(&response).expect(expect().tree(served)).await;
    }

    #[tokio::test]
    async fn a_panic_is_a_failed_span_and_an_error_line_of_its_trace() {
        let response = send(Method::GET, "/panic").await;
        let failed = server("tested", "GET /panic")
            .tag("http.status_code", "500")
            .failed();
        let logged = line(pattern("*"))
            .level("ERROR")
            .field("traceId", pattern("{traceId}"));
        let trace = testing::telemetry("tested").trace_of(&response);
        trace.expect(expect().tree(failed).line(logged)).await;
    }

    #[tokio::test]
    async fn a_wrong_method_is_405_and_says_what_is_allowed() {
        let response = send(Method::POST, "/things/1").await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()[header::ALLOW], "GET,HEAD");
        let body = json(response).await;
        assert_eq!(body["message"], "Request method 'POST' not supported");
        assert_eq!(body["error"], "Method Not Allowed");
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_500_with_its_trace_id_alone() {
        let response = send(Method::GET, "/panic").await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let trace_id = response.headers()["x-trace-id"].to_str().unwrap().to_owned();
        let body = json(response).await;
        assert_eq!(body["traceId"], trace_id.as_str());
        assert_eq!(body["error"], "Internal Server Error");
        assert_eq!(body["message"], "This request met a bug; the log has more");
    }

    #[tokio::test]
    async fn head_is_get_without_the_body() {
        let response = send(Method::HEAD, "/things/1").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_LENGTH], "7");
        assert!(to_bytes(response.into_body(), 9_999).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn health_names_the_service_and_is_not_traced() {
        let response = send(Method::GET, "/health").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(!response.headers().contains_key("x-trace-id"));
        let body = json(response).await;
        assert_eq!(
            (&body["status"], &body["service"]),
            (&"UP".into(), &"things".into())
        );
        assert!(body["spans"]["ended"].is_u64());
        assert_eq!(body["lines"]["dropped"], 0);
    }
}
