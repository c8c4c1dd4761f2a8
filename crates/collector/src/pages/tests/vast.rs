//! The pages of traces that are drawn one at a time: in two pieces, kept, with memory until they are sent.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use futures_util::StreamExt as _;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;
use zipkin::TraceId;

use super::{assert_has, post};
use crate::{
    Collector, Config,
    pages::{Kept, language::Language, prepare},
    store::Store,
    work::AnswerMemory,
};

/// A trace of a few megabytes, though not of many spans.
fn vast(count: usize) -> String {
    let text = "x".repeat(100_000);
    let span = |id: usize| {
        let parent = if id > 1 { r#","parentId":"1""# } else { "" };
        format!(
            r#"{{"traceId":"7","id":"{id:x}"{parent},"name":"step {id}","timestamp":{id},"duration":90,"localEndpoint":{{"serviceName":"mill"}},"tags":{{"text":"{text}"}}}}"#
        )
    };
    let spans: Vec<String> = (1..=count).map(span).collect();
    format!("[{}]", spans.join(","))
}

/// The page at an address of a vast trace, which takes two pieces.
async fn ask(router: &Router, path: &str) -> String {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_vast_trace_has_a_whole_page_that_is_kept() {
    let collector = Collector::new(&Config::default());
    assert_eq!(post(&collector, &[], vast(30)).await.status, 202);
    let router = collector.router();
    let first = ask(&router, "/traces/7").await;
    assert!(first.starts_with("<!doctype html>") && first.ends_with("</html>\n"));
    assert_has(&first, &["<h1>", r#"class="answer""#, "step 30"]);
    // A page that is drawn again would wait for this place, in vain.
    let alone = collector.alone_if(true).await;
    assert_eq!(ask(&router, "/traces/7").await, first);
    drop(alone);
    // A span more is another trace.
    let late =
        r#"[{"traceId":"7","id":"ffff","parentId":"1","name":"came late","timestamp":50,"duration":1}]"#;
    assert_eq!(post(&collector, &[], late).await.status, 202);
    assert_has(&ask(&router, "/traces/7").await, &["came late"]);
}

#[tokio::test]
async fn a_vast_trace_has_its_page_before_somebody_comes() {
    let collector = Collector::new(&Config::default());
    let kept = Kept::default();
    kept.is_read_in(Language::Korean);
    assert_eq!(post(&collector, &[], vast(30)).await.status, 202);
    collector.caught_up().await;
    let is_there = async || {
        let spans = collector.store().trace(TraceId::new(7)).unwrap();
        while kept.find(&spans, 0, "../ ko 0000000000000007?").is_none() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = prepare(&collector, &kept) => {}
        there = timeout(Duration::from_secs(30), is_there()) => there.unwrap(),
    }
    // A page that is drawn would wait for this place, in vain.
    let _alone = collector.alone_if(true).await;
    assert_has(
        &ask(&collector.router_with(kept), "/traces/7?lang=ko").await,
        &["step 30"],
    );
}

#[tokio::test]
async fn a_mistake_in_an_address_is_shown_to_its_reader_alone() {
    let collector = Collector::new(&Config::default());
    assert_eq!(post(&collector, &[], vast(30)).await.status, 202);
    for (first, is_wrong) in [("find=step&from=soon", true), ("find=mill", false)] {
        let second = if is_wrong {
            "find=step"
        } else {
            "find=mill&from=soon"
        };
        let router = collector.router();
        for (query, is_wrong) in [(first, is_wrong), (second, !is_wrong)] {
            let html = ask(&router, &format!("/traces/7?{query}")).await;
            for part in ["value=\"soon\"", "aria-invalid=\"true\""] {
                assert_eq!(html.contains(part), is_wrong, "{query}: {part}");
            }
        }
    }
}

#[tokio::test]
async fn a_vast_page_has_memory_until_it_is_sent_or_says_why() {
    const ALL: usize = 4 << 20;
    let (config, memory) = (Config::default(), AnswerMemory::of(ALL));
    let collector = Collector::with_answer_memory(Store::new(&config), &config, memory.clone());
    assert_eq!(post(&collector, &[], vast(30)).await.status, 202);
    let router = collector.router();
    let all = memory.take(ALL).unwrap();
    assert_has(
        &ask(&router, "/traces/7").await,
        &["role=\"alert\">Too many requests at once", "</html>\n"],
    );
    drop(all);
    let request = Request::get("/traces/7").body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    let mut pieces = answer.into_body().into_data_stream();
    let head = pieces.next().await.unwrap().unwrap();
    assert!(head.starts_with(b"<!doctype html>") && memory.take(ALL).is_some());
    let main = pieces.next().await.unwrap().unwrap();
    assert!(main.ends_with(b"</html>\n") && memory.take(ALL).is_none());
    assert!(pieces.next().await.is_none() && memory.take(ALL).is_some());
}
