//! Waiting for a whole trace, with a word on what is missing; no longer where the rest is in another trace.

use std::time::{Duration, Instant};

use zipkin::{Language, TraceId, analysis::Beside};

use crate::{
    beside::{beside, is_elsewhere},
    screen::Awaited,
    stored::{Arrived, DEADLINE, POLL, Stored},
    whole::{self, Expected},
};

/// Spans leave a service within 200 ms: when nothing has come for as long as this, the rest may be elsewhere.
const STILL: Duration = Duration::from_millis(700);

/// The trace as far as it has come, and what is known beside it.
pub struct Arrival {
    pub arrived: Arrived,
    pub beside: Beside,
}

/// Asks until the trace is whole, its rest is found elsewhere, or time is up. Meanwhile `awaited` says what is missing.
pub async fn arrival(
    stored: &Stored,
    id: TraceId,
    expected: &Expected,
    awaited: &Awaited,
) -> anyhow::Result<Arrival> {
    let (begun, mut spans, mut last_came, mut looked) = (Instant::now(), 0, Instant::now(), None::<Instant>);
    let mut known = Beside::default();
    loop {
        let trace = stored.trace(id).await?;
        let missing = match &trace {
            Some(trace) => whole::missing(trace, expected),
            None => Some(nothing_at(stored, expected.language)),
        };
        let is_late = missing.is_none() || begun.elapsed() > DEADLINE;
        let now = trace.as_ref().map_or(0, |trace| trace.rows.len());
        if now != spans {
            (spans, last_came) = (now, Instant::now());
        }
        if let (Some(trace), Some(missing)) = (&trace, &missing) {
            awaited.lacks(missing);
            let is_still =
                last_came.elapsed() > STILL && looked.is_none_or(|looked| looked.elapsed() > STILL);
            if whole::lacks_servers_alone(trace, expected) && (is_still || is_late) {
                known = beside(stored, trace).await;
                looked = Some(Instant::now());
            }
        }
        let is_found = trace.as_ref().is_some_and(|trace| is_elsewhere(trace, &known));
        if is_late || is_found {
            let elsewhere = |missing| match (is_found, expected.language) {
                (false, _) => missing,
                (true, Language::English) => format!("{missing}: it is in another trace"),
                (true, Language::Korean) => format!("{missing}. 다른 트레이스에 있습니다"),
            };
            let missing = missing.map(elsewhere);
            return Ok(Arrival {
                arrived: Arrived { trace, missing },
                beside: known,
            });
        }
        tokio::time::sleep(POLL).await;
    }
}

/// That a trace lacks something.
pub fn not_whole(id: TraceId, missing: &str, language: Language) -> String {
    match language {
        Language::English => format!("trace {id} is not whole: {missing}"),
        Language::Korean => format!("트레이스 {id}가 온전하지 않습니다: {missing}"),
    }
}

/// That no span has come.
pub fn nothing_at(stored: &Stored, language: Language) -> String {
    match language {
        Language::English => format!("no span of it has arrived at {}", stored.url()),
        Language::Korean => format!("{}에 도착한 span이 없습니다", stored.url()),
    }
}
