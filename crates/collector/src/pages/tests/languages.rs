//! Two languages: which one a page is in, and the switch between them.

use axum::http::Method;

use super::*;
use crate::ask::{Answer, send};

async fn page(path: &str, headers: &[&str]) -> Answer {
    send(&with_trace().await, (Method::GET, path), headers, ()).await
}

#[tokio::test]
async fn a_page_is_in_the_language_that_the_browser_accepts() {
    for (path, headers, language) in [
        ("/", &[][..], "en"),
        ("/", &["accept-language: ko-KR,ko;q=0.9,en;q=0.8"], "ko"),
        ("/", &["accept-language: de"], "en"),
        // The reader's choice goes before the browser's.
        ("/", &["accept-language: ko", "cookie: a=b; lang=en"], "en"),
        ("/traces/abc", &["cookie: lang=ko"], "ko"),
        ("/traces/abc?lang=en", &["cookie: lang=ko"], "en"),
        ("/?lang=xx", &["cookie: lang=ko"], "ko"),
    ] {
        let answer = page(path, headers).await;
        assert_has(&answer.text(), &[&format!("<html lang=\"{language}\">")]);
    }
}

#[tokio::test]
async fn a_title_without_names_or_times_is_in_the_language() {
    let collector = Collector::new(&Config::default());
    post(&collector, &[], r#"[{"traceId":"1","id":"1"}]"#).await;
    for path in ["/traces/1?lang=ko", "/traces/1/spans/1?lang=ko"] {
        let html = get(&collector, path).await.text();
        let title = html.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap();
        assert_eq!(title, "<i>이름 없는 서비스</i> <b><i>이름 없음</i></b>", "{path}");
        for english in ["no service", "no name", "no time"] {
            assert!(!html.contains(english), "{english} in {path}");
        }
    }
}

#[tokio::test]
async fn a_wrong_id_is_refused_in_the_language() {
    for path in ["/traces/zz", "/traces/abc/spans/zz"] {
        for (language, said) in [("ko", "16진수"), ("en", "An id is up to 32 digits of hex")] {
            let answer = page(&format!("{path}?lang={language}"), &[]).await;
            assert_eq!(answer.status.as_u16(), 400, "{path}");
            assert_has(&answer.text(), &[said]);
            assert!(!answer.text().contains("lower-hex"), "{path} in {language}");
        }
    }
}

#[tokio::test]
async fn an_id_is_read_in_either_case() {
    for path in ["/traces/ABC", "/traces/ABC/spans/1", "/traces/ABC/spans/1.json"] {
        assert_eq!(page(path, &[]).await.status.as_u16(), 200, "{path}");
    }
}

#[tokio::test]
async fn the_switch_remembers_the_language_and_leads_back() {
    let html = page("/?serviceName=a%26b&lang=en", &[]).await.text();
    let switch = "./language?to=ko&amp;back=%3FserviceName%3Da%2526b";
    assert_has(&html, &[switch]);
    let answer = page(&switch[1..].replace("&amp;", "&"), &[]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (302, "./?serviceName=a%26b")
    );
    // No path: the folder of the address, so that it holds below a prefix and for nothing beside it.
    assert_eq!(
        answer.header("set-cookie"),
        "lang=ko; Max-Age=31536000; SameSite=Lax; HttpOnly"
    );
}

#[tokio::test]
async fn errors_are_said_in_the_language_of_the_page() {
    for (path, status, said) in [
        ("/hops?lookback=abc", 400, "&quot;abc&quot;은(는) 기간이 아닙니다"),
        ("/hops?lookback=all&endTs=x", 400, "시각이 아닙니다"),
        ("/dependencies?endTs=0", 400, "시각이 아닙니다"),
        ("/traces/abc/spans/zz", 400, "16진수"),
    ] {
        let answer = page(path, &["accept-language: ko"]).await;
        let html = answer.text();
        assert_eq!(answer.status, status, "{path}");
        assert_has(&html, &[said]);
        assert!(
            !html.contains("For input") && !html.contains("lower-hex"),
            "{html}"
        );
    }
    // The window can be chosen again.
    let html = page("/hops?lookback=abc", &[]).await.text();
    assert_has(&html, &["./hops?lookback=15m", "is no length of time"]);
}

#[tokio::test]
async fn errors_of_json_are_in_english() {
    for path in [
        "/hops.json?lookback=abc",
        "/dependencies.json?lookback=abc",
        "/compare.json?before=x&after=y",
        "/logs.json?level=loud",
        "/traces/abc/spans/zz.json",
    ] {
        let answer = page(path, &["accept-language: ko"]).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.text().is_ascii(), "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_switch_leads_to_no_other_site() {
    for (back, location) in [
        ("https://site.example/", "./https://site.example/"),
        ("//site.example", ".///site.example"),
        ("%0d%0aset-cookie:a", "./"),
        ("%ED%99%8D", "./"),
    ] {
        let answer = page(&format!("/language?to=en&back={back}"), &[]).await;
        assert_eq!(answer.header("location"), location);
    }
}
