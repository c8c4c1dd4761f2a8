//! Spans that somebody sends to do harm: nothing of them runs, and no page becomes unreadable.

use crate::{
    driver::Browser,
    made::{chain, collector, hostile},
};

#[tokio::test]
async fn spans_that_do_harm_run_nothing_and_flood_no_page() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let spans = [hostile(0xbad), chain(0xc1, 300)].concat();
    let collector = collector(&spans).await;
    // The address, and how high the page may be.
    let pages = [
        ("", 2_000.0),
        ("?sort=longest", 2_000.0),
        ("traces/bad", 3_500.0),
        ("traces/bad?find=large", 9_000.0),
        ("traces/bad/spans/1", 9_000.0),
        ("traces/bad/spans/2", 9_000.0),
        ("hops", 4_000.0),
        ("dependencies", 2_500.0),
        ("compare?before=bad&after=c1", 2_500.0),
        ("compare?before=bad&after=bad", 3_000.0),
    ];
    for (address, height) in pages {
        for width in [1280, 390] {
            browser.resize(width, 900).await;
            browser.open(&format!("{}/{address}", collector.url)).await;
            let title = browser.ask("return document.title").await;
            assert!(
                title.as_str().unwrap().ends_with("Three Hops"),
                "{address}: {title}"
            );
            assert!(browser.overflow().await <= 0.0, "{address} at {width}");
            let high = browser.ask("return document.body.scrollHeight").await;
            assert!(high.as_f64().unwrap() < height, "{address} at {width}: {high}");
            let nodes = browser.ask("return document.querySelectorAll('*').length").await;
            assert!(nodes.as_f64().unwrap() < 8_000.0, "{address}: {nodes}");
        }
    }
}

#[tokio::test]
async fn a_long_name_takes_two_lines_and_its_row_opens_to_all_of_it() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&hostile(0xbad)).await;
    browser.open(&format!("{}/traces/bad", collector.url)).await;
    for row in browser.rects(".waterfall > li").await {
        assert!(row.height < 70.0, "{row:?}");
    }
    browser.click(".waterfall > li:last-child summary").await;
    let all = "n".repeat(2_000);
    assert!(
        browser
            .text(".waterfall > li:last-child .details")
            .await
            .contains(&all)
    );
}
