//! The server that keeps the traces: ours or a Zipkin.

use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use ask::request::{self, Answer, Place, SHORT};
use http::HeaderMap;
use probe::Said;
use reqwest::Method;
use serde_json::Value;
use service::BaseUrl;
use tokio::time::timeout;

use crate::finding::Finding;

/// One that answers later hangs.
const LIMIT: Duration = Duration::from_secs(3);

/// A clock that is off by less is taken for right: the header `Date` has whole seconds.
const CLOCK_S: u64 = 3;

/// Whether it is a Zipkin, and its findings.
pub async fn check(url: &BaseUrl) -> (bool, Vec<Option<Finding>>) {
    let health = match get(url, "/health").await {
        Ok(answer) => answer,
        Err(error) => return (false, vec![Finding::bad("collector", format!("{error:#}"))]),
    };
    let (info, services, config, spans, otlp) = tokio::join!(
        get(url, "/info"),
        get(url, "/api/v2/services"),
        get(url, "/zipkin/config.json"),
        post(url, "/api/v2/spans", "[]"),
        post(url, "/v1/traces", r#"{"resourceSpans":[]}"#),
    );
    let kind = info.as_ref().ok().and_then(kind);
    let Some(kind) = kind else {
        let status = health.status;
        let said = Said::new(
            format!("{url} answers {status}, and not as a Zipkin or our collector"),
            format!("{url}: {status} 응답이지만 Zipkin도 우리 컬렉터도 아닙니다"),
        );
        return (false, vec![Finding::bad("collector", said)]);
    };
    let findings = vec![
        Finding::good("collector", url.to_string()),
        Finding::good("collector-kind", kind),
        storage(&health),
        search(services, config),
        takes_spans(spans),
        takes_otlp(otlp),
        clock(&health),
    ];
    (true, findings)
}

fn kind(info: &Answer) -> Option<Said> {
    let info: Value = serde_json::from_slice(&info.body).ok()?;
    let of = |name: &str| info.get("zipkin")?.get(name)?.as_str();
    let version = of("version")?;
    Some(match of("server") {
        Some("three-hops") => Said::new(
            format!("our collector {version}"),
            format!("우리 컬렉터 {version}"),
        ),
        _ => format!("Zipkin {version}").into(),
    })
}

fn storage(health: &Answer) -> Option<Finding> {
    let id = "collector-storage";
    let Ok(health) = serde_json::from_slice::<Value>(&health.body) else {
        return Finding::skipped(id, Said::new("it does not say", "알려 주지 않습니다"));
    };
    let details = health
        .get("zipkin")
        .and_then(|zipkin| zipkin.get("details")?.as_object().cloned());
    let details = details.unwrap_or_default();
    let is_up = |part: &Value| part.get("status").and_then(Value::as_str) == Some("UP");
    let down: Vec<&str> = details
        .iter()
        .filter(|(_, part)| !is_up(part))
        .map(|(name, _)| name.as_str())
        .collect();
    if !is_up(&health) || !down.is_empty() {
        let down = if down.is_empty() {
            Said::new("it", "저장소")
        } else {
            down.join(", ").into()
        };
        let Said { english, korean } = down;
        return Finding::bad(
            id,
            Said::new(
                format!("{english} is down: spans are taken and cannot be kept"),
                format!("{korean} 중단됨. span을 받아도 보관하지 못합니다"),
            ),
        );
    }
    let names: Vec<&str> = details.keys().map(String::as_str).collect();
    Finding::good(id, names.join(", "))
}

fn search(answer: anyhow::Result<Answer>, config: anyhow::Result<Answer>) -> Option<Finding> {
    let id = "collector-search";
    let config = config
        .ok()
        .and_then(|answer| serde_json::from_slice::<Value>(&answer.body).ok());
    let is_off = config.is_some_and(|config| config.get("searchEnabled") == Some(&Value::Bool(false)));
    match answer {
        Ok(answer) if is_off || answer.status == 404 => Finding::warning(
            id,
            Said::new(
                "SEARCH_ENABLED=false: a trace is found by its id alone, and hop hops, hop compare and the list of traces are empty",
                "SEARCH_ENABLED=false: 트레이스를 id로만 찾을 수 있고 hop hops, hop compare, 트레이스 목록이 빕니다",
            ),
        ),
        Ok(answer) if answer.status.is_success() => Finding::good(id, ""),
        Ok(answer) => Finding::bad(
            id,
            Said::new(
                format!("a search is answered with {}", answer.status),
                format!("검색에 {}로 응답합니다", answer.status),
            ),
        ),
        Err(error) => Finding::bad(id, format!("{error:#}")),
    }
}

fn takes_spans(answer: anyhow::Result<Answer>) -> Option<Finding> {
    let id = "collector-takes-spans";
    match answer {
        Ok(answer) if answer.status.is_success() => Finding::good(id, "POST /api/v2/spans"),
        Ok(answer) => Finding::bad(
            id,
            Said::new(
                format!("POST /api/v2/spans is answered with {}", answer.status),
                format!("POST /api/v2/spans에 {}로 응답합니다", answer.status),
            ),
        ),
        Err(error) => Finding::bad(id, format!("{error:#}")),
    }
}

fn takes_otlp(answer: anyhow::Result<Answer>) -> Option<Finding> {
    let id = "collector-takes-otlp";
    match answer {
        Ok(answer) if answer.status.is_success() => Finding::good(id, "POST /v1/traces"),
        _ => Finding::skipped(
            id,
            Said::new(
                "it takes none, as plain Zipkin does: send it Zipkin's JSON",
                "모듈이 없는 Zipkin처럼 받지 않습니다. Zipkin JSON을 보냅니다",
            ),
        ),
    }
}

fn clock(health: &Answer) -> Option<Finding> {
    let id = "collector-clock";
    let date = health.headers.get("date").and_then(|date| date.to_str().ok());
    let Some(theirs) = date.and_then(seconds) else {
        return Finding::skipped(
            id,
            Said::new("its answers have no date", "응답에 Date가 없습니다"),
        );
    };
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let ours = since.as_secs();
    if theirs.abs_diff(ours) < CLOCK_S {
        return Finding::good(id, "");
    }
    let (way, korean_way) = match theirs > ours {
        true => ("ahead", "빠릅니다"),
        false => ("behind", "느립니다"),
    };
    let off = theirs.abs_diff(ours);
    Finding::warning(
        id,
        Said::new(
            format!("its clock is {way} by {off} s: its page looks for traces in another hour than you mean"),
            format!("컬렉터 시계가 {off}초 {korean_way}. 페이지가 엉뚱한 시간대에서 트레이스를 찾습니다"),
        ),
    )
}

/// `Sun, 29 Nov 2026 03:57:31 GMT`, in seconds since the epoch.
fn seconds(date: &str) -> Option<u64> {
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut words = date.split_whitespace().skip(1);
    let day: u32 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = months.iter().position(|name| *name == month)? + 1;
    let year: u32 = words.next()?.parse().ok()?;
    let midnight = zipkin::utc::midnight(&format!("{year:04}-{month:02}-{day:02}"))? / 1_000_000;
    let mut time = words.next()?.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    Some(midnight + (hour * 60 + minute) * 60 + second)
}

async fn get(url: &BaseUrl, path: &str) -> anyhow::Result<Answer> {
    let place = Place::on(url, path)?;
    let client = request::client()?;
    let answer = request::get(&client, &place, HeaderMap::new(), SHORT);
    timeout(LIMIT, answer)
        .await
        .with_context(|| format!("{} does not answer within {LIMIT:?}", place.shown()))?
}

async fn post(url: &BaseUrl, path: &str, body: &str) -> anyhow::Result<Answer> {
    let place = Place::on(url, path)?;
    let client = request::client()?;
    let answer = request::send(&client, Method::POST, &place, Some(body.to_owned()), SHORT);
    let answer = timeout(LIMIT, answer).await;
    let answer = answer.with_context(|| format!("{} does not answer within {LIMIT:?}", place.shown()))?;
    answer.map_err(|unread| unread.of(place.shown()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_http_is_seconds_since_the_epoch() {
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:01 GMT"), Some(1));
        assert_eq!(seconds("Sun, 29 Nov 2026 03:57:31 GMT"), Some(1_795_924_651));
        for date in [
            "",
            "yesterday",
            "Sun, 31 Feb 2026 00:00:00 GMT",
            "Sun, 29 Nov 2026 03:57 GMT",
        ] {
            assert_eq!(seconds(date), None, "{date}");
        }
    }
}
