//! The list of traces, as a person uses it.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{driver::Browser, harness::Part, layout::send};

/// Microseconds since the epoch.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as u64
}

/// A request through two services that took so long in all, and half of it in the second.
pub fn request(id: u64, ago_s: u64, duration: u64, tags: &str) -> String {
    let start = now() - ago_s * 1_000_000 - duration;
    format!(
        r#"{{"traceId":"{id:016x}","id":"1","kind":"SERVER","name":"get /orders","timestamp":{start},"duration":{duration},
            "localEndpoint":{{"serviceName":"gateway"}},"tags":{{{tags}}}}},
           {{"traceId":"{id:016x}","parentId":"1","id":"2","kind":"SERVER","name":"get /items","timestamp":{},"duration":{},
            "localEndpoint":{{"serviceName":"inventory"}}}}"#,
        start + duration / 4,
        duration / 2,
    )
}

/// Twenty requests, one of them of kim, one slow, one failed.
pub async fn with_traces() -> Part {
    let collector = Part::start("collector", &[]);
    let all: Vec<String> = (1..=20)
        .map(|id| match id {
            7 => request(0xabcd_0007, id, 30_000, r#""userId":"kim""#),
            9 => request(0xabcd_0009, id, 2_000_000, r#""userId":"lee""#),
            11 => request(0xabcd_000b, id, 25_000, r#""error":"","userId":"lee""#),
            _ => request(0xabcd_0000 + id, id, 20_000 + 500 * id, r#""userId":"lee""#),
        })
        .collect();
    send(&collector, format!("[{}]", all.join(","))).await;
    collector
}

#[tokio::test]
async fn the_request_of_user_kim_is_found_with_the_one_box() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = with_traces().await;
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        browser.open(&collector.url).await;
        browser.write("#q", "userId=kim").await;
        browser.press("Enter").await;
        browser
            .until("return location.search.includes('kim') && document.readyState === 'complete'")
            .await;
        assert_eq!(browser.texts(".traces tbody tr").await.len(), 1);
        browser.click(".traces th a").await;
        browser
            .until("return location.pathname.endsWith('/traces/00000000abcd0007')")
            .await;
        // And by a pasted log line.
        browser.open(&collector.url).await;
        browser
            .write(
                "#q",
                "2026-11-29 INFO [gateway,00000000ABCD0007,2,true] 1 --- [main] a : b",
            )
            .await;
        browser.press("Enter").await;
        browser
            .until("return location.pathname.endsWith('/traces/00000000abcd0007')")
            .await;
    }
}

#[tokio::test]
async fn one_slow_trace_leads_the_longest_and_flattens_no_bar() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = with_traces().await;
    browser.open(&format!("{}/?sort=longest", collector.url)).await;
    let rows = browser.texts(".traces tbody tr").await;
    assert!(rows[0].contains("2.00 s"), "{rows:?}");
    let bars = browser.rects(".traces .share rect.none").await;
    // A hundredth of the slowest, and still to be seen.
    assert!(bars[1].width > bars[0].width / 4.0, "{bars:?}");
    // Dots above the list open their trace; the failed one is no circle.
    assert_eq!(browser.rects(".scatter a.failed").await.len(), 1);
    let slow = browser.rect(".scatter a[href*='abcd0009'] path").await;
    browser
        .click_at(slow.x + slow.width / 2.0, slow.y + slow.height / 2.0)
        .await;
    browser
        .until("return location.pathname.endsWith('/traces/00000000abcd0009')")
        .await;
}

#[tokio::test]
async fn rows_are_cards_on_a_telephone_and_a_table_above() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = with_traces().await;
    browser.open(&collector.url).await;
    let (when, title) = (
        browser.rect(".traces td.when").await,
        browser.rect(".traces tbody th").await,
    );
    assert!(
        when.right() <= title.x && (when.y - title.y).abs() < 1.0,
        "{when:?} {title:?}"
    );
    browser.resize(390, 844).await;
    let (when, title) = (
        browser.rect(".traces td.when").await,
        browser.rect(".traces tbody th").await,
    );
    assert!(title.bottom() <= when.y, "{when:?} {title:?}");
    assert!(browser.overflow().await <= 0.0);
    for rect in browser.rects(".traces tbody tr").await {
        assert!(rect.right() <= 390.0 && rect.height < 160.0, "{rect:?}");
    }
}

#[tokio::test]
async fn times_are_local_with_a_script_and_utc_without() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = Part::start("collector", &[]);
    send(
        &collector,
        r#"[{"traceId":"1","id":"1","timestamp":1531282088548312,"duration":5}]"#,
    )
    .await;
    browser
        .devtools(
            "Emulation.setTimezoneOverride",
            serde_json::json!({"timezoneId": "Asia/Seoul"}),
        )
        .await;
    browser.open(&collector.url).await;
    browser
        .until("return document.querySelector('.traces .at').innerText === '2018-07-11 13:08:08.548'")
        .await;
    browser.scripts(false).await;
    browser.open(&collector.url).await;
    assert_eq!(browser.text(".traces .at").await, "2018-07-11 04:08:08.548 UTC");
}

#[tokio::test]
async fn ages_go_on_in_the_language_of_the_page() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = Part::start("collector", &[]);
    send(&collector, format!("[{}]", request(1, 65, 9_000, ""))).await;
    // Ages are written every ten seconds: here ten times as often.
    let hurried = "const wait = setInterval; window.setInterval = (run, after) => wait(run, after / 10)";
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            serde_json::json!({"source": hurried}),
        )
        .await;
    for (width, language, now, later) in [
        (1280, "en", "1 min. ago", "2 hr. ago"),
        (390, "ko", "1분 전", "2시간 전"),
    ] {
        browser.resize(width, 900).await;
        browser.open(&format!("{}/?lang={language}", collector.url)).await;
        let is = |age: &str| format!("return document.querySelector('.traces .age').innerText === '{age}'");
        browser.until(&is(now)).await;
        browser
            .ask("const now = Date.now; Date.now = () => now() + 7_200_000")
            .await;
        browser.until(&is(later)).await;
    }
}

#[tokio::test]
async fn arrow_keys_go_from_row_to_row_and_tab_leaves_the_table() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = with_traces().await;
    browser.open(&collector.url).await;
    browser
        .until("return document.querySelectorAll('.traces a[tabindex=\"0\"]').length === 1")
        .await;
    browser
        .ask("document.querySelector('.traces a[tabindex=\"0\"]').focus()")
        .await;
    browser.press("ArrowDown").await;
    let at = "return [...document.querySelectorAll('.traces th a')].indexOf(document.activeElement)";
    assert_eq!(browser.ask(at).await, 1);
    browser.press("Tab").await;
    assert_eq!(browser.ask(at).await, -1);
}

#[tokio::test]
async fn eight_tabs_at_once_count_new_traces_and_move_nothing() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = with_traces().await;
    let mut tabs = Vec::new();
    for _ in 0..8 {
        browser.open(&collector.url).await;
        browser
            .until("return document.querySelector('.live').textContent.startsWith('Live')")
            .await;
        tabs.push(browser.new_tab().await);
    }
    let before = {
        browser.look_at(&tabs[7]).await;
        browser.rects(".traces tbody tr").await
    };
    send(&collector, format!("[{}]", request(0xabcd_1000, 0, 9_000, ""))).await;
    for tab in tabs.iter().rev() {
        browser.look_at(tab).await;
        browser
            .until("return document.querySelector('.live').textContent.startsWith('1 new')")
            .await;
    }
    browser.look_at(&tabs[7]).await;
    assert_eq!(browser.rects(".traces tbody tr").await, before);
    browser.click(".live a").await;
    browser
        .until("return document.querySelector('.traces th a').pathname.endsWith('abcd1000')")
        .await;
}

#[tokio::test]
async fn a_mistake_stands_beside_its_field() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = with_traces().await;
    browser
        .open(&format!("{}/?minDuration=soon", collector.url))
        .await;
    let (field, mistake) = (
        browser.rect("#minDuration").await,
        browser.rect("#minDuration-mistake").await,
    );
    assert!(
        mistake.y >= field.bottom() && mistake.y < field.bottom() + 12.0,
        "{field:?} {mistake:?}"
    );
    assert!(
        browser
            .text("#minDuration-mistake")
            .await
            .contains("\"soon\" is no duration")
    );
}

#[tokio::test]
async fn twelve_new_traces_are_counted_and_shown_on_a_click() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = with_traces().await;
    browser.resize(390, 844).await;
    browser.open(&collector.url).await;
    browser
        .until("return document.querySelector('.live').textContent.startsWith('Live')")
        .await;
    // Somebody has scrolled, and reads.
    browser.ask("window.scrollTo(0, 600)").await;
    let before = browser.rects(".traces tbody tr").await;
    let new: Vec<_> = (0..12)
        .map(|id| request(0xabcd_2000 + id, 0, 9_000, ""))
        .collect();
    send(&collector, format!("[{}]", new.join(","))).await;
    browser
        .until("return document.querySelector('.live').textContent.startsWith('12 new')")
        .await;
    assert_eq!(browser.rects(".traces tbody tr").await, before);
    browser.click(".live a").await;
    browser
        .until("return document.querySelectorAll('.traces th a[href*=abcd20]').length === 12")
        .await;
}

#[tokio::test]
async fn an_outlier_pushes_no_dot_to_the_ground() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = Part::start("collector", &[]);
    let all: Vec<_> = (1..=20)
        .map(|id| request(id, id, if id == 9 { 900_000 } else { 20_000 + id * 1_000 }, ""))
        .collect();
    send(&collector, format!("[{}]", all.join(","))).await;
    browser.open(&collector.url).await;
    let dots = browser.rects(".scatter a path").await;
    let quick = || dots.iter().map(|dot| dot.y).filter(|&y| y > dots[8].y + 1.0);
    assert_eq!(quick().count(), 19);
    assert!(
        quick().fold(0.0, f64::max) - quick().fold(f64::MAX, f64::min) > 8.0,
        "{dots:?}"
    );
}
