use super::*;

const NOW: u64 = 1_700_000_000_000;

fn asked(query: &str) -> Result<Query, String> {
    let params = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    super::query(&Params::new(params), NOW).map_err(|error| error.to_string())
}

#[test]
fn links_of_zipkins_page_are_understood() {
    const HOUR: u64 = 3_600_000;
    for (text, end, lookback) in [
        (
            "serviceName=web&lookback=15m&endTs=1600000000000&limit=10",
            1_600_000_000_000,
            HOUR / 4,
        ),
        ("lookback=1m&endTs=5", 5, 60_000),
        ("lookback=12h&endTs=5", 5, 12 * HOUR),
        ("lookback=7d&endTs=5", 5, 7 * 24 * HOUR),
        ("lookback=millis&millis=1234&endTs=9000", 9000, 1234),
        ("lookback=range&startTs=1000&endTs=9000", 9000, 8000),
        // Of the page before Lens, of the API, and by hand.
        ("lookback=custom&startTs=1000&endTs=9000", 9000, 8000),
        ("startTs=1000&endTs=9000", 9000, 8000),
        ("lookback=3600000&endTs=9000&sortOrder=duration-desc", 9000, HOUR),
        ("lookback=1h", NOW, HOUR),
        ("lookback=range&startTs=1699999999000", NOW, 1000),
        ("lookback=&startTs=&endTs=9000", 9000, ALL_TIME_MS),
        ("", ALL_TIME_MS, ALL_TIME_MS),
    ] {
        let query = asked(text).unwrap();
        assert_eq!((query.end_ts, query.lookback), (end, lookback), "{text}");
    }
    let query = asked(
        "remoteServiceName=DB&spanName=all&annotationQuery=error+and+http.path%3D%2Fa&minDuration=100ms&maxDuration=5s&limit=10",
    )
    .unwrap();
    assert_eq!(
        (query.remote_service_name.as_deref(), query.span_name),
        (Some("db"), None)
    );
    assert_eq!(
        (query.min_duration, query.max_duration, query.limit),
        (Some(100_000), Some(5_000_000), 10)
    );
    assert_eq!(query.annotation_query["http.path"], "/a");
    for (text, micros) in [
        ("7", Some(7)),
        ("7us", Some(7)),
        ("7%C2%B5s", Some(7)),
        (" 7s ", Some(7_000_000)),
        ("0ms", None),
    ] {
        assert_eq!(
            asked(&format!("minDuration={text}")).unwrap().min_duration,
            micros,
            "{text}"
        );
    }
}

#[test]
fn values_that_make_no_sense_are_said() {
    for (text, reason) in [
        (
            "lookback=soon",
            r#"For input string: "soon" (expected 15m, 1h, 2d, or milliseconds)"#,
        ),
        (
            "lookback=1y",
            r#"For input string: "1y" (expected 15m, 1h, 2d, or milliseconds)"#,
        ),
        (
            "lookback=-5",
            r#"For input string: "-5" (expected 15m, 1h, 2d, or milliseconds)"#,
        ),
        (
            "lookback=99999999999999999w",
            r#"For input string: "99999999999999999w" (expected 15m, 1h, 2d, or milliseconds)"#,
        ),
        ("lookback=0", "lookback <= 0"),
        (
            "lookback=millis",
            "Mandatory parameter/header/attribute is missing: millis",
        ),
        ("lookback=millis&millis=x", r#"For input string: "x""#),
        ("lookback=range&startTs=9&endTs=5", "startTs is after endTs"),
        ("lookback=range&startTs=5&endTs=5", "lookback <= 0"),
        ("lookback=range&startTs=-1&endTs=5", "startTs < 0"),
        ("lookback=15m&endTs=now", r#"For input string: "now""#),
        ("endTs=0", "endTs <= 0"),
        (
            "minDuration=1h",
            r#"For input string: "1h" (expected 100ms, 2s, or microseconds)"#,
        ),
        (
            "minDuration=1.5s",
            r#"For input string: "1.5s" (expected 100ms, 2s, or microseconds)"#,
        ),
        ("maxDuration=5s", "maxDuration is only valid with minDuration"),
        ("minDuration=5s&maxDuration=100ms", "maxDuration < minDuration"),
        ("limit=many", r#"For input string: "many""#),
        ("limit=-1", "limit <= 0"),
    ] {
        assert_eq!(asked(text), Err(reason.into()), "{text}");
    }
}
