//! A trace as `hop` reports it: for a person, or as JSON for a program.

use serde::Serialize;
use serde_json::value::RawValue;
use zipkin::{
    Waterfall,
    analysis::{Analysis, Correction, WhatIf, analyse},
    words::count,
};

use crate::{
    draw::{self, Rows},
    screen::{BOLD, Screen},
};

/// Questions beyond the trace as it is.
#[derive(Debug, Default)]
pub struct More {
    /// How many rows.
    pub rows: Rows,
    /// The shifts, where the clocks were to be corrected.
    pub corrections: Option<Vec<Correction>>,
    /// The trace with a faster service.
    pub what_if: Option<WhatIf>,
}

impl More {
    fn sentences(&self) -> Vec<String> {
        let corrected = self.corrections.as_deref().map(|corrections| {
            let sentences: Vec<String> = corrections.iter().map(Correction::sentence).collect();
            match sentences.is_empty() {
                true => "Clocks corrected: nothing was moved, for no doubt says by how much.".to_owned(),
                false => format!("Clocks corrected: {}.", sentences.join("; ")),
            }
        });
        corrected
            .into_iter()
            .chain(self.what_if.as_ref().map(WhatIf::sentence))
            .collect()
    }
}

/// What it is, what it says, what is doubtful, its hops and its waterfall.
pub fn text(trace: &Waterfall, more: &More, screen: &Screen) -> String {
    let (paint, width) = (screen.paint(), screen.width());
    let analysis = analyse(trace);
    let heading = format!("Trace {}", trace.trace_id);
    let size = format!(
        ": {} of {}, {}",
        count(trace.rows.len(), "span"),
        count(trace.services.len(), "service"),
        trace.times.took(),
    );
    let parts = [
        format!("{}{size}", paint.style(BOLD, &heading)),
        draw::answer(&analysis, &more.sentences(), width, paint),
        draw::hops(trace, &analysis, more.rows, width, paint),
        draw::waterfall(trace, &analysis.critical_path, more.rows, width, paint),
    ];
    parts.join("\n\n")
}

/// The same for a program: figures in microseconds, spans as Zipkin writes them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    trace_id: String,
    /// `null` where no span says when it began and ended.
    duration_us: Option<u64>,
    services: Vec<String>,
    #[serde(flatten)]
    analysis: Analysis,
    #[serde(skip_serializing_if = "Option::is_none")]
    corrections: Option<Vec<Correction>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_if: Option<WhatIf>,
    spans: Option<Box<RawValue>>,
}

/// The report on a trace as `--json` prints it.
pub fn json(trace: &Waterfall, more: More) -> Report {
    let mut spans = Vec::new();
    zipkin::encode::list(&mut spans, trace.rows.iter().map(|row| &row.span));
    let spans = String::from_utf8(spans).ok().map(RawValue::from_string);
    Report {
        trace_id: trace.trace_id.to_string(),
        duration_us: trace.times.duration,
        services: trace.services.clone(),
        analysis: analyse(trace),
        corrections: more.corrections,
        what_if: more.what_if,
        spans: spans.and_then(Result::ok),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_what_people_see() {
        let spans = zipkin::decode::list(
            br#"[{"traceId":"1","id":"1","kind":"SERVER","timestamp":1000,"duration":100,"localEndpoint":{"serviceName":"web"}}]"#,
        );
        let trace = zipkin::waterfall(&spans.unwrap()).unwrap();
        let json = serde_json::to_value(json(&trace, More::default())).unwrap();
        assert_eq!(json["answer"], "100 of 100 µs was web's own work.");
        assert_eq!(json["criticalPath"][0]["spanId"], "0000000000000001");
        assert_eq!(json["criticalPath"][0]["startUs"], 1000);
        assert_eq!(json["criticalPath"][0]["durationUs"], 100);
        assert_eq!(json["hops"][0]["serverUs"], 100);
        assert_eq!(json["hops"][0]["why"]["clientUs"], "not reported");
        assert_eq!(json["hops"][0]["criticalShare"], 1.0);
        assert_eq!(json["doubts"], serde_json::json!([]));
        assert_eq!(json["spans"][0]["id"], "0000000000000001");
    }
}
