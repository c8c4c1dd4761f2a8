//! Environment variables, of this shell and of the services that run here.

use std::collections::{BTreeMap, BTreeSet};

use probe::Said;

use crate::finding::{Finding, Verdict};

/// Variables, and whose they are.
mod environment;

/// Traces that are recorded.
mod sampling;

/// The context of a call.
mod context;

/// The way of spans.
mod delivery;

/// Log lines.
mod lines;

/// Services that must agree.
mod together;

use self::{
    context::{mdc_propagate, propagator_names, propagators},
    delivery::{exporter, exporter_path, otlp_port, queue_delay, queue_size},
    lines::{log_format, log_level},
    sampling::{ratio, sampler},
};
pub use environment::Environment;
pub use together::{meet, place};

/// A rule: what is wrong in an environment, and how much.
type Rule = fn(&BTreeMap<String, String>) -> Option<(Verdict, Said)>;

const RULES: [(&str, Rule); 12] = [
    ("sampler", sampler),
    ("sampler-ratio", ratio),
    ("propagators", propagators),
    ("propagator-names", propagator_names),
    ("exporter", exporter),
    ("exporter-path", exporter_path),
    ("otlp-port", otlp_port),
    ("queue-delay", queue_delay),
    ("queue-size", queue_size),
    ("log-level", log_level),
    ("log-format", log_format),
    ("mdc-propagate", mdc_propagate),
];

/// Each rule, over all environments. `read`: the variables that have a reader.
pub fn check(environments: &[Environment], read: &BTreeSet<String>) -> Vec<Option<Finding>> {
    let mut findings = vec![unread(environments, read)];
    findings.extend(RULES.iter().map(|(id, rule)| ruled(id, *rule, environments)));
    findings
}

fn ruled(id: &str, rule: Rule, environments: &[Environment]) -> Option<Finding> {
    let wrong = environments.iter().filter_map(|environment| {
        let (verdict, text) = rule(&environment.variables)?;
        Some((verdict, environment.says(&text)))
    });
    match wrong.max_by_key(|(verdict, _)| *verdict) {
        Some((verdict, said)) => Finding::new(id, verdict, said),
        None => Finding::good(id, ""),
    }
}

fn unread(environments: &[Environment], read: &BTreeSet<String>) -> Option<Finding> {
    let is_unread =
        |name: &String| ["OTEL_", "MDC_"].iter().any(|ours| name.starts_with(ours)) && !read.contains(name);
    let wrong = environments.iter().find_map(|environment| {
        let names: Vec<&str> = environment
            .variables
            .keys()
            .filter(|name| is_unread(name))
            .map(String::as_str)
            .collect();
        (!names.is_empty()).then(|| {
            let names = names.join(", ");
            environment.says(&Said::new(
                format!("nothing here reads {names}"),
                format!("읽는 곳이 없는 변수: {names}"),
            ))
        })
    });
    match wrong {
        Some(said) => Finding::warning("settings-unread", said),
        None => Finding::good("settings-unread", ""),
    }
}

#[cfg(test)]
mod tests;
