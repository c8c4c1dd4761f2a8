//! Environment variables, of this shell and of the services that run here.

use std::collections::{BTreeMap, BTreeSet};

use probe::{Context, Dialect, Evidence, Said};

use crate::finding::{Finding, Verdict};

/// An environment, and whose it is.
#[derive(Clone, Debug)]
pub struct Environment {
    /// `this shell`, `orders (process 123)`.
    pub whose: Said,
    /// The variables that are set.
    pub variables: BTreeMap<String, String>,
}

impl Environment {
    /// The text behind whose environment it is about.
    fn says(&self, text: &Said) -> Said {
        Said::new(
            format!("{}: {}", self.whose.english, text.english),
            format!("{}: {}", self.whose.korean, text.korean),
        )
    }
}

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

type Variables = BTreeMap<String, String>;

fn value<'a>(variables: &'a Variables, name: &str) -> Option<&'a str> {
    variables.get(name).map(|value| value.trim())
}

const SAMPLER: &str = "OTEL_TRACES_SAMPLER";

fn sampler(variables: &Variables) -> Option<(Verdict, Said)> {
    let name = value(variables, SAMPLER)?;
    let ratio = || value(variables, "OTEL_TRACES_SAMPLER_ARG").unwrap_or("1");
    match name {
        "always_on" | "parentbased_always_on" => None,
        "always_off" | "parentbased_always_off" => {
            let said = Said::new(
                format!("{SAMPLER}={name} records nothing"),
                format!("{SAMPLER}={name}: 아무것도 기록하지 않습니다"),
            );
            Some((Verdict::Bad, said))
        }
        "traceidratio" | "parentbased_traceidratio"
            if ratio().parse::<f64>().is_ok_and(|ratio| ratio >= 1.0) =>
        {
            None
        }
        "traceidratio" | "parentbased_traceidratio" => Some((
            Verdict::Warning,
            Said::new(
                format!(
                    "{SAMPLER}={name} records {} of all traces: the others are in the lines alone",
                    ratio()
                ),
                format!(
                    "{SAMPLER}={name}: 트레이스의 {}만 기록합니다. 나머지는 로그에만 남습니다",
                    ratio()
                ),
            ),
        )),
        _ => Some((
            Verdict::Bad,
            Said::new(
                format!("{SAMPLER}={name} is no sampler: parentbased_always_on is the default"),
                format!("{SAMPLER}={name}: 없는 샘플러입니다. 기본값은 parentbased_always_on입니다"),
            ),
        )),
    }
}

fn ratio(variables: &Variables) -> Option<(Verdict, Said)> {
    let ratio = value(variables, "OTEL_TRACES_SAMPLER_ARG")?;
    let is_one = ratio
        .parse::<f64>()
        .is_ok_and(|ratio| (0.0..=1.0).contains(&ratio));
    (!is_one).then(|| {
        (
            Verdict::Bad,
            Said::new(
                format!("OTEL_TRACES_SAMPLER_ARG={ratio} is no number from 0 to 1"),
                format!("OTEL_TRACES_SAMPLER_ARG={ratio}: 0에서 1 사이의 수가 아닙니다"),
            ),
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

fn propagators(variables: &Variables) -> Option<(Verdict, Said)> {
    let listed = listed(variables)?;
    let has_ids = listed
        .iter()
        .any(|name| Dialect::ALL.iter().any(|dialect| dialect.name() == *name));
    if !has_ids {
        let text = Said::new(
            "OTEL_PROPAGATORS lists no dialect with ids: every hop behind begins a trace of its own",
            "OTEL_PROPAGATORS에 id를 쓰는 형식이 없습니다. 뒤의 홉은 모두 트레이스를 새로 시작합니다",
        );
        return Some((Verdict::Bad, text));
    }
    let text = Said::new(
        "OTEL_PROPAGATORS leaves out baggage: userId and orderId stay here",
        "OTEL_PROPAGATORS에 baggage가 없습니다. userId와 orderId가 전달되지 않습니다",
    );
    (!listed.contains(&"baggage")).then_some((Verdict::Warning, text))
}

fn propagator_names(variables: &Variables) -> Option<(Verdict, Said)> {
    let known = ["b3", "b3multi", "tracecontext", "baggage", "none"];
    let unknown = listed(variables)?
        .into_iter()
        .find(|name| !known.contains(name))?;
    Some((
        Verdict::Bad,
        Said::new(
            format!(
                "OTEL_PROPAGATORS has '{unknown}', which is none of {}",
                known.join(", ")
            ),
            format!(
                "OTEL_PROPAGATORS의 '{unknown}': 쓸 수 있는 것은 {}입니다",
                known.join(", ")
            ),
        ),
    ))
}

fn exporter(variables: &Variables) -> Option<(Verdict, Said)> {
    match value(variables, "OTEL_TRACES_EXPORTER")? {
        name @ ("none" | "console" | "logging") => Some((
            Verdict::Bad,
            Said::new(
                format!("OTEL_TRACES_EXPORTER={name}: no span leaves the process"),
                format!("OTEL_TRACES_EXPORTER={name}: span이 프로세스 밖으로 나가지 않습니다"),
            ),
        )),
        _ => None,
    }
}

fn exporter_path(variables: &Variables) -> Option<(Verdict, Said)> {
    let endpoint = value(variables, "OTEL_EXPORTER_ZIPKIN_ENDPOINT")?;
    let path = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let path = path
        .split_once('/')
        .map_or("", |(_, path)| path.trim_end_matches('/'));
    let is_right = path.ends_with("api/v2/spans") || path.ends_with("api/v1/spans");
    (!is_right).then(|| {
        (
            Verdict::Bad,
            Said::new(
                format!(
                    "OTEL_EXPORTER_ZIPKIN_ENDPOINT={} does not end in /api/v2/spans",
                    shown(endpoint)
                ),
                format!(
                    "OTEL_EXPORTER_ZIPKIN_ENDPOINT={}: /api/v2/spans로 끝나지 않습니다",
                    shown(endpoint)
                ),
            ),
        )
    })
}

fn otlp_port(variables: &Variables) -> Option<(Verdict, Said)> {
    let of = |end: &str| {
        let traces = value(variables, &format!("OTEL_EXPORTER_OTLP_TRACES_{end}"));
        traces.or_else(|| value(variables, &format!("OTEL_EXPORTER_OTLP_{end}")))
    };
    let (endpoint, protocol) = (of("ENDPOINT")?, of("PROTOCOL").unwrap_or("http/protobuf"));
    let wrong = match protocol {
        "grpc" if endpoint.contains(":4318") => Said::new(
            "4318 is for HTTP, and the protocol is grpc",
            "4318은 HTTP 포트인데 프로토콜이 grpc입니다",
        ),
        "http/protobuf" | "http/json" if endpoint.contains(":4317") => Said::new(
            "4317 is for gRPC, and the protocol is HTTP: take 4318",
            "4317은 gRPC 포트인데 프로토콜이 HTTP입니다. 4318을 씁니다",
        ),
        _ => return None,
    };
    let said = Said::new(
        format!("OTLP goes to {}: {}", shown(endpoint), wrong.english),
        format!("OTLP를 {} 주소로 보냅니다. {}", shown(endpoint), wrong.korean),
    );
    Some((Verdict::Bad, said))
}

fn number(variables: &Variables, name: &str) -> Option<u64> {
    value(variables, name)?.parse().ok()
}

fn queue_delay(variables: &Variables) -> Option<(Verdict, Said)> {
    let delay = number(variables, "OTEL_BSP_SCHEDULE_DELAY").filter(|delay| *delay > 1_000)?;
    Some((
        Verdict::Warning,
        Said::new(
            format!("OTEL_BSP_SCHEDULE_DELAY={delay}: a trace is whole after {delay} ms only"),
            format!("OTEL_BSP_SCHEDULE_DELAY={delay}: {delay} ms가 지나야 트레이스가 다 모입니다"),
        ),
    ))
}

fn queue_size(variables: &Variables) -> Option<(Verdict, Said)> {
    let size = number(variables, "OTEL_BSP_MAX_QUEUE_SIZE").filter(|size| *size < 256)?;
    Some((
        Verdict::Warning,
        Said::new(
            format!("OTEL_BSP_MAX_QUEUE_SIZE={size}: a burst of requests loses spans"),
            format!("OTEL_BSP_MAX_QUEUE_SIZE={size}: 요청이 몰리면 span을 잃습니다"),
        ),
    ))
}

fn log_level(variables: &Variables) -> Option<(Verdict, Said)> {
    let filter = value(variables, "RUST_LOG")?;
    let bare = filter.split(',').find(|directive| !directive.contains('='))?;
    let is_quiet = ["off", "error", "warn"].contains(&bare.trim().to_lowercase().as_str());
    is_quiet.then(|| {
        (
            Verdict::Warning,
            Said::new(
                format!("RUST_LOG={filter} leaves out the lines of each request; spans stay"),
                format!("RUST_LOG={filter}: 요청의 로그가 나오지 않습니다. span은 남습니다"),
            ),
        )
    })
}

fn log_format(variables: &Variables) -> Option<(Verdict, Said)> {
    let format = value(variables, "LOG_FORMAT")?;
    let is_known = ["text", "logback", "gcp", "ecs"].contains(&format);
    (!is_known).then(|| {
        (
            Verdict::Bad,
            Said::new(
                format!("LOG_FORMAT={format} is none of text, logback, gcp, ecs"),
                format!("LOG_FORMAT={format}: 쓸 수 있는 것은 text, logback, gcp, ecs입니다"),
            ),
        )
    })
}

fn mdc_propagate(variables: &Variables) -> Option<(Verdict, Said)> {
    let listed = value(variables, "MDC_PROPAGATE")?;
    let has_user = listed.split(',').any(|name| name.trim() == "userId");
    (!has_user).then(|| {
        (
            Verdict::Warning,
            Said::new(
                format!("MDC_PROPAGATE={listed} leaves userId behind"),
                format!("MDC_PROPAGATE={listed}: userId가 전달되지 않습니다"),
            ),
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
            let (written, next) = (written.join(", "), next.name);
            let said = environment.says(&Said::new(
                format!("it writes {written}, and {next} reads none of it"),
                format!("{written} 형식을 쓰는데 {next}에서 하나도 읽지 않습니다"),
            ));
            return Finding::bad("propagators-meet", said);
        }
    }
    if seen {
        Finding::good("propagators-meet", "")
    } else {
        Finding::skipped("propagators-meet", invisible())
    }
}

fn invisible() -> Said {
    Said::new(
        "the services' settings are not visible from here; the canary tells",
        "여기서는 서비스의 설정이 보이지 않습니다. canary로 알 수 있습니다",
    )
}

/// Whether the services send to the collector that is asked.
pub fn place(services: &[(usize, Environment)], port: Option<u16>) -> Option<Finding> {
    let Some(port) = port.filter(|_| !services.is_empty()) else {
        return Finding::skipped("exporter-place", invisible());
    };
    let elsewhere = services.iter().find_map(|(_, environment)| {
        let default = "http://127.0.0.1:9411/api/v2/spans";
        let endpoint = value(&environment.variables, "OTEL_EXPORTER_ZIPKIN_ENDPOINT").unwrap_or(default);
        let is_there = endpoint.contains(&format!(":{port}/")) || endpoint.ends_with(&format!(":{port}"));
        (!is_there).then(|| {
            environment.says(&Said::new(
                format!(
                    "it sends to {}, and traces are asked for at port {port}",
                    shown(endpoint)
                ),
                format!(
                    "span은 {} 주소로 보내는데 트레이스는 {port} 포트에서 찾습니다",
                    shown(endpoint)
                ),
            ))
        })
    });
    match elsewhere {
        Some(said) => Finding::bad("exporter-place", said),
        None => Finding::good("exporter-place", ""),
    }
}

#[cfg(test)]
mod tests;
