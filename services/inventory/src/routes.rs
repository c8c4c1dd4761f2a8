//! The one route: the items asked for, in the order asked; all of them when no name is given.

use axum::Json;
use axum::extract::RawQuery;
use service::Error;

use crate::catalogue::{self, Item};

/// `GET /items?name=computer&name=mouse`. One name that we do not know makes the whole answer a 404.
pub async fn items(RawQuery(query): RawQuery) -> Result<Json<Vec<Item>>, Error> {
    let names = names(&query.unwrap_or_default());
    tracing::info!("getItems {}", names.join(", "));

    let items = if names.is_empty() {
        catalogue::ITEMS.to_vec()
    } else {
        names.iter().map(|name| find(name)).collect::<Result<_, _>>()?
    };
    tracing::info!("items found: {}", items.len());
    Ok(Json(items))
}

fn names(query: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs
        .filter(|(key, _)| key == "name")
        .map(|(_, name)| name.into_owned())
        .collect()
}

fn find(name: &str) -> Result<Item, Error> {
    catalogue::find(name).ok_or_else(|| Error::NotFound(format!("No item is called '{name}'").into()))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use telemetry::testing::{self, TestTelemetry, expect, line, server};
    use tower::ServiceExt;

    fn telemetry() -> TestTelemetry {
        testing::carrying("inventory", service::MDC_NAMES.split(','))
    }

    #[tokio::test]
    async fn a_refusal_is_a_failed_span_and_a_line() {
        let telemetry = telemetry();
        let request = Request::get("/items?name=unicorn").header("baggage", "userId=terry");
        let request = request.body(Body::empty()).unwrap();
        let response = crate::router(&telemetry).oneshot(request).await.unwrap();
        let failed = server("inventory", "GET /items")
            .tag("http.status_code", "404")
            .tag("userId", "terry")
            .failed()
            .leaf();
        let warning = line("No item is called 'unicorn'")
            .field("status", "404")
            .level("WARN")
            .field("userId", "terry");
        telemetry
            .trace_of(&response)
            .expect(expect().tree(failed).line(warning))
            .await;
    }

    async fn get(path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = crate::router(&telemetry()).oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 9_999).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn items_come_in_the_order_asked() {
        let computer = r#"{"name":"computer","price":1000,"stock":12}"#;
        let mouse = r#"{"name":"mouse","price":20,"stock":40}"#;
        let laptop = r#"{"name":"laptop","price":100,"stock":7}"#;
        let cases = [
            ("/items?name=computer&name=mouse", format!("[{computer},{mouse}]")),
            (
                "/items?name=mouse&other=1&name=computer",
                format!("[{mouse},{computer}]"),
            ),
            ("/items?name=%6Captop", format!("[{laptop}]")),
            ("/items", format!("[{computer},{mouse},{laptop}]")),
        ];
        for (path, expected) in cases {
            assert_eq!(get(path).await, (StatusCode::OK, expected), "{path}");
        }
    }

    #[tokio::test]
    async fn an_unknown_item_is_404() {
        let cases = [
            ("/items?name=computer&name=unicorn", "No item is called 'unicorn'"),
            ("/items?name=", "No item is called ''"),
            (
                "/items?name=%EB%A7%88%EC%9A%B0%EC%8A%A4",
                "No item is called '마우스'",
            ),
        ];
        for (path, message) in cases {
            let (status, body) = get(path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert!(
                body.contains(&format!(r#""message":"{message}","path":"/items""#)),
                "{body}"
            );
        }
    }
}
