//! Faults of a trace's context on the wire: in the headers of requests that come in, before telemetry reads them, and of calls that go out,
//! after it wrote them.

/// A context in the headers of a request.
mod headers;

/// Context headers are dropped.
pub mod context_dropped;

/// One format of context headers alone.
pub mod one_dialect;

/// Trace ids of 64 bits.
pub mod ids_64bit;

/// Each service decides whether to record.
pub mod sampling_anew;

/// The request's values stay behind.
pub mod baggage_dropped;

use http::HeaderMap;

use crate::{hit::Hit, kind::Kind};

/// Changes the headers of a request that comes in.
pub fn received(hits: &[Hit], headers: &mut HeaderMap) {
    for hit in hits {
        match hit.kind() {
            Kind::OneDialect(dialect) => one_dialect::understand(*dialect, headers),
            Kind::SamplingAnew(share) => sampling_anew::decide(hit.draw().again(*share), headers),
            other => both_ways(other, headers),
        }
    }
}

/// Changes the headers of a call that goes out.
pub fn sent(hits: &[Hit], headers: &mut HeaderMap) {
    for hit in hits {
        match hit.kind() {
            Kind::OneDialect(dialect) => one_dialect::speak(*dialect, headers),
            other => both_ways(other, headers),
        }
    }
}

fn both_ways(kind: &Kind, headers: &mut HeaderMap) {
    match kind {
        Kind::ContextDropped => context_dropped::strip(headers),
        Kind::Ids64Bit => ids_64bit::cut(headers),
        Kind::BaggageDropped => baggage_dropped::strip(headers),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, Fault, Faults};

    const ALL: [(&str, &str); 7] = [
        ("x-b3-traceid", "463ac35c9f6413ad48485a3953bb6124"),
        ("x-b3-spanid", "a2fb4a1d1a96d312"),
        ("x-b3-sampled", "1"),
        ("b3", "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1"),
        (
            "traceparent",
            "00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-01",
        ),
        ("baggage", "userId=terry"),
        ("userid", "terry"),
    ];

    fn changed(fault: &str, change: fn(&[Hit], &mut HeaderMap)) -> Vec<(String, String)> {
        let faults = Faults::default();
        faults.set(vec![fault.parse::<Fault>().unwrap()], 1).unwrap();
        let hits = faults.hits(crate::Place::Headers, "/");
        let mut headers: HeaderMap = ALL
            .into_iter()
            .map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap()))
            .collect();
        change(&hits, &mut headers);
        let text = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.to_string(), value.to_str().unwrap().to_owned())
        };
        let mut left: Vec<_> = headers.iter().map(text).collect();
        left.sort();
        left
    }

    fn after(fault: &str) -> Vec<(String, String)> {
        changed(fault, received)
    }

    fn names(fault: &str, change: fn(&[Hit], &mut HeaderMap)) -> String {
        let names: Vec<String> = changed(fault, change).into_iter().map(|(name, _)| name).collect();
        names.join(" ")
    }

    #[test]
    fn headers_of_a_context_are_dropped_by_format() {
        const MULTI: &str = "x-b3-sampled x-b3-spanid x-b3-traceid";
        assert_eq!(names("context-dropped", received), "baggage userid");
        assert_eq!(names("context-dropped", sent), "baggage userid");
        assert_eq!(names("one-dialect=b3", sent), "b3 baggage userid");
        assert_eq!(
            names("one-dialect=b3multi", sent),
            format!("baggage userid {MULTI}")
        );
        assert_eq!(
            names("one-dialect=tracecontext", sent),
            "baggage traceparent userid"
        );
        // A reader of B3 reads both of its forms.
        assert_eq!(
            names("one-dialect=b3", received),
            format!("b3 baggage userid {MULTI}")
        );
        assert_eq!(
            names("one-dialect=tracecontext", received),
            "baggage traceparent userid"
        );
        assert!(!names("baggage-dropped", sent).contains("baggage"));
        assert_eq!(Dialect::W3c.name(), "tracecontext");
    }

    #[test]
    fn a_trace_id_is_cut_to_its_lower_half_in_each_format() {
        let values: Vec<String> = after("ids-64bit").into_iter().map(|(_, value)| value).collect();
        assert!(values.contains(&"48485a3953bb6124".to_owned()), "{values:?}");
        assert!(
            values.contains(&"48485a3953bb6124-a2fb4a1d1a96d312-1".to_owned()),
            "{values:?}"
        );
        let padded = "00-000000000000000048485a3953bb6124-a2fb4a1d1a96d312-01";
        assert!(values.contains(&padded.to_owned()), "{values:?}");
    }

    #[test]
    fn a_decision_made_anew_keeps_the_ids() {
        let values: Vec<String> = after("sampling-anew=0.0001%")
            .into_iter()
            .map(|(_, value)| value)
            .collect();
        let denied = "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-0";
        assert!(values.contains(&denied.to_owned()), "{values:?}");
        let denied = "00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-00";
        assert!(values.contains(&denied.to_owned()), "{values:?}");
    }
}
