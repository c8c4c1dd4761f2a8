//! Pages of other web sites: what a collector lets them do, and what it says of that.

use reqwest::StatusCode;

use crate::harness::{Part, client};

const SPAN: &str = r#"[{"traceId":"51","id":"1"}]"#;

async fn post(url: &str, headers: &[(&str, &str)]) -> StatusCode {
    let mut request = client()
        .post(format!("{url}/api/v2/spans"))
        .header("content-type", "text/plain")
        .body(SPAN);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn a_collector_lets_every_site_ask_and_says_so() {
    let collector = Part::start("collector", &[]);
    collector.lines_with("pages of every web site may read and write here", 1);
    let foreign = [("origin", "http://site.example"), ("host", "site.example")];
    assert_eq!(post(&collector.url, &foreign).await, 202);
    let listed = ("ZIPKIN_QUERY_ALLOWED_ORIGINS", "https://grafana.example");
    let collector = Part::start("collector", &[listed]);
    assert_eq!(post(&collector.url, &foreign[..1]).await, 403);
    assert_eq!(post(&collector.url, &[("origin", listed.1)]).await, 202);
    assert_eq!(collector.lines().len(), 1);
}

/// A process that ends with the test.
#[cfg(unix)]
struct Killed(std::process::Child);

#[cfg(unix)]
impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn up_lets_no_site_but_its_own_page_ask() {
    let offset = crate::up::free_offset();
    let (up, _output) = crate::up::started(offset);
    let _up = Killed(up);
    let url = format!("http://127.0.0.1:{}", 9411 + offset);
    let own_origin = url.replace("127.0.0.1", "localhost");
    for (headers, status) in [
        (&[][..], 202),
        (
            &[("origin", url.as_str()), ("sec-fetch-site", "same-origin")],
            202,
        ),
        (&[("origin", own_origin.as_str())], 202),
        (
            &[
                ("origin", "http://site.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            403,
        ),
        (
            &[("origin", "http://127.0.0.1:1"), ("sec-fetch-site", "same-site")],
            403,
        ),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("host", "site.example")], 403),
    ] {
        assert_eq!(post(&url, headers).await, status, "{headers:?}");
    }
    for (name, value, status) in [
        ("origin", "http://site.example", 200),
        ("host", "site.example", 403),
    ] {
        let read = client().get(format!("{url}/api/v2/trace/51")).header(name, value);
        let answer = read.send().await.unwrap();
        assert_eq!(answer.status(), status, "{name}");
        assert!(
            !answer.headers().contains_key("access-control-allow-origin"),
            "{name}"
        );
    }
}
