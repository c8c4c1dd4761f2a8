//! Views over many traces, as a person uses them: hops, comparisons, dependencies, trace files.

use crate::{
    driver::Browser,
    made::{chain, collector, spread},
};

#[tokio::test]
async fn the_slowest_call_of_a_hop_is_one_click_away() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let quick = (1..10).flat_map(|at| chain(0xa00 + at, 10));
    let spans: Vec<_> = quick.chain(chain(0xb00, 900)).collect();
    let collector = collector(&spans).await;
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        browser.open(&format!("{}/hops", collector.url)).await;
        browser.picture(&format!("hops-{width}")).await;
        assert!(browser.overflow().await <= 0.0, "{width}");
        let rows = browser.texts(".calls tbody tr").await;
        assert!(rows.len() == 3 && rows[0].contains("gateway"), "{rows:?}");
        // The names of services are not broken, in the score, too.
        for chip in browser.rects(".chip").await {
            assert!(chip.height < 30.0, "{chip:?} at {width}");
        }
        let row = 1 + rows.iter().position(|row| row.contains("inventory")).unwrap();
        browser
            .click(&format!(".calls tbody tr:nth-child({row}) .slowest a"))
            .await;
        browser
            .until("return location.pathname.endsWith('/traces/0000000000000b00')")
            .await;
        assert!(browser.text(".answer").await.contains("inventory"));
    }
}

#[tokio::test]
async fn a_table_is_one_tab_stop_and_arrow_keys_reach_every_link() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&[chain(0xa00, 100), chain(0xb00, 700)].concat()).await;
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        // Each hop has two slow calls, and each dependency one link.
        for (view, links) in [("hops", 2), ("dependencies", 1)] {
            browser.open(&format!("{}/{view}", collector.url)).await;
            let stop = "[data-arrows] a[tabindex=\"0\"]";
            browser
                .until(&format!(
                    "return document.querySelectorAll('{stop}').length === 1"
                ))
                .await;
            browser
                .ask(&format!("document.querySelector('{stop}').focus()"))
                .await;
            let at = "return [...document.querySelectorAll('[data-arrows] tbody a')].indexOf(document.activeElement)";
            for (key, to) in [
                ("ArrowDown", links),
                ("ArrowRight", 2 * links - 1),
                ("ArrowLeft", links),
                ("ArrowUp", 0),
                ("Tab", -1),
            ] {
                browser.press(key).await;
                assert_eq!(browser.ask(at).await, to, "{view} at {width} after {key}");
            }
        }
    }
}

#[tokio::test]
async fn figures_on_a_telephone_have_their_names_and_stay_on_one_line() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&[chain(0xa00, 58), chain(0xb00, 320)].concat()).await;
    browser.resize(390, 900).await;
    for address in ["compare?before=a00&after=b00", "hops"] {
        browser.open(&format!("{}/{address}", collector.url)).await;
        // A figure and its unit do not part.
        let lines = "return [...document.querySelectorAll('td[data-name]')].map(cell => {
            const range = document.createRange(); range.selectNodeContents(cell.querySelector('a') ?? cell.firstChild);
            return [cell.dataset.name, range.getClientRects().length] })";
        let lines = browser.ask(lines).await;
        let lines = lines.as_array().unwrap();
        assert!(lines.len() >= 9, "{lines:?}");
        for cell in lines {
            assert!(cell[0] != "" && cell[1] == 1, "{address}: {cell}");
        }
    }
}

#[tokio::test]
async fn two_traces_are_compared_and_the_guilty_hop_is_named() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&[chain(0xa00, 100), chain(0xb00, 700)].concat()).await;
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        browser.open(&format!("{}/compare", collector.url)).await;
        browser.write("#before", "0000000000000a00").await;
        browser.write("#after", "0000000000000b00").await;
        browser.press("Enter").await;
        browser.until("return document.querySelector('.answer')").await;
        browser.picture(&format!("compare-{width}")).await;
        assert!(browser.overflow().await <= 0.0, "{width}");
        let answer = browser.text(".answer").await;
        assert!(
            answer.contains("inventory") && answer.contains("600 ms"),
            "{answer}"
        );
        let guilty = browser.texts(".positions .guilty").await;
        assert!(guilty.len() == 1 && guilty[0].contains("inventory"), "{guilty:?}");
        // Its bar after is longer than its bar before, which stands above.
        let bars = browser.rects(".positions .guilty .pair rect").await;
        assert!(
            bars[0].y < bars[1].y && bars[1].width > 2.0 * bars[0].width,
            "{bars:?}"
        );
    }
}

#[tokio::test]
async fn callers_stand_left_of_those_they_call() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&chain(0xc1, 100)).await;
    browser.open(&format!("{}/dependencies", collector.url)).await;
    browser.picture("dependencies-3").await;
    let boxes = browser.rects(".graph .box").await;
    let names = browser.texts(".graph a text").await;
    assert_eq!(names.len(), 3);
    let of = |name: &str| boxes[names.iter().position(|each| each == name).unwrap()];
    assert!(of("gateway").right() < of("orders").x && of("orders").right() < of("inventory").x);
    // A name is the way to the traces of its service.
    let place = of("orders");
    browser
        .click_at(place.x + place.width / 2.0, place.y + place.height / 2.0)
        .await;
    browser
        .until(
            "return location.search === '?serviceName=orders' && document.querySelector('.traces tbody tr')",
        )
        .await;
}

#[tokio::test]
async fn services_are_drawn_larger_in_a_wide_window() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&chain(0xc1, 100)).await;
    browser.open(&format!("{}/dependencies", collector.url)).await;
    let narrow = browser.rect(".graph .box").await.width;
    browser.resize(2560, 1300).await;
    let wide = browser.rect(".graph .box").await.width;
    assert!(wide > 1.2 * narrow, "{narrow} {wide}");
    assert!(browser.overflow().await <= 0.0);
}

#[tokio::test]
async fn sixty_services_are_readable_and_do_not_overlap() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&spread(0xc1, 60)).await;
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        browser.open(&format!("{}/dependencies", collector.url)).await;
        browser.picture(&format!("dependencies-60-{width}")).await;
        assert!(browser.overflow().await <= 0.0, "{width}");
        let boxes = browser.rects(".graph .box").await;
        assert_eq!(boxes.len(), 60);
        for (at, one) in boxes.iter().enumerate() {
            for other in &boxes[at + 1..] {
                let apart = one.right() < other.x
                    || other.right() < one.x
                    || one.bottom() < other.y
                    || other.bottom() < one.y;
                assert!(apart, "{one:?} {other:?}");
            }
        }
        // Each name stands in its box.
        let names = browser.rects(".graph a text").await;
        for (name, place) in names.iter().zip(&boxes) {
            assert!(
                name.x > place.x && name.right() <= place.right(),
                "{name:?} {place:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_trace_file_opens_apart_from_the_live_traces() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let collector = collector(&chain(0xc1, 100)).await;
    let file = std::env::temp_dir().join(format!("three-hops-{}.json", std::process::id()));
    std::fs::write(&file, serde_json::to_string(&chain(0xf11e, 500)).unwrap()).unwrap();
    for width in [1280, 390] {
        browser.resize(width, 900).await;
        browser.open(&collector.url).await;
        browser.click("a[href$='uploads']").await;
        browser.until("return document.querySelector('#file')").await;
        assert!(browser.overflow().await <= 0.0, "{width}");
        browser.choose("#file", &file).await;
        browser.click(".upload button").await;
        browser.until("return document.querySelector('.apart')").await;
        let text = browser.text("body").await;
        assert!(text.contains("apart from the live traces"), "{text}");
        // One trace of a file is shown at once, or is one click away.
        if browser.rects(".answer").await.is_empty() {
            browser.click(".traces th a").await;
            browser.until("return document.querySelector('.answer')").await;
        }
        assert!(browser.text(".answer").await.contains("inventory"));
        browser.click(".apart a").await;
        browser.until("return !document.querySelector('.apart')").await;
        let live = browser.texts(".traces tbody tr").await;
        assert_eq!(live.len(), 1, "{live:?}");
    }
    std::fs::remove_file(&file).unwrap();
}
