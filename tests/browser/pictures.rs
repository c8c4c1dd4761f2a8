//! The pictures of the documents: `docs/images/pages` runs this, and makes them small.

use serde_json::json;

use crate::{
    driver::Browser,
    layout::send,
    logs::with_lines,
    made::{chain, earlier, late_error, with},
};

#[tokio::test]
async fn pictures_of_the_documents_are_taken_where_asked() {
    if std::env::var_os("PICTURES").is_none() {
        eprintln!("skipped: docs/images/pages takes them");
        return;
    }
    let Some(browser) = Browser::start().await else {
        return;
    };
    let (collector, _lines) = with_lines().await;
    // Requests of the last quarter of an hour: most quick, the latest ones slow, one failed.
    for at in 0..24_u64 {
        let slow = if at < 3 { 240 + 60 * at } else { 12 + at * 7 % 30 };
        let mut spans = earlier(chain(0xd000 + at, slow), 10 + at * 35);
        let tags = match at {
            4 => json!({"userId": "kim", "error": "out of stock"}),
            _ => json!({"userId": if at % 3 == 0 { "kim" } else { "terry" }}),
        };
        let root = spans.remove(0);
        spans.push(with(root, json!({"tags": tags})));
        send(&collector, serde_json::to_string(&spans).unwrap()).await;
    }
    let large = serde_json::to_string(&late_error(0xf1)).unwrap();
    send(&collector, large).await;
    let pages = [
        ("list", "", 1100, 830),
        ("trace", "traces/c1", 1100, 880),
        ("trace-ko", "traces/c1?lang=ko", 1100, 880),
        ("large", "traces/f1", 1100, 860),
        ("hops", "hops?lookback=5m", 1100, 560),
        ("compare", "compare?before=d008&after=d001", 1100, 600),
        ("logs", "logs", 1100, 600),
    ];
    for (name, address, width, height) in pages {
        browser.resize(width, height).await;
        browser.open(&format!("{}/{address}", collector.url)).await;
        browser.screen(&format!("pages-{name}")).await;
    }
    browser.scheme("dark").await;
    browser.resize(390, 1000).await;
    browser.open(&format!("{}/traces/c1", collector.url)).await;
    browser.screen("pages-dark").await;
}
