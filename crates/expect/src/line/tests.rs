use super::*;

#[test]
fn a_short_line_says_what_it_has_room_for() {
    let line = LogLine::read(
        "\u{1b}[36morders   \u{1b}[0m | \u{1b}[2m07:17:19.097\u{1b}[0m WARN  463ac35c userId=terry orderId=1 slow",
    );
    let line = line.unwrap();
    assert_eq!(
        (&*line.time, &*line.level, &*line.service, &*line.trace_id),
        ("07:17:19.097", "WARN", "orders", "463ac35c")
    );
    assert_eq!((line.field("orderId"), &*line.message), (Some("1"), "slow"));
    assert!(line.is_of("463a") && line.is_of("463ac35c9f6413ad48485a3953bb6124"));
    assert!(!line.is_of("463ac35d9f6413ad48485a3953bb6124"));
}

#[test]
fn each_format_says_who_what_and_for_whom() {
    let expected = (
        "WARN",
        "orders",
        "463ac35c9f6413ad",
        "a2fb4a1d1a96d312",
        Some("terry"),
    );
    for text in [
        "2026-11-24 07:17:19.097  WARN [orders,463ac35c9f6413ad,a2fb4a1d1a96d312,true] 12 --- [main] orders::routes : userId=terry slow",
        r#"orders-1  | {"timestamp":"2026-11-24T07:17:19.050Z","level":"WARN","mdc":{"traceId":"463ac35c9f6413ad","spanId":"a2fb4a1d1a96d312","userId":"terry"},"logger":"orders","message":"slow"}"#,
        r#"{"severity":"WARNING","time":"2026-11-24T07:17:19.010000Z","message":"slow","serviceContext":{"service":"orders"},"logging.googleapis.com/trace":"projects/p/traces/463ac35c9f6413ad","logging.googleapis.com/spanId":"a2fb4a1d1a96d312","logging.googleapis.com/labels":{"userId":"terry"}}"#,
        r#"{"@timestamp":"2026-11-24T07:17:19.020Z","log.level":"WARN","message":"slow","ecs.version":"1.2.0","service.name":"orders","trace.id":"463ac35c9f6413ad","span.id":"a2fb4a1d1a96d312","userId":"terry"}"#,
    ] {
        let line = LogLine::read(text).unwrap();
        let said = (
            &*line.level,
            &*line.service,
            &*line.trace_id,
            &*line.span_id,
            line.field("userId"),
        );
        assert_eq!(said, expected, "{text}");
        assert!(line.message == "slow" && line.is_of("463ac35c"));
        assert_eq!(line.raw, text);
    }
}

#[test]
fn only_what_stands_before_a_message_is_carried() {
    for (text, values, message) in [
        ("got it", &[] as &[(&str, &str)], "got it"),
        ("userId= got a=b", &[("userId", "")], "got a=b"),
        (
            "orderId=1 userId=terry got",
            &[("orderId", "1"), ("userId", "terry")],
            "got",
        ),
        ("=x got it", &[], "=x got it"),
        ("a|b=c got it", &[], "a|b=c got it"),
        ("userId=terry", &[], "userId=terry"),
    ] {
        let (found, rest) = without_values(text);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!((&*found, rest), (values, message));
    }
}

#[test]
fn other_lines_are_all_message() {
    let line = LogLine::read("  panicked at src/main.rs\n").unwrap();
    assert_eq!(
        (line.message.as_str(), line.level.as_str()),
        ("  panicked at src/main.rs", "")
    );
    assert_eq!(LogLine::read(" \n"), None);
}
