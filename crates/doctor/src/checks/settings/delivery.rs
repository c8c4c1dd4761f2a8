//! Variables that decide where spans go, and when.

use probe::Said;

use super::environment::{Variables, shown, value};
use crate::finding::Verdict;

/// Spans are sent.
pub fn exporter(variables: &Variables) -> Option<(Verdict, Said)> {
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

/// The address of the spans has a path.
pub fn exporter_path(variables: &Variables) -> Option<(Verdict, Said)> {
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

/// The port is that of the protocol.
pub fn otlp_port(variables: &Variables) -> Option<(Verdict, Said)> {
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

/// Spans are sent soon.
pub fn queue_delay(variables: &Variables) -> Option<(Verdict, Said)> {
    let delay = number(variables, "OTEL_BSP_SCHEDULE_DELAY").filter(|delay| *delay > 1_000)?;
    Some((
        Verdict::Warning,
        Said::new(
            format!("OTEL_BSP_SCHEDULE_DELAY={delay}: a trace is whole after {delay} ms only"),
            format!("OTEL_BSP_SCHEDULE_DELAY={delay}: {delay} ms가 지나야 트레이스가 다 모입니다"),
        ),
    ))
}

/// A burst of spans has room.
pub fn queue_size(variables: &Variables) -> Option<(Verdict, Said)> {
    let size = number(variables, "OTEL_BSP_MAX_QUEUE_SIZE").filter(|size| *size < 256)?;
    Some((
        Verdict::Warning,
        Said::new(
            format!("OTEL_BSP_MAX_QUEUE_SIZE={size}: a burst of requests loses spans"),
            format!("OTEL_BSP_MAX_QUEUE_SIZE={size}: 요청이 몰리면 span을 잃습니다"),
        ),
    ))
}

fn number(variables: &Variables, name: &str) -> Option<u64> {
    value(variables, name)?.parse().ok()
}
