//! One span at its own address, and the context headers of a hop.

use crate::{
    driver::Browser,
    harness::{Stack, client},
    made::{chain, collector},
};

#[tokio::test]
async fn a_span_has_its_own_page_and_leads_back_to_its_row() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&chain(0xc1, 800)).await;
    browser.open(&format!("{}/traces/c1", collector.url)).await;
    browser.click(".waterfall > li:nth-child(5) summary").await;
    browser.click(".waterfall > li:nth-child(5) .links a").await;
    browser
        .until("return location.pathname.endsWith('/traces/00000000000000c1/spans/0000000000000005')")
        .await;
    let text = browser.text("main").await;
    for said in ["inventory", "get /items", "sku", "laptop", "820 ms"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    browser.click(".way a").await;
    browser
        .until("return document.querySelector('.waterfall li:target')?.innerText.includes('inventory')")
        .await;
}

#[tokio::test]
async fn the_headers_of_a_hop_are_seen_and_what_was_made_of_them() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let stack = Stack::start(&[("HEADER_TAGS", "true")]);
    let id = "463ac35c9f6413ad48485a3953bb6124";
    let call = client()
        .get(format!("{}/orders/1", stack.gateway.url))
        .header("userid", "kim")
        .header("x-b3-traceid", id)
        .header("x-b3-spanid", "a2fb4a1d1a96d312")
        .header("x-b3-sampled", "1")
        .header("traceparent", "00-nonsense")
        .header("baggage", "secret=1234,userId=lee");
    assert_eq!(call.send().await.unwrap().status(), 200);
    stack.trace(id, 5).await;
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        browser
            .open(&format!("{}/traces/{id}", stack.collector.url))
            .await;
        browser.click(".waterfall > li:first-child summary").await;
        let headers = browser.text(".waterfall > li:first-child .headers").await;
        for said in [
            "received b3",
            "accepted: the trace goes on",
            "invalid",
            "a2fb4a1d1a96d312",
        ] {
            assert!(headers.contains(said), "{said} in {headers}");
        }
        // The value of a member that goes no further stays with its sender.
        assert!(!headers.contains("1234"), "{headers}");
        assert!(browser.overflow().await <= 0.0, "{width}");
        browser.picture(&format!("headers-{width}")).await;
    }
}
