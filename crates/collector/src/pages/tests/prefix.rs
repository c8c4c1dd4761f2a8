//! The pages below a path prefix of a reverse proxy, which nobody tells the collector: every address in them resolves below it.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use tower::ServiceExt as _;
use url::Url;

use super::{views::request, *};

const ROOT: &str = "http://shop.example/tracing/";

/// More addresses than this are an endless walk.
const MAX_ADDRESSES: usize = 500;

/// `/tracing/…` is `/…` of the collector; whatever is not below it belongs to others.
async fn forward(State(collector): State<Router>, mut request: Request) -> Response {
    let target = request.uri().to_string();
    let Some(below) = target
        .strip_prefix("/tracing")
        .filter(|below| below.starts_with('/'))
    else {
        return StatusCode::IM_A_TEAPOT.into_response();
    };
    *request.uri_mut() = below.parse().unwrap();
    request.extensions_mut().clear();
    // As nginx does unless it is told otherwise.
    let host = "127.0.0.1:9411".parse().unwrap();
    request.headers_mut().insert(header::HOST, host);
    collector.oneshot(request).await.unwrap()
}

/// A browser before the proxy.
struct Browser(Router);

struct Page {
    status: u16,
    location: String,
    kind: String,
    text: String,
}

impl Browser {
    fn of(collector: &Collector) -> Self {
        Self(Router::new().fallback(forward).with_state(collector.router()))
    }

    async fn send(&self, method: &str, address: &Url, body: &str) -> Page {
        let target = &address[url::Position::BeforePath..url::Position::AfterQuery];
        let request = Request::builder().method(method).uri(target);
        let request = request.header("sec-fetch-site", "same-origin");
        let request = request.header("origin", "http://shop.example");
        let request = request.body(axum::body::Body::from(body.to_owned())).unwrap();
        let (head, body) = self.0.clone().oneshot(request).await.unwrap().into_parts();
        let header = |name| {
            let value = head.headers.get(name);
            value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
        };
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Page {
            status: head.status.as_u16(),
            location: header(header::LOCATION),
            kind: header(header::CONTENT_TYPE),
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

/// All addresses in a page, a script or a stylesheet, as they are written, that resolve against its own.
fn addresses(page: &Page) -> Vec<String> {
    let between = |begins: &'static [&'static str], end: &'static [char]| {
        let found = begins
            .iter()
            .flat_map(move |begin| page.text.split(begin).skip(1));
        found.map(move |rest| rest.split(end).next().unwrap().replace("&amp;", "&"))
    };
    match page.kind.split(';').next().unwrap() {
        "text/html" => between(&[" href=\"", " src=\"", " action=\"", " data-from=\""], &['"']).collect(),
        "text/javascript" => between(&[" from \""], &['"']).collect(),
        "text/css" => between(&["url("], &[')']).collect(),
        _ => Vec::new(),
    }
}

/// Addresses in a script that resolve against that of the page in which it runs.
fn asked_by_script(page: &Page) -> Vec<String> {
    let is_script = page.kind.starts_with("text/javascript");
    let asked = page.text.split("new URL(\"").skip(1).filter(|_| is_script);
    asked
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

/// Path and names of parameters: values are endless.
fn sort(address: &Url) -> String {
    let names: BTreeSet<String> = address.query_pairs().map(|(name, _)| name.into_owned()).collect();
    format!("{} {names:?}", address.path())
}

/// Follows every address from these; what is found at each path.
async fn walk(browser: &Browser, starts: &[String]) -> BTreeMap<String, String> {
    let root = Url::parse(ROOT).unwrap();
    // Each with the page that it was found in, or that runs the script that it was found in.
    let starts = starts
        .iter()
        .map(|start| (root.join(start).unwrap(), root.clone()));
    let mut next: Vec<(Url, Url)> = starts.collect();
    let (mut seen, mut found) = (BTreeSet::new(), BTreeMap::new());
    while let Some((address, from)) = next.pop() {
        if !seen.insert(sort(&address)) {
            continue;
        }
        assert!(seen.len() < MAX_ADDRESSES, "{seen:?}");
        let page = browser.send("GET", &address, "").await;
        let mut links = addresses(&page);
        if page.status / 100 == 3 {
            links.push(page.location.clone());
        } else {
            assert_eq!(page.status, 200, "{address}");
        }
        let is_page = page.kind.starts_with("text/html");
        assert!(!is_page || links.len() > 5, "{address}: {links:?}");
        let runs_in = if is_page { &address } else { &from };
        let links = links.iter().map(|link| (link, address.join(link).unwrap()));
        let asked = asked_by_script(&page);
        let asked = asked.iter().map(|link| (link, runs_in.join(link).unwrap()));
        for (link, to) in links.chain(asked) {
            assert!(to.as_str().starts_with(ROOT), "{link} in {address} is {to}");
            next.push((to, runs_in.clone()));
        }
        found.insert(address.path().to_owned(), page.kind);
    }
    found
}

async fn collector() -> Collector {
    let collector = Collector::new(&Config::default());
    let spans = [request(1, 20, 30, ""), request(2, 5, 300, r#""error":"""#)];
    assert_eq!(
        post(&collector, &[], format!("[{}]", spans.join(",")))
            .await
            .status,
        202
    );
    collector.log(
        Some("orders"),
        r#"{"timestamp":"2026-01-01T00:00:00Z","level":"INFO","message":"paid","traceId":"0000000000000001"}"#,
    );
    collector
}

#[tokio::test]
async fn every_address_resolves_below_a_path_prefix() {
    let browser = Browser::of(&collector().await);
    let windows = "before=30m..15m&after=15m..now";
    let starts = [
        ".",
        "logs?level=info",
        &format!("compare?{windows}"),
        "zipkin/traces/1",
        "hops.json",
        "dependencies.json",
        &format!("compare.json?{windows}"),
        "zipkin",
    ];
    let found = walk(&browser, &starts.map(str::to_owned)).await;
    let trace = "traces/0000000000000002";
    for (path, kind) in [
        ("", "text/html"),
        ("traces.json", "application/json"),
        (trace, "text/html"),
        (&format!("{trace}.json"), "application/json"),
        (&format!("{trace}/spans/0000000000000002"), "text/html"),
        (
            &format!("{trace}/spans/0000000000000002.json"),
            "application/json",
        ),
        (
            &format!("{trace}/spans/0000000000000002/caused.json"),
            "application/json",
        ),
        ("hops", "text/html"),
        ("hops.json", "application/json"),
        ("dependencies", "text/html"),
        ("dependencies.json", "application/json"),
        ("compare", "text/html"),
        ("compare.json", "application/json"),
        ("logs", "text/html"),
        ("logs.json", "application/json"),
        ("uploads", "text/html"),
        ("style.css", "text/css"),
        ("icon.svg", "image/svg+xml"),
        ("trace.js", "text/javascript"),
        ("logs.js", "text/javascript"),
        ("scripts/list.js", "text/javascript"),
        ("scripts/view.js", "text/javascript"),
        ("scripts/times.js", "text/javascript"),
        ("scripts/arrows.js", "text/javascript"),
    ] {
        let is = found.get(&format!("/tracing/{path}"));
        assert!(
            is.is_some_and(|is| is.starts_with(kind)),
            "{path} is {is:?} in {:?}",
            found.keys()
        );
    }
}

#[tokio::test]
async fn a_file_sent_below_a_path_prefix_is_shown_below_it() {
    let browser = Browser::of(&collector().await);
    let form = Url::parse(ROOT).unwrap().join("uploads").unwrap();
    let sent = browser.send("POST", &form, TRACE).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let trace = form.join(&sent.location).unwrap();
    let found = walk(&browser, &[trace.to_string()]).await;
    let twin = format!("{}.json", trace.path());
    assert_eq!(
        found.get(&twin).map(String::as_str),
        Some("application/json"),
        "{:?}",
        found.keys()
    );
}

#[tokio::test]
async fn pages_that_refuse_lead_back_below_a_path_prefix() {
    let browser = Browser::of(&collector().await);
    let root = Url::parse(ROOT).unwrap();
    for path in [
        "traces/def",
        "traces/x",
        "traces/1/spans/9",
        "uploads/0/traces/1",
        "?minDuration=soon",
    ] {
        let address = root.join(path).unwrap();
        let page = browser.send("GET", &address, "").await;
        assert!(page.status >= 400, "{path}");
        let links = addresses(&page);
        assert!(links.len() > 5, "{path}: {links:?}");
        for link in links {
            assert!(
                address.join(&link).unwrap().as_str().starts_with(ROOT),
                "{path}: {link}"
            );
        }
    }
}
