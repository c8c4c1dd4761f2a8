//! The rules of the Instrumentation Score (<https://github.com/instrumentation-score/spec>) that Zipkin's spans can be judged by.
//!
//! The other rules are about resources, metrics, logs and SDKs, which a span of Zipkin does not have, or have no criterion yet: the
//! score is partial, and its specification asks to say so.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::{Kind, Place, Row, Waterfall};

/// The rules of the specification in all; [`Rule::ALL`] has those that are judged.
pub const SPECIFIED: usize = 19;

/// The services that are told apart.
const MAX_SERVICES: usize = 1_000;

/// The failing spans of a rule that are named.
const MAX_NAMED: usize = 5;

/// More spans without a kind of one service in one trace fail.
const MAX_INTERNAL: usize = 10;

/// More spans of one trace that took less than [`SHORT_US`] fail.
const MAX_SHORT: usize = 20;

const SHORT_US: u64 = 5_000;

/// A rule of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// RES-005, critical: a service name is there.
    ServiceName,
    /// SPA-001, normal: at most ten internal spans of a service in a trace.
    FewInternal,
    /// SPA-002, normal: the parent of each span is there.
    NoOrphan,
    /// SPA-004, important: no root is a client's span.
    NoClientRoot,
    /// SPA-005, important: at most twenty spans of a trace took less than 5 ms.
    FewShort,
}

impl Rule {
    /// Those that are judged, by their ids.
    pub const ALL: [Self; 5] = [
        Self::ServiceName,
        Self::FewInternal,
        Self::NoOrphan,
        Self::NoClientRoot,
        Self::FewShort,
    ];

    /// The id that the specification gives it.
    pub fn id(self) -> &'static str {
        match self {
            Self::ServiceName => "RES-005",
            Self::FewInternal => "SPA-001",
            Self::NoOrphan => "SPA-002",
            Self::NoClientRoot => "SPA-004",
            Self::FewShort => "SPA-005",
        }
    }

    /// The weight of its impact: critical 40, important 30, normal 20.
    pub fn weight(self) -> u32 {
        match self {
            Self::ServiceName => 40,
            Self::NoClientRoot | Self::FewShort => 30,
            Self::FewInternal | Self::NoOrphan => 20,
        }
    }
}

/// Judges many traces.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    services: BTreeMap<String, [Failures; Rule::ALL.len()]>,
}

#[derive(Clone, Debug, Default)]
struct Failures {
    count: usize,
    named: Vec<Failing>,
}

/// A span that fails a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failing {
    /// Its trace.
    pub trace_id: String,
    /// The span.
    pub span_id: String,
}

/// A rule, judged for a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// The rule's id.
    pub rule: &'static str,
    /// The weight of its impact.
    pub weight: u32,
    /// Whether no span fails it.
    pub passed: bool,
    /// The number of spans that fail.
    pub failing: usize,
    /// Some of them.
    pub examples: Vec<Failing>,
}

/// The score of one service, as far as its spans can be judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Score {
    /// The service; empty for spans that name none.
    pub service: String,
    /// Passed weights of a hundred.
    pub score: f64,
    /// Whether rules of the specification could not be judged, which is always so.
    pub is_partial: bool,
    /// Each rule that was judged.
    pub rules: Vec<Judged>,
}

impl Judge {
    /// Judges the spans of a trace.
    ///
    /// ```
    /// let spans = zipkin::decode::list(
    ///     br#"[{"traceId":"1","id":"1","kind":"CLIENT","localEndpoint":{"serviceName":"web"}}]"#,
    /// )?;
    /// let mut judge = zipkin::score::Judge::default();
    /// judge.add(&zipkin::waterfall(&spans).unwrap());
    /// let score = &judge.scores()[0];
    /// assert_eq!((score.service.as_str(), score.score.round()), ("web", 79.0));
    /// let failed: Vec<_> = score.rules.iter().filter(|rule| !rule.passed).map(|rule| rule.rule).collect();
    /// assert_eq!(failed, ["SPA-004"]);
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn add(&mut self, trace: &Waterfall) {
        let mut internal: HashMap<&str, usize> = HashMap::new();
        let is_short = |row: &&Row| row.duration.is_some_and(|duration| duration < SHORT_US);
        let has_many_short = trace.rows.iter().filter(is_short).count() > MAX_SHORT;
        for row in &trace.rows {
            if self.services.len() >= MAX_SERVICES && !self.services.contains_key(&row.service) {
                continue;
            }
            let failures = self.services.entry(row.service.clone()).or_default();
            let internal = internal.entry(&row.service).or_default();
            *internal += usize::from(row.kind.is_none());
            for (rule, failures) in Rule::ALL.into_iter().zip(failures) {
                let fails = match rule {
                    Rule::ServiceName => row.service.is_empty(),
                    Rule::FewInternal => row.kind.is_none() && *internal > MAX_INTERNAL,
                    Rule::NoOrphan => row.place == Place::Orphan && !row.span.shared,
                    Rule::NoClientRoot => row.place == Place::Root && row.kind == Some(Kind::Client),
                    Rule::FewShort => has_many_short && is_short(&row),
                };
                if fails {
                    failures.add(row);
                }
            }
        }
    }

    /// The score of each service, by name.
    pub fn scores(&self) -> Vec<Score> {
        self.services
            .iter()
            .map(|(service, failures)| score(service, failures))
            .collect()
    }
}

impl Failures {
    fn add(&mut self, row: &Row) {
        self.count += 1;
        if self.named.len() < MAX_NAMED {
            let (trace_id, span_id) = (row.span.trace_id.to_string(), row.span.id.to_string());
            self.named.push(Failing { trace_id, span_id });
        }
    }
}

fn score(service: &str, failures: &[Failures]) -> Score {
    let judged = |(rule, failures): (Rule, &Failures)| Judged {
        rule: rule.id(),
        weight: rule.weight(),
        passed: failures.count == 0,
        failing: failures.count,
        examples: failures.named.clone(),
    };
    let rules: Vec<Judged> = Rule::ALL.into_iter().zip(failures).map(judged).collect();
    let all: u32 = rules.iter().map(|rule| rule.weight).sum();
    let passed: u32 = rules
        .iter()
        .filter(|rule| rule.passed)
        .map(|rule| rule.weight)
        .sum();
    Score {
        service: service.to_owned(),
        score: f64::from(passed) * 100.0 / f64::from(all),
        is_partial: rules.len() < SPECIFIED,
        rules,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample::trace, waterfall};

    fn failed(lines: &[&str]) -> Vec<(String, Vec<(&'static str, usize)>)> {
        let mut judge = Judge::default();
        judge.add(&waterfall(&trace(lines)).unwrap());
        let failed = |score: Score| {
            let rules = score.rules.into_iter().filter(|rule| !rule.passed);
            (
                score.service,
                rules.map(|rule| (rule.rule, rule.failing)).collect(),
            )
        };
        judge.scores().into_iter().map(failed).collect()
    }

    #[test]
    fn each_rule_fails_where_its_criterion_does() {
        assert_eq!(
            failed(&["a - SERVER web - @1+9000", "b a CLIENT web db @2+8000"]),
            [("web".into(), vec![])]
        );
        assert_eq!(
            failed(&["a - CLIENT web db @1+9000"]),
            [("web".into(), vec![("SPA-004", 1)])]
        );
        assert_eq!(
            failed(&["a b SERVER web - @1+9000"]),
            [("web".into(), vec![("SPA-002", 1)])]
        );
        assert_eq!(
            failed(&["a - SERVER - - @1+9000"]),
            [(String::new(), vec![("RES-005", 1)])]
        );
    }

    #[test]
    fn internal_and_short_spans_are_counted_by_trace() {
        let lines = |count: u32, duration: u32| {
            let local = (2..2 + count).map(move |id| format!("{id:x} 1 - web - @{id}+{duration}"));
            std::iter::once("1 - SERVER web - @1+900000".to_owned())
                .chain(local)
                .collect::<Vec<_>>()
        };
        let failed = |lines: Vec<String>| failed(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(failed(lines(10, 9_000)), [("web".into(), vec![])]);
        assert_eq!(failed(lines(12, 9_000)), [("web".into(), vec![("SPA-001", 2)])]);
        assert_eq!(
            failed(lines(21, 100)),
            [("web".into(), vec![("SPA-001", 11), ("SPA-005", 21)])]
        );
    }
}
