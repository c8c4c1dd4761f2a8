use std::io::Read as _;

use flate2::read::GzDecoder;

use super::*;
use crate::{
    Collector, Config,
    ask::{get, post, send},
};

#[tokio::test]
async fn a_path_without_a_route_is_not_found() {
    let collector = Collector::new(&Config::default());
    for (method, path) in [
        ("GET", "/nothing"),
        ("GET", "/config.json"),
        // A trailing slash.
        ("GET", "/health/"),
        ("GET", "/api/v2/trace/"),
        ("GET", "/api/v2"),
        // Methods that the path does not take, HEAD among them.
        ("HEAD", "/health"),
        ("HEAD", "/api/v2/services"),
        ("PUT", "/api/v2/spans"),
        ("DELETE", "/api/v2/trace/1"),
        ("POST", "/api/v2/services"),
        ("OPTIONS", "/api/v2/spans"),
    ] {
        let answer = send(&collector, (method.parse().unwrap(), path), &[], ()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
        assert_eq!(answer.header("allow"), "", "{method} {path}");
        if method != "HEAD" {
            assert_eq!(answer.text(), "404 Not Found", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn trace_and_writing_under_zipkin_are_not_allowed() {
    let collector = Collector::new(&Config::default());
    for (method, path) in [
        ("TRACE", "/health"),
        ("TRACE", "/nothing"),
        ("POST", "/zipkin/api/v2/spans"),
        ("DELETE", "/zipkin/"),
        ("OPTIONS", "/zipkin/api/v2/services"),
        ("HEAD", "/prometheus"),
        ("PUT", "/prometheus"),
        ("POST", "/info"),
        ("OPTIONS", "/info"),
    ] {
        let answer = send(&collector, (method.parse().unwrap(), path), &[], ()).await;
        assert_eq!(answer.status, 405, "{method} {path}");
        if method != "HEAD" {
            assert_eq!(answer.text(), "405 Method Not Allowed", "{method} {path}");
        }
    }
    let answer = send(&collector, (Method::HEAD, "/info"), &[], ()).await;
    assert_eq!(answer.said(), (200, String::new()));
}

#[tokio::test]
async fn doubled_slashes_count_as_one() {
    let collector = Collector::new(&Config::default());
    let answer = get(&collector, "//api/v2///spans?serviceName=a//b").await;
    assert_eq!(answer.said(), (200, "[]".into()));
}

#[tokio::test]
async fn a_target_that_is_no_path_is_refused() {
    let collector = Collector::new(&Config::default());
    for path in [
        "/api/v2/trace/%zz",
        "/api/v2/spans?serviceName=%4",
        "/%",
        "/api/v2/trace/1%0a",
        "/api/v2/spans?serviceName=a%00",
        "/info?%7F=",
        "/api/v2/trace/..",
        "/health/%2E./info",
        "/health/..;a=b",
        // Each link of a page repeats the way up.
        &format!("{}traces/1", "/".repeat(40_000)),
        &format!("/uploads/1{}", "/a".repeat(40)),
    ] {
        let answer = send(&collector, (Method::GET, path), &["origin: http://x"], ()).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(
            answer.said(),
            (400, "Status: 400\nDescription: Invalid request path\n".into()),
            "{path}"
        );
        assert_eq!(answer.header("connection"), "close");
    }
    for path in ["/info?a=%0a%0D%09%1c", "/info?a=../b&%c3%a4"] {
        assert_eq!(get(&collector, path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn every_origin_may_ask() {
    let collector = Collector::new(&Config::default());
    for (path, status) in [
        ("/health", 200),
        ("/nothing", 404),
        ("/api/v2/traces?limit=0", 400),
    ] {
        let answer = send(&collector, (Method::GET, path), &["origin: http://x"], ()).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let exposed = answer.header("access-control-expose-headers");
        assert!(exposed.starts_with("grpc-status,"), "{exposed}");
    }
    let of_a_file = send(&collector, (Method::GET, "/health"), &["origin: null"], ()).await;
    assert_eq!(of_a_file.header("access-control-allow-origin"), "null");
    assert_eq!(
        get(&collector, "/health")
            .await
            .header("access-control-allow-origin"),
        ""
    );
}

#[tokio::test]
async fn a_preflight_is_answered_on_any_path() {
    let collector = Collector::new(&Config::default());
    let asked = ["origin: http://x", "access-control-request-method: POST"];
    let answer = send(&collector, (Method::OPTIONS, "/nothing"), &asked, ()).await;
    assert_eq!(answer.said(), (200, String::new()));
    assert_eq!(answer.header("access-control-allow-methods"), "GET,POST");
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "content-type,x-grpc-web"
    );
    assert_eq!(answer.header("access-control-max-age"), "0");
}

#[tokio::test]
async fn long_json_is_compressed_for_those_who_take_it() {
    let collector = Collector::new(&Config::default());
    let span = format!(
        r#"[{{"traceId":"1","id":"2","tags":{{"long":"{}"}}}}]"#,
        "x".repeat(2048)
    );
    post(&collector, &[], span.clone()).await;
    for (accepted, coding) in [
        ("gzip", "gzip"),
        ("br, gzip;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip ; q=1", "gzip"),
        ("gzip;q=0", ""),
        ("gzip;q=0, *", ""),
        ("x-gzip, zstd", ""),
    ] {
        let header = format!("accept-encoding: {accepted}");
        let answer = send(&collector, (Method::GET, "/api/v2/trace/1"), &[&header], ()).await;
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
        assert_eq!(answer.header("vary"), "accept-encoding");
        if coding == "gzip" {
            let mut text = String::new();
            GzDecoder::new(answer.body.as_slice())
                .read_to_string(&mut text)
                .unwrap();
            assert!(text.contains(&"x".repeat(2048)));
        }
    }
}

#[tokio::test]
async fn short_json_is_not_compressed() {
    let collector = Collector::new(&Config::default());
    let answer = send(
        &collector,
        (Method::GET, "/api/v2/services"),
        &["accept-encoding: gzip"],
        (),
    )
    .await;
    assert_eq!(
        (answer.header("vary"), answer.header("content-encoding")),
        ("", "")
    );
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn listed_origins_alone_are_allowed() {
    let collector = Collector::new(&Config {
        query_allowed_origins: vec!["http://a".into(), "http://b".into()],
        ..Config::default()
    });
    for (origin, allowed, vary) in [("http://b", "http://b", "origin"), ("http://c", "", "")] {
        let asked = [
            &*format!("origin: {origin}"),
            "access-control-request-method: GET",
        ];
        for request in [(Method::GET, "/health"), (Method::OPTIONS, "/api/v2/services")] {
            let answer = send(&collector, request, &asked, ()).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("access-control-allow-origin"), allowed);
            assert_eq!(answer.header("vary"), vary);
        }
    }
}

#[tokio::test]
async fn waiting_beyond_query_timeout_ends_with_advice() {
    let collector = Collector::new(&Config {
        query_timeout: "50ms".parse().unwrap(),
        ..Config::default()
    });
    // While somebody reads names, nothing is stored; what asks waits for what was accepted.
    let reading = collector.store().names();
    assert_eq!(
        post(&collector, &[], r#"[{"traceId":"1","id":"1"}]"#)
            .await
            .status,
        202
    );
    for path in ["/api/v2/trace/1", "/api/v2/traces", "/api/v2/services"] {
        let answer = get(&collector, path).await;
        let text = "the answer took too long: ask for less, or raise QUERY_TIMEOUT";
        assert_eq!(answer.said(), (503, text.to_owned()), "{path}");
    }
    // An answer that waited for the spans would never come while somebody reads.
    assert!(comes(&collector, "/health").await);
    drop(reading);
    assert!(comes(&collector, "/api/v2/trace/1").await);
}

/// Whether an answer comes within the time limit at last: on a busy machine any work may take longer once.
async fn comes(collector: &Collector, path: &str) -> bool {
    for _ in 0..400 {
        if get(collector, path).await.status == 200 {
            return true;
        }
    }
    false
}

/// A page of `site.example` may ask, and the collector's own.
fn restricted() -> Collector {
    Collector::new(&Config {
        query_allowed_origins: vec!["https://Site.example/".into()],
        ..Config::default()
    })
}

const SPAN: &str = r#"[{"traceId":"1","id":"1"}]"#;

#[tokio::test]
async fn pages_of_other_sites_cannot_write_where_origins_are_listed() {
    for (headers, status) in [
        // Programs.
        (&["host: zipkin:9411"][..], 202),
        (&[], 202),
        // The collector's own page, whatever a proxy made of the host.
        (
            &[
                "host: 127.0.0.1:9411",
                "origin: http://127.0.0.1:9411",
                "sec-fetch-site: same-origin",
            ],
            202,
        ),
        (&["host: localhost", "origin: http://LOCALHOST:80"], 202),
        (
            &[
                "host: zipkin:9411",
                "origin: https://traces.example",
                "sec-fetch-site: same-origin",
            ],
            202,
        ),
        (&["host: 127.0.0.1:9411", "sec-fetch-site: none"], 202),
        // A listed one, in any spelling.
        (
            &[
                "host: 127.0.0.1:9411",
                "origin: https://site.example",
                "sec-fetch-site: cross-site",
            ],
            202,
        ),
        (&["origin: https://site.example:443"], 202),
        // Others: another port, scheme or host, a page without an origin, a browser that tells the site alone.
        (
            &[
                "host: 127.0.0.1:9411",
                "origin: http://127.0.0.1:8080",
                "sec-fetch-site: same-site",
            ],
            403,
        ),
        (&["host: 127.0.0.1:9411", "origin: http://127.0.0.1:8080"], 403),
        (&["host: 127.0.0.1:9411", "origin: http://localhost:9411"], 403),
        (&["host: 127.0.0.1:9411", "origin: https://evil.example"], 403),
        (&["origin: http://site.example"], 403),
        (&["origin: null"], 403),
        (&["host: 127.0.0.1:9411", "sec-fetch-site: cross-site"], 403),
        (&["host: 127.0.0.1:9411", "sec-fetch-site: same-site"], 403),
    ] {
        for kind in ["content-type: text/plain", "content-type: application/json"] {
            let headers = [headers, &[kind]].concat();
            let answer = post(&restricted(), &headers, SPAN).await;
            assert_eq!(answer.status, status, "{headers:?}");
            let anybody = post(&Collector::new(&Config::default()), &headers, SPAN).await;
            assert_eq!(anybody.status, 202, "{headers:?}");
        }
    }
    let refused = post(&restricted(), &["origin: http://x"], SPAN).await;
    assert!(refused.text().starts_with("403 Forbidden: pages of other sites"));
    assert_eq!(
        (
            refused.header("access-control-allow-origin"),
            refused.header("connection")
        ),
        ("", "close")
    );
}

#[tokio::test]
async fn pages_of_other_sites_read_nothing_where_origins_are_listed() {
    let collector = restricted();
    let foreign = [
        "host: 127.0.0.1:9411",
        "origin: http://x",
        "sec-fetch-site: cross-site",
    ];
    let answer = send(&collector, (Method::GET, "/api/v2/services"), &foreign, ()).await;
    // As in Zipkin: the browser keeps it from the page.
    assert_eq!(answer.said(), (200, "[]".into()));
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_foreign_host_is_refused_where_origins_are_listed() {
    for path in [
        "/",
        "/api/v2/traces",
        "/health",
        "/style.css",
        "/nothing",
        "http://evil.example/",
    ] {
        let headers = ["host: evil.example:9411", "x-forwarded-host: localhost"];
        let headers = if path.starts_with('/') { &headers[..] } else { &[] };
        let answer = send(&restricted(), (Method::GET, path), headers, ()).await;
        assert_eq!(answer.status, 403, "{path}");
        let advice = "list http://evil.example";
        assert!(answer.text().contains(advice), "{path}: {}", answer.text());
        let anybody = send(
            &Collector::new(&Config::default()),
            (Method::GET, path),
            headers,
            (),
        )
        .await;
        assert_ne!(anybody.status, 403, "{path}");
    }
    let own = ["host: 127.0.0.1:9411", "x-forwarded-host: traces.example.com"];
    let answer = send(&restricted(), (Method::GET, "/health"), &own, ()).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn no_answer_is_sniffed() {
    let collector = restricted();
    post(&collector, &[], SPAN).await;
    for (method, path, status) in [
        ("GET", "/", 200),
        ("GET", "/traces/1", 200),
        ("GET", "/traces/2", 404),
        ("GET", "/style.css", 200),
        ("GET", "/icon.svg", 200),
        ("GET", "/favicon.ico", 302),
        ("GET", "/zipkin/", 302),
        ("GET", "/api/v2/trace/1", 200),
        ("GET", "/api/v2/trace/2", 404),
        ("GET", "/api/v2/trace/x", 400),
        ("GET", "/prometheus", 200),
        ("GET", "/nothing", 404),
        ("GET", "/%", 400),
        ("TRACE", "/", 405),
        ("POST", "/info", 405),
        ("POST", "/api/v2/spans", 202),
    ] {
        let answer = send(&collector, (method.parse().unwrap(), path), &[], ()).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(
            answer.header("x-content-type-options"),
            "nosniff",
            "{method} {path}"
        );
    }
    let foreign = post(&collector, &["origin: http://x"], SPAN).await;
    assert_eq!(foreign.header("x-content-type-options"), "nosniff");
}
