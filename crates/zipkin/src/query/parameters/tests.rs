use super::*;

const NOW: u64 = 1_700_000_000_000;

fn query(text: &str) -> Result<Query, QueryError> {
    let params = text.split('&').filter_map(|pair| pair.split_once(':'));
    Query::parse(params, NOW, 86_400_000)
}

#[test]
fn a_search_for_anything_has_zipkins_defaults() {
    // Empty ones count as absent, `all` as any span, and unknown ones do not count.
    for text in [
        "",
        "serviceName:&remoteServiceName:&spanName:&annotationQuery:&endTs:&lookback:",
        "spanName:ALL&x:y",
    ] {
        let query = query(text).unwrap();
        assert_eq!((query.end_ts, query.lookback, query.limit), (NOW, 86_400_000, 10));
        assert_eq!(
            (query.service_name, query.remote_service_name, query.span_name),
            (None, None, None)
        );
        assert_eq!((query.min_duration, query.max_duration), (None, None));
        assert!(query.annotation_query.is_empty());
    }
}

#[test]
fn names_are_in_lower_case_and_the_first_of_a_parameter_counts() {
    let query =
        query("serviceName:ALL&serviceName:b&spanName:GET /&limit:3&lookback:5&endTs:9&minDuration:7")
            .unwrap();
    assert_eq!(query.service_name.as_deref(), Some("all"));
    assert_eq!(query.span_name.as_deref(), Some("get /"));
    assert_eq!(
        (query.limit, query.lookback, query.end_ts, query.min_duration),
        (3, 5, 9, Some(7))
    );
}

#[test]
fn conditions_are_split_at_and() {
    for (text, expected) in [
        ("error", vec![("error", "")]),
        (
            " error  and  http.method = GET ",
            vec![("error", ""), ("http.method", "GET")],
        ),
        ("a=b=c", vec![("a", "b=c")]),
        ("a=1 and a=2", vec![("a", "2")]),
        ("a=1 and a", vec![("a", "1")]),
        ("a AND b", vec![("a AND b", "")]),
        ("a and ", vec![("", ""), ("a", "")]),
    ] {
        let expected = expected
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(annotation_query(text), expected.collect(), "{text}");
    }
}

#[test]
fn impossible_searches_are_refused_in_zipkins_words() {
    for (text, reason) in [
        ("endTs:abc", r#"For input string: "abc""#),
        ("minDuration:1.5", r#"For input string: "1.5""#),
        (
            "lookback:9223372036854775808",
            r#"For input string: "9223372036854775808""#,
        ),
        ("limit:2147483648", r#"For input string: "2147483648""#),
        ("limit:", "Cannot set null to primitive type parameter: limit"),
        ("limit:0", "limit <= 0"),
        ("endTs:0", "endTs <= 0"),
        ("lookback:-1", "lookback <= 0"),
        ("minDuration:0", "minDuration <= 0"),
        ("minDuration:5&maxDuration:4", "maxDuration < minDuration"),
        ("maxDuration:4", "maxDuration is only valid with minDuration"),
    ] {
        assert_eq!(query(text).unwrap_err().to_string(), reason, "{text}");
    }
}
