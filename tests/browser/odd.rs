//! Traces that drawings get wrong.

use serde_json::Value;

use crate::{
    driver::{Browser, Rect},
    made::{annotated, arabic, collector, late_error, timeless, torn},
};

/// A browser with the page of a trace.
async fn page(spans: &[Value], width: u32) -> Option<(Browser, crate::harness::Part)> {
    let browser = Browser::start().await?;
    let collector = collector(spans).await;
    browser.resize(width, 900).await;
    let id = spans[0]["traceId"].as_str().unwrap();
    browser.open(&format!("{}/traces/{id}", collector.url)).await;
    Some((browser, collector))
}

/// Where the words of an element stand, each with its place.
async fn words(browser: &Browser, css: &str) -> Vec<(String, Rect)> {
    let texts = browser.texts(css).await;
    texts.into_iter().zip(browser.rects(css).await).collect()
}

#[tokio::test]
async fn a_late_error_among_5000_siblings_is_on_the_first_screen() {
    let Some((browser, _collector)) = page(&late_error(0xf1), 1280).await else {
        return;
    };
    let failed = browser.rect(".waterfall strong.error").await;
    assert!(failed.y > 0.0 && failed.bottom() < 900.0, "{failed:?}");
    let bar = browser.rect(".bar.failed rect").await;
    let whole = browser.rect(".waterfall .bar rect").await;
    assert!(bar.x > whole.x + 0.8 * whole.width, "{bar:?} {whole:?}");
    assert!(bar.width > 0.1 * whole.width);
    assert!(browser.text("main").await.contains("failed: deadlock"));
    // A telephone has the failure in words on its first screen.
    browser.resize(390, 844).await;
    let said = browser.rect(".findings li").await;
    assert!(said.bottom() < 844.0, "{said:?}");
}

#[tokio::test]
async fn roots_orphans_and_rings_stand_apart_each_with_its_reason() {
    let Some((browser, _collector)) = page(&torn(0xd1), 1280).await else {
        return;
    };
    let rows = words(&browser, ".waterfall > li .what").await;
    let indent = browser.ask(
        "return [...document.querySelectorAll('.waterfall > li .service')].map(e => Math.round(e.getBoundingClientRect().x))",
    );
    let indent: Vec<i64> = serde_json::from_value(indent.await).unwrap();
    let find = |text: &str| {
        let at = rows.iter().position(|(row, _)| row.contains(text));
        at.unwrap_or_else(|| panic!("{text} in {rows:?}"))
    };
    let top = indent[find("get /first")];
    assert!(indent[find("get /child")] > top);
    for (name, reason) in [
        ("get /second", "further root"),
        ("get /orphan", "parent is missing"),
        ("get /ring", "cycle"),
    ] {
        let at = find(name);
        assert_eq!(indent[at], top, "{name}");
        assert!(rows[at].0.contains(reason), "{:?}", rows[at]);
    }
    // One half of the ring is below the other.
    assert!(indent[find("get /ring") + 1] > top);
}

#[tokio::test]
async fn an_arabic_caller_stands_left_of_its_callee() {
    let Some((browser, _collector)) = page(&arabic(0xab), 1280).await else {
        return;
    };
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        let names = words(&browser, ".hops tbody tr:last-child th bdi").await;
        assert_eq!((&*names[0].0, &*names[1].0), ("متجر", "مخزون"));
        assert!(names[0].1.right() < names[1].1.x, "{names:?}");
        assert!((names[0].1.y - names[1].1.y).abs() < 1.0);
        // The row begins at the left, as all do.
        let row = browser.rect(".waterfall .service").await;
        assert!(row.x < 60.0, "{row:?}");
    }
    // And in the sentence, whose own words go on from left to right.
    browser.resize(1280, 900).await;
    let names = words(&browser, ".answer bdi").await;
    let sentence = browser.rect(".answer").await;
    assert_eq!(names[0].0, "مخزون");
    assert!(names[0].1.x > sentence.x + 50.0, "{names:?} {sentence:?}");
}

#[tokio::test]
async fn no_time_at_all_shows_neither_1970_nor_a_bar() {
    let Some((browser, _collector)) = page(&timeless(0xe1), 1280).await else {
        return;
    };
    let text = browser.text("main").await;
    assert!(!text.contains("1970") && text.contains("no time"), "{text}");
    assert!(browser.rects(".waterfall .bar rect").await.is_empty());
    assert_eq!(browser.rects(".waterfall > li").await.len(), 2);
}

#[tokio::test]
async fn annotations_before_the_trace_keep_their_sign() {
    let Some((browser, _collector)) = page(&annotated(0xe2), 390).await else {
        return;
    };
    browser.click(".waterfall summary").await;
    let lines = browser.texts(".details tr").await;
    let of = |name: &str| lines.iter().find(|line| line.ends_with(name)).unwrap().clone();
    assert!(of("enqueued").starts_with("−5.00 s"), "{lines:?}");
    assert!(of("begun").starts_with("500 µs"), "{lines:?}");
    assert!(of("since 1970").starts_with('−'), "{lines:?}");
    // They stretch no axis.
    let bar = browser.rect(".waterfall .bar rect").await;
    assert!(bar.width > 300.0, "{bar:?}");
}
