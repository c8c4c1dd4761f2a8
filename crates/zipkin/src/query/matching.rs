//! Whether a search finds a trace.

use super::Query;
use crate::Span;

/// The parts of a span that a search asks for, so that one in another form need not be made a [`Span`] first.
pub trait Searched {
    /// Whether no span caused it.
    fn is_root(&self) -> bool;
    /// Start, in microseconds since the epoch.
    fn timestamp(&self) -> Option<u64>;
    /// Microseconds from start to end.
    fn duration(&self) -> Option<u64>;
    /// The operation.
    fn name(&self) -> Option<&str>;
    /// The service that recorded it.
    fn local_service(&self) -> Option<&str>;
    /// The service on the other side.
    fn remote_service(&self) -> Option<&str>;
    /// The value of a tag.
    fn tag(&self, key: &str) -> Option<&str>;
    /// Whether there is such an event.
    fn has_annotation(&self, value: &str) -> bool;
}

impl Searched for Span {
    fn is_root(&self) -> bool {
        self.parent_id.is_none()
    }

    fn timestamp(&self) -> Option<u64> {
        self.timestamp
    }

    fn duration(&self) -> Option<u64> {
        self.duration
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn local_service(&self) -> Option<&str> {
        self.local_service()
    }

    fn remote_service(&self) -> Option<&str> {
        self.remote_service()
    }

    fn tag(&self, key: &str) -> Option<&str> {
        self.tags.get(key).map(String::as_str)
    }

    fn has_annotation(&self, value: &str) -> bool {
        self.annotations
            .iter()
            .any(|annotation| annotation.value == value)
    }
}

impl<S: Searched> Searched for &S {
    fn is_root(&self) -> bool {
        (*self).is_root()
    }

    fn timestamp(&self) -> Option<u64> {
        (*self).timestamp()
    }

    fn duration(&self) -> Option<u64> {
        (*self).duration()
    }

    fn name(&self) -> Option<&str> {
        (*self).name()
    }

    fn local_service(&self) -> Option<&str> {
        (*self).local_service()
    }

    fn remote_service(&self) -> Option<&str> {
        (*self).remote_service()
    }

    fn tag(&self, key: &str) -> Option<&str> {
        (*self).tag(key)
    }

    fn has_annotation(&self, value: &str) -> bool {
        (*self).has_annotation(value)
    }
}

impl Query {
    /// Whether the search finds this trace: it started in time, and each condition is met by some span of the service
    /// that is asked for, not all of them by the same.
    ///
    /// ```
    /// use zipkin::{Query, decode};
    ///
    /// let trace = decode::list(br#"[{"traceId":"1","id":"1","timestamp":1699999999000000,"name":"get /"}]"#)?;
    /// let finds = |name| {
    ///     let query = Query::parse([("spanName", name)].into_iter(), 1_700_000_000_000, 86_400_000);
    ///     query.is_ok_and(|query| query.matches(&trace))
    /// };
    /// assert!(finds("GET /"));
    /// assert!(!finds("post /"));
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn matches(&self, trace: &[impl Searched]) -> bool {
        self.matches_from(started(trace), trace)
    }

    /// The same of a trace of which somebody knows when its root started, else its earliest span, in microseconds since the epoch:
    /// its spans are read only until each condition is met.
    pub fn matches_from(&self, start: Option<u64>, trace: impl IntoIterator<Item = impl Searched>) -> bool {
        let latest = self.end_ts.saturating_mul(1000);
        let earliest = self.end_ts.saturating_sub(self.lookback).saturating_mul(1000);
        let in_time = start.is_some_and(|start| (earliest..=latest).contains(&start));
        in_time && self.conditions_are_met(trace.into_iter())
    }

    fn conditions_are_met<S: Searched>(&self, trace: impl Iterator<Item = S>) -> bool {
        let (mut remote, mut name, mut took) = (false, false, false);
        let mut tags: Vec<(&String, &String)> = self.annotation_query.iter().collect();
        for span in trace {
            if !asked(&self.service_name, span.local_service()) {
                continue;
            }
            remote = remote || asked(&self.remote_service_name, span.remote_service());
            name = name || asked(&self.span_name, span.name());
            took = took || self.took_as_long(&span);
            tags.retain(|(key, value)| !has(&span, key, value));
            if remote && name && took && tags.is_empty() {
                return true;
            }
        }
        false
    }

    fn took_as_long(&self, span: &impl Searched) -> bool {
        let shortest = self.min_duration.unwrap_or_default();
        let longest = self.max_duration.unwrap_or(u64::MAX);
        (shortest..=longest).contains(&span.duration().unwrap_or_default())
    }
}

// When the root started, else the earliest span.
fn started(trace: &[impl Searched]) -> Option<u64> {
    let root = trace
        .iter()
        .filter(|span| span.is_root())
        .find_map(Searched::timestamp);
    root.or_else(|| trace.iter().filter_map(Searched::timestamp).min())
}

fn asked(wanted: &Option<String>, name: Option<&str>) -> bool {
    wanted.is_none() || wanted.as_deref() == name
}

fn has(span: &impl Searched, key: &str, value: &str) -> bool {
    match value {
        "" => span.tag(key).is_some() || span.has_annotation(key),
        _ => span.tag(key) == Some(value),
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
        assert!(!query("").matches(&trace[..0]));
    }
}
