//! Log lines, as a person uses them: from a line to its span and trace, new ones, filters, groups.

use std::{io::Write as _, process::ChildStdin};

use crate::{
    driver::Browser,
    harness::{Part, hop},
    layout::send,
    made::chain,
};

/// A line of the text format.
fn line(second: u64, level: &str, service: &str, ids: &str, text: &str) -> String {
    format!("2026-11-24 07:17:{second:02}.097  {level} [{service},{ids},true] 1 --- [main] shop : {text}")
}

/// A collector with a trace and ten lines, seven of them of that trace.
pub async fn with_lines() -> (Part, ChildStdin) {
    let mut command = hop(&["collector", "--logs", "-"]);
    command.env("LISTEN_ADDR", "127.0.0.1:0").env("OTLP_PORT", "0");
    let mut collector = Part::run(command);
    let mut lines = collector.stdin().unwrap();
    send(&collector, serde_json::to_string(&chain(0xc1, 800)).unwrap()).await;
    let inventory = "00000000000000c1,0000000000000005";
    for second in 1..=6 {
        let text = format!("userId=kim items found: {second}");
        writeln!(lines, "{}", line(second, " INFO", "inventory", inventory, &text)).unwrap();
    }
    let slow = line(7, " WARN", "inventory", inventory, "userId=kim stock is slow");
    writeln!(lines, "{slow}").unwrap();
    for second in 8..=10 {
        let ids = format!("{second:016x},{second:016x}");
        let text = format!("userId=lee order {second} <b>failed</b>");
        writeln!(lines, "{}", line(second, "ERROR", "orders", &ids, &text)).unwrap();
    }
    (collector, lines)
}

/// Opens an address once it has so many lines.
async fn opened(browser: &Browser, address: &str, count: usize) {
    for _ in 0..200 {
        browser.open(address).await;
        if browser.rects(".lines tbody tr").await.len() == count {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no {count} lines: {:?}", browser.texts(".lines tbody tr").await);
}

#[tokio::test]
async fn a_line_leads_to_its_span_and_on_to_the_trace() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let (collector, _lines) = with_lines().await;
    for width in [1280, 1000, 390] {
        browser.resize(width, 900).await;
        opened(&browser, &format!("{}/logs", collector.url), 10).await;
        // Levels, names and ids are not broken.
        for row in browser
            .rects(".lines tbody tr")
            .await
            .iter()
            .filter(|_| width > 390)
        {
            assert!(row.height < 36.0, "{row:?} at {width}");
        }
        browser.picture(&format!("logs-{width}")).await;
        assert!(browser.overflow().await <= 0.0, "{width}");
        browser.write("input[name=text]", "slow").await;
        browser.press("Enter").await;
        browser
            .until("return document.querySelectorAll('.lines tbody tr').length === 1")
            .await;
        browser.click(".lines tbody tr a").await;
        browser
            .until("return location.pathname.endsWith('/spans/0000000000000005')")
            .await;
        // The span has its own lines, by time.
        let own = browser.texts("section.lines .message").await;
        assert_eq!(own.len(), 7, "{own:?}");
        assert!(own[6].contains("stock is slow"), "{own:?}");
        browser.click(".way a").await;
        browser
            .until("return location.pathname.endsWith('/traces/00000000000000c1')")
            .await;
        assert_eq!(browser.texts("section.lines .message").await.len(), 7);
    }
}

#[tokio::test]
async fn new_lines_are_counted_and_move_nothing() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let (collector, mut lines) = with_lines().await;
    opened(&browser, &format!("{}/logs", collector.url), 10).await;
    let before = browser.rects(".lines tbody tr").await;
    for second in 20..23 {
        writeln!(lines, "{}", line(second, " INFO", "gateway", ",", "later")).unwrap();
    }
    browser
        .until("const n = document.querySelector('.new'); return !n.hidden && n.innerText === '3 new'")
        .await;
    assert_eq!(browser.rects(".lines tbody tr").await, before);
    browser.click(".new").await;
    browser
        .until("return document.querySelectorAll('.lines tbody tr').length === 13")
        .await;
    assert!(browser.text(".lines tbody tr").await.contains("later"));
}

#[tokio::test]
async fn lines_are_filtered_by_field_and_alike_ones_grouped() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let (collector, _lines) = with_lines().await;
    opened(&browser, &format!("{}/logs", collector.url), 10).await;
    // The fields stand beside each other, and as high as each other.
    let fields = browser
        .rects(".search .fields > label > :is(input, select)")
        .await;
    assert_eq!(fields.len(), 5);
    for field in &fields {
        assert!(
            (field.y - fields[0].y).abs() < 2.0 && field.width > 100.0,
            "{fields:?}"
        );
    }
    browser
        .ask("document.querySelector('select[name=level]').value = 'ERROR'")
        .await;
    browser.click(".search button").await;
    browser
        .until("return document.querySelectorAll('.lines tbody tr').length === 3")
        .await;
    // Markup of a message is text.
    assert!(browser.text(".lines tbody").await.contains("<b>failed</b>"));
    browser.click("input[name=group]").await;
    browser.click(".search button").await;
    browser
        .until("return document.querySelectorAll('.lines tbody tr').length === 1")
        .await;
    assert!(browser.text(".lines tbody tr").await.starts_with('3'));
    browser.write("input[name=value]", "userId=nobody").await;
    browser.click(".search button").await;
    browser.until("return document.querySelector('.empty')").await;
    assert_eq!(
        browser
            .ask("return document.querySelector('input[name=value]').value")
            .await,
        "userId=nobody"
    );
}

#[tokio::test]
async fn lines_are_one_tab_stop_and_are_walked_with_arrows() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let (collector, _lines) = with_lines().await;
    for address in ["logs", "traces/c1", "traces/c1/spans/5"] {
        let count = if address == "logs" { 10 } else { 7 };
        opened(&browser, &format!("{}/{address}", collector.url), count).await;
        browser
            .until("return document.querySelectorAll('table.lines a[tabindex=\"0\"]').length === 1")
            .await;
        browser
            .ask("document.querySelector('table.lines a[tabindex=\"0\"]').focus()")
            .await;
        browser.press("End").await;
        let at = "return [...document.querySelectorAll('table.lines a')].indexOf(document.activeElement)";
        assert_eq!(browser.ask(at).await, count - 1);
    }
}
