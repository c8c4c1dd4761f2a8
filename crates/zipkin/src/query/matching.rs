//! Whether a search finds a trace.

use super::Query;
use crate::Span;

impl Query {
    /// Whether the search finds this trace: it started in time, and each condition is met by some span of the service
    /// that is asked for, not all of them by the same.
    pub fn matches(&self, trace: &[Span]) -> bool {
        let latest = self.end_ts.saturating_mul(1000);
        let earliest = self.end_ts.saturating_sub(self.lookback).saturating_mul(1000);
        let in_time = started(trace).is_some_and(|start| (earliest..=latest).contains(&start));
        in_time && self.conditions_are_met(trace)
    }

    fn conditions_are_met(&self, trace: &[Span]) -> bool {
        let any = |condition: &dyn Fn(&Span) -> bool| {
            trace
                .iter()
                .any(|span| asked(&self.service_name, span.local_service()) && condition(span))
        };
        any(&|span| asked(&self.remote_service_name, span.remote_service()))
            && any(&|span| asked(&self.span_name, span.name.as_deref()))
            && any(&|span| self.took_as_long(span))
            && self
                .annotation_query
                .iter()
                .all(|(key, value)| any(&|span| has(span, key, value)))
    }

    fn took_as_long(&self, span: &Span) -> bool {
        let shortest = self.min_duration.unwrap_or_default();
        let longest = self.max_duration.unwrap_or(u64::MAX);
        (shortest..=longest).contains(&span.duration.unwrap_or_default())
    }
}

// When the root started, else the earliest span.
fn started(trace: &[Span]) -> Option<u64> {
    let root = trace
        .iter()
        .filter(|span| span.parent_id.is_none())
        .find_map(|span| span.timestamp);
    root.or_else(|| trace.iter().filter_map(|span| span.timestamp).min())
}

fn asked(wanted: &Option<String>, name: Option<&str>) -> bool {
    wanted.is_none() || wanted.as_deref() == name
}

fn has(span: &Span, key: &str, value: &str) -> bool {
    let tag = span.tags.get(key);
    match value {
        "" => tag.is_some() || span.annotations.iter().any(|annotation| annotation.value == key),
        _ => tag.is_some_and(|tag| tag == value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    fn query(text: &str) -> Query {
        let params = text.split('&').filter_map(|pair| pair.split_once(':'));
        Query::parse(params, 1_700_000_000_000, 86_400_000).unwrap()
    }

    #[test]
    fn conditions_may_be_met_by_different_spans_of_the_service() {
        let trace = decode::list(
            br#"[            {"traceId":"1","id":"1","name":"get /","timestamp":1699999999000000,"duration":50,
             "localEndpoint":{"serviceName":"web"},"tags":{"http.path":"/a"}},
            {"traceId":"1","parentId":"1","id":"2","kind":"CLIENT","name":"call","timestamp":1699999999000010,
             "duration":20,"localEndpoint":{"serviceName":"web"},"remoteEndpoint":{"serviceName":"app"},
             "annotations":[{"timestamp":1699999999000011,"value":"retry"}],"tags":{"error":""}},
            {"traceId":"1","parentId":"2","id":"3","localEndpoint":{"serviceName":"app"},"duration":900}]"#,
        )
        .unwrap();
        for (text, found) in [
            ("", true),
            ("serviceName:web", true),
            ("serviceName:nobody", false),
            ("spanName:call&minDuration:40", true),
            (
                "serviceName:web&spanName:call&minDuration:40&annotationQuery:http.path=/a and error",
                true,
            ),
            ("serviceName:web&minDuration:21&maxDuration:49", false),
            ("minDuration:900", true),
            // The long span is of another service.
            ("serviceName:web&minDuration:900", false),
            ("remoteServiceName:app", true),
            ("serviceName:app&remoteServiceName:app", false),
            ("annotationQuery:retry", true),
            ("annotationQuery:retry=", true),
            ("annotationQuery:retry=1", false),
            ("annotationQuery:http.path", true),
            ("annotationQuery:http.path=/b", false),
            ("annotationQuery:HTTP.path", false),
            ("annotationQuery:error and ", false),
            ("endTs:1699999999000&lookback:1", true),
            ("endTs:1699999998999", false),
            ("endTs:1699999999002&lookback:1", false),
        ] {
            assert_eq!(query(text).matches(&trace), found, "{text}");
        }
        // Without a start, a trace is never found; without a root, the earliest span says when it started.
        assert!(!query("").matches(&trace[2..]));
        assert!(query("").matches(&trace[1..]));
        assert!(!query("").matches(&[]));
    }
}
