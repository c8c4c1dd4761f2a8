//! Waiting for a trace that is on its way.

use std::time::{Duration, Instant};

use zipkin::{Language, Waterfall};

use super::digits::Digits;
use crate::{
    arrival::nothing_at,
    beside::{beside, is_elsewhere},
    screen::Awaited,
    stored::{DEADLINE, POLL, Stored},
    whole::{self, Expected},
};

/// Spans leave a service within 200 ms. A parent that has not come a second after the last span is its caller's to report.
const SETTLED: Duration = Duration::from_secs(1);

/// Waits until the trace is whole, or no longer; then says what is missing.
pub async fn until_whole(
    stored: &Stored,
    id: &Digits,
    awaited: &Awaited,
    language: Language,
) -> anyhow::Result<Option<String>> {
    let begun = Instant::now();
    let mut arriving = Arriving {
        language,
        ..Arriving::default()
    };
    loop {
        let missing = match found(stored, id).await? {
            Some(trace) => {
                let missing = arriving.missing(&trace, Instant::now());
                if missing.is_some() && arriving.is_to_be_looked_for() {
                    let beside = beside(stored, &trace).await;
                    if is_elsewhere(&trace, &beside) {
                        return Ok(missing);
                    }
                }
                missing
            }
            None => Some(nothing_at(stored, language)),
        };
        if missing.is_none() || begun.elapsed() > DEADLINE {
            return Ok(missing);
        }
        awaited.lacks(&missing.unwrap_or_default());
        tokio::time::sleep(POLL).await;
    }
}

/// The one trace with these digits, if there is one by now.
async fn found(stored: &Stored, id: &Digits) -> anyhow::Result<Option<Waterfall>> {
    if let Some(trace) = id.exactly(stored).await? {
        return Ok(Some(trace));
    }
    match stored.ids(id.text()).await?.as_deref() {
        Some([only]) => stored.trace(*only).await,
        _ => Ok(None),
    }
}

/// A trace that is looked at again and again.
#[derive(Default)]
struct Arriving {
    spans: usize,
    last_came: Option<Instant>,
    looked: Option<Instant>,
    language: Language,
}

impl Arriving {
    /// Whether to look for its rest elsewhere: nothing has come for a while, nor was it looked for.
    fn is_to_be_looked_for(&mut self) -> bool {
        let long_ago = |time: Option<Instant>| time.is_none_or(|time| time.elapsed() >= SETTLED);
        let is_so = self.last_came.is_some() && long_ago(self.last_came) && long_ago(self.looked);
        if is_so {
            self.looked = Some(Instant::now());
        }
        is_so
    }

    /// The part that is still to be waited for.
    fn missing(&mut self, trace: &Waterfall, now: Instant) -> Option<String> {
        if trace.rows.len() != self.spans {
            (self.spans, self.last_came) = (trace.rows.len(), Some(now));
        }
        let roots = whole::roots(trace);
        let expected = |caller_spans| Expected {
            roots,
            caller_spans,
            services: Vec::new(),
            language: self.language,
        };
        let is_settled = self
            .last_came
            .is_some_and(|last| now.duration_since(last) >= SETTLED);
        let caller_spans = if is_settled {
            whole::missing_causes(trace)
        } else {
            Vec::new()
        };
        whole::missing(trace, &expected(caller_spans))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(spans: &[&str]) -> Waterfall {
        let spans = format!("[{}]", spans.join(","));
        zipkin::waterfall(&zipkin::decode::list(spans.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn a_parent_is_waited_for_until_the_trace_is_still() {
        let served = r#"{"traceId":"1","id":"3","parentId":"2","kind":"SERVER"}"#;
        let called = r#"{"traceId":"1","id":"2","parentId":"1","kind":"CLIENT"}"#;
        let (begun, mut arriving) = (Instant::now(), Arriving::default());
        let mut is_whole = |spans: &[&str], millis: u64| {
            arriving
                .missing(&trace(spans), begun + Duration::from_millis(millis))
                .is_none()
        };
        assert!(!is_whole(&[served], 0));
        assert!(!is_whole(&[served], 900));
        // Another span came, and the time begins anew.
        assert!(!is_whole(&[called, served], 950));
        assert!(!is_whole(&[called, served], 1_900));
        assert!(is_whole(&[called, served], 1_950));
    }

    #[test]
    fn a_call_without_its_server_is_never_whole() {
        let called = r#"{"traceId":"1","id":"2","kind":"CLIENT"}"#;
        let (begun, mut arriving) = (Instant::now(), Arriving::default());
        for seconds in [0, 5] {
            let now = begun + Duration::from_secs(seconds);
            assert!(arriving.missing(&trace(&[called]), now).is_some());
        }
    }
}
