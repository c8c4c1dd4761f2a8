//! Settings of several services that must agree.

use probe::{Context, Evidence, Said};

use super::{
    context::listed,
    environment::{Environment, shown, value},
};
use crate::finding::Finding;

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

fn invisible() -> Said {
    Said::new(
        "the services' settings are not visible from here; the canary tells",
        "여기서는 서비스의 설정이 보이지 않습니다. canary로 알 수 있습니다",
    )
}
