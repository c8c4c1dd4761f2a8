//! Navigation, languages and addresses, as a person meets them.

use crate::{driver::Browser, harness::Part};

const TRACE: &str = r#"[{"traceId":"abc1","id":"1","kind":"SERVER","name":"get /hello","timestamp":1531282088548312,
    "duration":20333,"localEndpoint":{"serviceName":"hello"}}]"#;

/// Sends spans to a collector.
pub async fn send(collector: &Part, spans: impl Into<reqwest::Body>) {
    let post = crate::harness::client().post(format!("{}/api/v2/spans", collector.url));
    let post = post.header("content-type", "application/json").body(spans);
    assert_eq!(post.send().await.unwrap().status(), 202);
}

#[tokio::test]
async fn the_language_stays_as_chosen_on_the_next_page() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = Part::start("collector", &[]);
    send(&collector, TRACE).await;
    browser.open(&collector.url).await;
    assert_eq!(browser.text("h1").await, "Latest traces");
    browser.click(".language").await;
    browser
        .until("return document.documentElement.lang === 'ko'")
        .await;
    assert_eq!(browser.text("h1").await, "최근 트레이스");
    browser.click("main a[href*='traces/']").await;
    browser
        .until("return location.pathname.includes('/traces/')")
        .await;
    assert_eq!(browser.text("nav [aria-current]").await, "트레이스");
    browser.click(".language").await;
    browser
        .until("return document.documentElement.lang === 'en'")
        .await;
    assert!(browser.address().await.ends_with("/traces/000000000000abc1"));
}

#[tokio::test]
async fn the_first_tab_stop_skips_to_the_content() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = Part::start("collector", &[]);
    send(&collector, TRACE).await;
    browser.open(&collector.url).await;
    assert!(browser.rect(".skip").await.bottom() < 0.0);
    browser.press("Tab").await;
    let link = browser.rect(".skip").await;
    assert!(link.y >= 0.0 && link.x >= 0.0 && link.width > 50.0, "{link:?}");
    browser.press("Enter").await;
    browser.until("return document.activeElement.id === 'main'").await;
}

#[tokio::test]
async fn no_view_scrolls_sideways_in_either_language() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = crate::made::collector(&crate::made::chain(0xc1, 800)).await;
    let views = [
        "?",
        "traces/c1?",
        "traces/c1/spans/5?",
        "hops?",
        "dependencies?",
        "compare?before=c1&after=c1&",
        "logs?",
        "uploads?",
    ];
    for view in views {
        for language in ["en", "ko"] {
            browser
                .open(&format!("{}/{view}lang={language}", collector.url))
                .await;
            for width in [320, 390, 1280, 2560] {
                browser.resize(width, 900).await;
                assert!(browser.overflow().await <= 0.0, "{view} {language} {width}");
            }
            // The window's width is used.
            assert!(browser.rect("main").await.width > 2_300.0, "{view}");
        }
    }
}
