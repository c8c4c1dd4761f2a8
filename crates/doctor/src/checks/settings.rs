//! Environment variables, of this shell and of the services that run here.

use std::collections::{BTreeMap, BTreeSet};

use probe::{Context, Dialect, Evidence};

use crate::finding::{Finding, Verdict};

/// An environment, and whose it is.
#[derive(Clone, Debug)]
pub struct Environment {
    /// `this shell`, `orders (process 123)`.
    pub whose: String,
    /// The variables that are set.
    pub variables: BTreeMap<String, String>,
}

/// A rule: what is wrong in an environment, and how much.
type Rule = fn(&BTreeMap<String, String>) -> Option<(Verdict, String)>;

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
        Some((verdict, format!("{}: {text}", environment.whose)))
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
        (!names.is_empty()).then(|| format!("{}: nothing here reads {}", environment.whose, names.join(", ")))
    });
    match wrong {
        Some(said) => Finding::warning("settings-unread", said),
        None => Finding::good("settings-unread", ""),
    }
}

type Variables = BTreeMap<String, String>;

fn value<'a>(variables: &'a Variables, name: &str) -> Option<&'a str> {
    variables.get(name).map(|value| value.trim())
}

const SAMPLER: &str = "OTEL_TRACES_SAMPLER";

fn sampler(variables: &Variables) -> Option<(Verdict, String)> {
    let name = value(variables, SAMPLER)?;
    let ratio = || value(variables, "OTEL_TRACES_SAMPLER_ARG").unwrap_or("1");
    match name {
        "always_on" | "parentbased_always_on" => None,
        "always_off" | "parentbased_always_off" => {
            Some((Verdict::Bad, format!("{SAMPLER}={name} records nothing")))
        }
        "traceidratio" | "parentbased_traceidratio"
            if ratio().parse::<f64>().is_ok_and(|ratio| ratio >= 1.0) =>
        {
            None
        }
        "traceidratio" | "parentbased_traceidratio" => Some((
            Verdict::Warning,
            format!(
                "{SAMPLER}={name} records {} of all traces: the others are in the lines alone",
                ratio()
            ),
        )),
        _ => Some((
            Verdict::Bad,
            format!("{SAMPLER}={name} is no sampler: parentbased_always_on is the default"),
        )),
    }
}

fn ratio(variables: &Variables) -> Option<(Verdict, String)> {
    let ratio = value(variables, "OTEL_TRACES_SAMPLER_ARG")?;
    let is_one = ratio
        .parse::<f64>()
        .is_ok_and(|ratio| (0.0..=1.0).contains(&ratio));
    (!is_one).then(|| {
        (
            Verdict::Bad,
            format!("OTEL_TRACES_SAMPLER_ARG={ratio} is no number from 0 to 1"),
        )
    })
}

fn listed(variables: &Variables) -> Option<Vec<&str>> {
    let listed = value(variables, "OTEL_PROPAGATORS")?;
    Some(
        listed
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect(),
    )
}

fn propagators(variables: &Variables) -> Option<(Verdict, String)> {
    let listed = listed(variables)?;
    let has_ids = listed
        .iter()
        .any(|name| Dialect::ALL.iter().any(|dialect| dialect.name() == *name));
    if !has_ids {
        let text = "OTEL_PROPAGATORS lists no dialect with ids: every hop behind begins a trace of its own";
        return Some((Verdict::Bad, text.to_owned()));
    }
    let text = "OTEL_PROPAGATORS leaves out baggage: userId and orderId stay here";
    (!listed.contains(&"baggage")).then(|| (Verdict::Warning, text.to_owned()))
}

fn propagator_names(variables: &Variables) -> Option<(Verdict, String)> {
    let known = ["b3", "b3multi", "tracecontext", "baggage", "none"];
    let unknown = listed(variables)?
        .into_iter()
        .find(|name| !known.contains(name))?;
    Some((
        Verdict::Bad,
        format!(
            "OTEL_PROPAGATORS has '{unknown}', which is none of {}",
            known.join(", ")
        ),
    ))
}

fn exporter(variables: &Variables) -> Option<(Verdict, String)> {
    match value(variables, "OTEL_TRACES_EXPORTER")? {
        name @ ("none" | "console" | "logging") => Some((
            Verdict::Bad,
            format!("OTEL_TRACES_EXPORTER={name}: no span leaves the process"),
        )),
        _ => None,
    }
}

fn exporter_path(variables: &Variables) -> Option<(Verdict, String)> {
    let endpoint = value(variables, "OTEL_EXPORTER_ZIPKIN_ENDPOINT")?;
    let path = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let path = path
        .split_once('/')
        .map_or("", |(_, path)| path.trim_end_matches('/'));
    let is_right = path.ends_with("api/v2/spans") || path.ends_with("api/v1/spans");
    (!is_right).then(|| {
        (
            Verdict::Bad,
            format!(
                "OTEL_EXPORTER_ZIPKIN_ENDPOINT={} does not end in /api/v2/spans",
                shown(endpoint)
            ),
        )
    })
}

fn otlp_port(variables: &Variables) -> Option<(Verdict, String)> {
    let of = |end: &str| {
        let traces = value(variables, &format!("OTEL_EXPORTER_OTLP_TRACES_{end}"));
        traces.or_else(|| value(variables, &format!("OTEL_EXPORTER_OTLP_{end}")))
    };
    let (endpoint, protocol) = (of("ENDPOINT")?, of("PROTOCOL").unwrap_or("http/protobuf"));
    let wrong = match protocol {
        "grpc" if endpoint.contains(":4318") => "4318 is for HTTP, and the protocol is grpc",
        "http/protobuf" | "http/json" if endpoint.contains(":4317") => {
            "4317 is for gRPC, and the protocol is HTTP: take 4318"
        }
        _ => return None,
    };
    Some((Verdict::Bad, format!("OTLP goes to {}: {wrong}", shown(endpoint))))
}

fn number(variables: &Variables, name: &str) -> Option<u64> {
    value(variables, name)?.parse().ok()
}

fn queue_delay(variables: &Variables) -> Option<(Verdict, String)> {
    let delay = number(variables, "OTEL_BSP_SCHEDULE_DELAY").filter(|delay| *delay > 1_000)?;
    Some((
        Verdict::Warning,
        format!("OTEL_BSP_SCHEDULE_DELAY={delay}: a trace is whole after {delay} ms only"),
    ))
}

fn queue_size(variables: &Variables) -> Option<(Verdict, String)> {
    let size = number(variables, "OTEL_BSP_MAX_QUEUE_SIZE").filter(|size| *size < 256)?;
    Some((
        Verdict::Warning,
        format!("OTEL_BSP_MAX_QUEUE_SIZE={size}: a burst of requests loses spans"),
    ))
}

fn log_level(variables: &Variables) -> Option<(Verdict, String)> {
    let filter = value(variables, "RUST_LOG")?;
    let bare = filter.split(',').find(|directive| !directive.contains('='))?;
    let is_quiet = ["off", "error", "warn"].contains(&bare.trim().to_lowercase().as_str());
    is_quiet.then(|| {
        (
            Verdict::Warning,
            format!("RUST_LOG={filter} leaves out the lines of each request; spans stay"),
        )
    })
}

fn log_format(variables: &Variables) -> Option<(Verdict, String)> {
    let format = value(variables, "LOG_FORMAT")?;
    let is_known = ["text", "logback", "gcp", "ecs"].contains(&format);
    (!is_known).then(|| {
        (
            Verdict::Bad,
            format!("LOG_FORMAT={format} is none of text, logback, gcp, ecs"),
        )
    })
}

fn mdc_propagate(variables: &Variables) -> Option<(Verdict, String)> {
    let listed = value(variables, "MDC_PROPAGATE")?;
    let has_user = listed.split(',').any(|name| name.trim() == "userId");
    (!has_user).then(|| {
        (
            Verdict::Warning,
            format!("MDC_PROPAGATE={listed} leaves userId behind"),
        )
    })
}

/// A URL without a password.
fn shown(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, place)) => format!("…@{place}"),
        None => url.to_owned(),
    }
}

/// Whether each service writes a dialect that the next one was seen to read. `services`: the environments that are visible.
pub fn meet(services: &[(usize, Environment)], evidence: &Evidence) -> Option<Finding> {
    let mut seen = false;
    for (index, environment) in services {
        let Some(next) = evidence.hops.get(index + 1) else {
            continue;
        };
        let written = listed(&environment.variables).unwrap_or_else(|| vec!["b3multi", "tracecontext"]);
        let reads = |dialect: &str| {
            next.knocks
                .iter()
                .any(|knock| knock.dialect.name() == dialect && knock.context == Context::Kept)
        };
        let is_known = next.knocks.iter().any(|knock| knock.context != Context::Unknown);
        seen |= is_known;
        if is_known && !written.iter().any(|dialect| reads(dialect)) {
            let said = format!(
                "{} writes {}, and {} reads none of it",
                environment.whose,
                written.join(", "),
                next.name
            );
            return Finding::bad("propagators-meet", said);
        }
    }
    if seen {
        Finding::good("propagators-meet", "")
    } else {
        Finding::skipped(
            "propagators-meet",
            "the services' settings are not visible from here; the canary tells",
        )
    }
}

/// Whether the services send to the collector that is asked.
pub fn place(services: &[(usize, Environment)], port: Option<u16>) -> Option<Finding> {
    let Some(port) = port.filter(|_| !services.is_empty()) else {
        return Finding::skipped(
            "exporter-place",
            "the services' settings are not visible from here; the canary tells",
        );
    };
    let elsewhere = services.iter().find_map(|(_, environment)| {
        let default = "http://127.0.0.1:9411/api/v2/spans";
        let endpoint = value(&environment.variables, "OTEL_EXPORTER_ZIPKIN_ENDPOINT").unwrap_or(default);
        let is_there = endpoint.contains(&format!(":{port}/")) || endpoint.ends_with(&format!(":{port}"));
        (!is_there).then(|| {
            format!(
                "{} sends to {}, and traces are asked for at port {port}",
                environment.whose,
                shown(endpoint)
            )
        })
    });
    match elsewhere {
        Some(said) => Finding::bad("exporter-place", said),
        None => Finding::good("exporter-place", ""),
    }
}

#[cfg(test)]
mod tests;
