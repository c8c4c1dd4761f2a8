//! Every view, judged by axe-core: `.ci/axe` brings that and names its file in `AXE`.

use serde_json::{Value, json};

use crate::{
    driver::Browser,
    layout::send,
    logs::with_lines,
    made::{chain, hostile, late_error, spread, torn},
};

/// The rules of WCAG 2.2 AA, and what axe calls best practice.
const TAGS: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// Language, colour scheme, width: each two of them meet.
const READERS: [(&str, &str, u32); 4] = [
    ("en", "light", 390),
    ("en", "dark", 1280),
    ("ko", "light", 1280),
    ("ko", "dark", 390),
];

/// Every view, in its states.
const VIEWS: [&str; 17] = [
    "",
    "?q=userId%3Dnobody",
    "?minDuration=soon",
    "traces/c1",
    "traces/c1?from=long",
    "traces/f1?find=deadlock",
    "traces/f1?from=1s&to=2s",
    "traces/d1",
    "traces/bad",
    "traces/none",
    "traces/c1/spans/5",
    "hops",
    "dependencies",
    "compare?before=c1&after=c2",
    "logs",
    "logs?group=true&level=loud",
    "uploads",
];

#[tokio::test]
async fn axe_finds_nothing_in_any_view() {
    let Some(file) = std::env::var_os("AXE") else {
        eprintln!("skipped: needs axe-core (.ci/axe brings it)");
        return;
    };
    let Some(browser) = Browser::start().await else {
        return;
    };
    let axe = std::fs::read_to_string(file).unwrap();
    let (collector, _lines) = with_lines().await;
    let spans = [
        chain(0xc2, 100),
        late_error(0xf1),
        torn(0xd1),
        hostile(0xbad),
        spread(0x60, 60),
    ];
    send(&collector, serde_json::to_string(&spans.concat()).unwrap()).await;
    let (mut found, mut judged) = (Vec::new(), 0);
    for (language, scheme, width) in READERS {
        browser.scheme(scheme).await;
        browser.resize(width, 900).await;
        for view in VIEWS {
            let join = if view.contains('?') { '&' } else { '?' };
            browser
                .open(&format!("{}/{view}{join}lang={language}", collector.url))
                .await;
            let result = judge(&browser, &axe).await;
            judged += result["passes"].as_u64().unwrap();
            let of = format!("/{view} {language} {scheme} {width}");
            let violations = result["violations"].as_array().unwrap();
            found.extend(violations.iter().map(|each| format!("{of}: {each}")));
        }
    }
    // Rules that were judged: a run that judges nothing finds nothing, too.
    assert!(judged > (READERS.len() * VIEWS.len() * 10) as u64, "{judged}");
    assert!(found.is_empty(), "{} findings\n{}", found.len(), found.join("\n"));
}

/// The number of rules that passed, and those that failed, each with a few places.
async fn judge(browser: &Browser, axe: &str) -> Value {
    browser
        .devtools("Runtime.evaluate", json!({"expression": axe}))
        .await;
    let run = format!(
        "return axe.run(document, {{runOnly: {}}}).then(found => ({{passes: found.passes.length, violations: \
         found.violations.map(v => v.id + ': ' + v.nodes.slice(0, 2).map(n => n.html.slice(0, 160) + ' ' + \
         n.failureSummary).join(' | '))}}))",
        json!(TAGS)
    );
    browser.ask(&run).await
}
