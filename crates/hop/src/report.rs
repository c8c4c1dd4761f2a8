//! A trace as `hop` reports it: for a person, or as JSON for a program.

use serde::Serialize;
use serde_json::value::RawValue;
use zipkin::{
    Language, Waterfall,
    analysis::{Analysis, Beside, Correction, WhatIf, analyse_beside},
    words::count,
};

use crate::{
    draw::{self, Paper, Rows, text::wrap},
    screen::{BOLD, Screen},
};

/// Questions beyond the trace as it is.
#[derive(Debug, Default)]
pub struct More {
    /// The number of rows.
    pub rows: Rows,
    /// The shifts, where the clocks were to be corrected.
    pub corrections: Option<Vec<Correction>>,
    /// The trace with a faster service.
    pub what_if: Option<WhatIf>,
    /// Knowledge beside the trace.
    pub beside: Beside,
    /// The language of sentences.
    pub language: Language,
}

impl More {
    fn sentences(&self) -> Vec<String> {
        let corrected = self.corrections.as_deref().map(|corrections| {
            let sentence = |correction: &Correction| correction.sentence_in(self.language);
            let sentences: Vec<String> = corrections.iter().map(sentence).collect();
            match (self.language, sentences.is_empty()) {
                (Language::English, true) => {
                    "Clocks corrected: nothing was moved, for no doubt says by how much.".to_owned()
                }
                (Language::English, false) => format!("Clocks corrected: {}.", sentences.join("; ")),
                (Language::Korean, true) => {
                    "시계 보정: 얼마나 다른지 알 수 있는 시계가 없어 옮긴 것이 없습니다.".to_owned()
                }
                (Language::Korean, false) => format!("시계 보정: {}.", sentences.join("; ")),
            }
        });
        corrected
            .into_iter()
            .chain(
                self.what_if
                    .as_ref()
                    .map(|what_if| what_if.sentence_in(self.language)),
            )
            .collect()
    }
}

/// A trace as text: its title, its answer, its doubts, its hops and its waterfall.
pub fn text(trace: &Waterfall, more: &More, screen: &Screen) -> String {
    drawn(trace, more, &Paper::of(screen, more.language))
}

/// The same, on any paper.
pub fn drawn(trace: &Waterfall, more: &More, paper: &Paper) -> String {
    let analysis = analyse_beside(trace, &more.beside).in_language(more.language);
    let (spans, services) = (trace.rows.len(), trace.services.len());
    let took = trace.times.took_in(more.language);
    let (heading, size) = match more.language {
        Language::English => (
            format!("Trace {}", trace.trace_id),
            format!(
                ": {} of {}, {took}",
                count(spans, "span"),
                count(services, "service")
            ),
        ),
        Language::Korean => (
            format!("트레이스 {}", trace.trace_id),
            format!(": 서비스 {services}개, span {spans}개, {took}"),
        ),
    };
    let title = wrap(&format!("{heading}{size}"), "", paper.width).join("\n");
    let title = match title.strip_prefix(&heading) {
        Some(rest) => format!("{}{rest}", paper.paint.style(BOLD, &heading)),
        None => title,
    };
    let parts = [
        title,
        draw::answer(&analysis, &more.sentences(), paper),
        draw::hops(trace, &analysis, more.rows, paper),
        draw::waterfall(trace, &analysis.critical_path, more.rows, paper),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
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
        analysis: analyse_beside(trace, &more.beside).in_language(more.language),
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
