//! A trace's page, as a person uses it: which hop was slow, and what is folded.

use serde_json::json;

use crate::{
    driver::{Browser, Rect},
    made::{MS, chain, collector, late_error, span, torn, with},
};

/// Whether all of it is in a window 900 pixels high.
fn is_seen(rect: Rect) -> bool {
    rect.y >= 0.0 && rect.bottom() <= 900.0 && rect.width > 0.0
}

#[tokio::test]
async fn the_slow_hop_is_named_and_drawn_on_the_first_screen() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&chain(0xc1, 800)).await;
    for width in [390, 1280, 2560] {
        browser.resize(width, 900).await;
        browser.open(&format!("{}/traces/c1", collector.url)).await;
        browser.picture(&format!("trace-{width}")).await;
        let answer = browser.text(".answer").await;
        assert!(answer.contains("inventory's own work"), "{answer}");
        assert!(is_seen(browser.rect(".answer").await));
        assert!(browser.overflow().await <= 0.0, "{width}");
        // A bar begins and ends within that of its caller, and inventory's takes most of the whole.
        let bars = browser.rects(".waterfall .bar rect").await;
        assert_eq!(bars.len(), 5);
        for pair in bars.windows(2) {
            assert!(pair[0].x <= pair[1].x && pair[1].right() <= pair[0].right() + 0.1);
        }
        assert!(bars[4].width > 0.75 * bars[0].width, "{bars:?}");
        if width > 390 {
            assert!(is_seen(bars[4]), "{width}: {:?}", bars[4]);
        }
    }
    // The window's width is used.
    assert!(browser.rect(".waterfall").await.width > 1_500.0);
}

#[tokio::test]
async fn an_open_row_keeps_its_words_on_one_line() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&chain(0xc1, 800)).await;
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        browser.open(&format!("{}/traces/c1", collector.url)).await;
        browser.click(".waterfall > li:last-child summary").await;
        browser
            .until("return document.querySelector('details[open]')")
            .await;
        let service = browser.rect("details[open] .service").await;
        let name = browser.rect("details[open] .name").await;
        assert!(
            service.right() < name.x && (service.y - name.y).abs() < 2.0,
            "{service:?} {name:?}"
        );
    }
}

#[tokio::test]
async fn a_fold_says_what_it_hides_and_opens_to_it() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&late_error(0xf1)).await;
    browser.open(&format!("{}/traces/f1", collector.url)).await;
    let fold = browser.text(".fold a").await;
    assert!(fold.contains("select ×4,9") && fold.contains("longest"), "{fold}");
    browser.click(".fold a").await;
    browser.until("return location.search.includes('open=')").await;
    browser
        .until("return document.querySelectorAll('.waterfall > li').length > 100")
        .await;
    let pages = browser.text(".pages").await;
    assert!(pages.contains("of 5,0"), "{pages}");
    assert!(
        browser
            .ask("return document.querySelectorAll('*').length < 8000")
            .await
            == true
    );
    // And back to those that matter.
    browser.click(".pages a:last-child").await;
    browser
        .until("return document.querySelectorAll('.waterfall > li').length < 20")
        .await;
}

#[tokio::test]
async fn find_opens_what_it_finds_and_brings_it_in_sight() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&late_error(0xf1)).await;
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        browser.open(&format!("{}/traces/f1", collector.url)).await;
        browser.press("/").await;
        browser
            .until("return document.activeElement.name === 'find'")
            .await;
        browser.write("input[name=find]", "table=stock").await;
        browser.press("Enter").await;
        browser
            .until("return location.hash === '#found' && document.readyState === 'complete'")
            .await;
        assert_eq!(browser.text("[role=status]").await, "1 span has this text.");
        browser
            .until("const r = document.querySelector('#found').getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight - 50")
            .await;
        let details = browser.text("#found .details").await;
        assert!(
            details.contains("stock") && details.contains("deadlock"),
            "{details}"
        );
    }
}

#[tokio::test]
async fn a_list_of_rows_is_one_tab_stop_and_is_walked_with_keys() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    // More spans than have their details on the page.
    let mut spans = vec![span(0xa1, [1, 0], ["gateway", "get /all"], [0, 900 * MS])];
    spans.extend((2..60).map(|id| {
        let name = format!("get /part/{id}");
        let part = span(0xa1, [id, 1], ["orders", &name], [id * 10 * MS, 9 * MS]);
        with(part, json!({"tags": {"part": id.to_string()}}))
    }));
    let collector = collector(&spans).await;
    browser.open(&format!("{}/traces/a1", collector.url)).await;
    let stops = "return document.querySelectorAll('.waterfall [tabindex=\"0\"]').length";
    browser.until(&format!("{stops} === 1")).await;
    let row = "return [...document.querySelectorAll('.waterfall > li')].findIndex(li => li.contains(document.activeElement))";
    for (key, at) in [
        ("j", 0),
        ("j", 1),
        ("ArrowDown", 2),
        ("k", 1),
        ("End", 58),
        ("Home", 0),
        ("j", 1),
    ] {
        browser.press(key).await;
        assert_eq!(browser.ask(row).await, at, "after {key}");
        assert_eq!(browser.ask(stops).await, 1);
    }
    // A row opens, and asks for what the span says.
    browser.press("Enter").await;
    browser
        .until("return document.querySelector('.waterfall > li:nth-child(2) .details').innerText.includes('part')")
        .await;
    browser.press("ArrowLeft").await;
    browser
        .until("return !document.querySelector('.waterfall details[open]')")
        .await;
    browser.press("?").await;
    browser.until("return document.querySelector('#keys').open").await;
    let keys = browser.rect("#keys").await;
    assert!(is_seen(keys) && keys.width > 200.0, "{keys:?}");
    browser.press("Escape").await;
    browser
        .until("return !document.querySelector('#keys').open")
        .await;
    // Keys typed into a field move nothing.
    browser.press("/").await;
    browser.press("j").await;
    assert_eq!(browser.ask("return document.activeElement.value").await, "j");
}

#[tokio::test]
async fn a_drag_over_the_map_zooms_and_a_link_leads_back() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let spans: Vec<_> = (1..40)
        .map(|id| {
            let parent = u64::from(id > 1);
            let times = if id == 1 {
                [0, 1_000 * MS]
            } else {
                [id * 20 * MS, 15 * MS]
            };
            span(0xb1, [id, parent], ["gateway", &format!("step {id}")], times)
        })
        .collect();
    let collector = collector(&spans).await;
    browser.open(&format!("{}/traces/b1", collector.url)).await;
    let before = browser.rects(".waterfall .bar rect").await;
    let map = browser.rect(".minimap").await;
    browser
        .drag(
            [map.x + map.width * 0.5, map.y + 20.0],
            [map.x + map.width * 0.75, map.y + 20.0],
        )
        .await;
    browser
        .until("return location.search.includes('from=') && document.readyState === 'complete'")
        .await;
    let after = browser.rects(".waterfall .bar rect").await;
    assert!(after.len() < before.len());
    assert!(
        after[1].width > 3.0 * before[1].width,
        "{:?} {:?}",
        before[1],
        after[1]
    );
    let ticks = browser.texts(".axis .ticks span").await;
    assert!(
        ticks[0].starts_with("5") || ticks[0].starts_with("49"),
        "{ticks:?}"
    );
    browser.click(".zoom a:last-child").await;
    browser
        .until("return !location.search.includes('from=') && document.readyState === 'complete'")
        .await;
    assert_eq!(browser.rects(".waterfall .bar rect").await.len(), before.len());
}

#[tokio::test]
async fn a_torn_trace_says_why_and_leads_to_the_span() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&torn(0xd1)).await;
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        browser.open(&format!("{}/traces/d1", collector.url)).await;
        assert!(is_seen(browser.rect(".doubts h2").await));
        let doubts = browser.text(".doubts").await;
        assert!(doubts.contains("parent"), "{doubts}");
        browser.click(".doubts a").await;
        browser
            .until("const r = document.querySelector('.waterfall li:target')?.getBoundingClientRect(); return r && r.top >= 0 && r.top < innerHeight")
            .await;
    }
}

#[tokio::test]
async fn folds_find_and_zoom_work_without_scripts() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&late_error(0xf1)).await;
    browser.scripts(false).await;
    browser.open(&format!("{}/traces/f1", collector.url)).await;
    // A button that does nothing is not shown.
    assert_eq!(browser.rect(".keys-button").await.width, 0.0);
    browser.write("input[name=find]", "deadlock").await;
    browser.write("input[name=from]", "7s").await;
    browser.press("Enter").await;
    browser
        .until("return location.hash === '#found' && document.readyState === 'complete'")
        .await;
    assert!(browser.text("#found .details").await.contains("deadlock"));
    assert!(browser.text(".axis .ticks").await.starts_with("7"));
    browser.click(".zoom a:last-child").await;
    browser.until("return !location.search.includes('from=7')").await;
}
