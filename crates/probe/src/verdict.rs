//! The state of each hop in five answers, and the first link that is broken, with its likely cause.

use zipkin::{Language, words};

use crate::{
    evidence::{Asked, Evidence, HopSeen, is_server},
    knock::Context,
    said::Said,
};

/// The state of one hop. Where it cannot be told, there is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HopVerdict {
    /// The hop.
    pub name: &'static str,
    /// It answers when it is asked alone.
    pub reached: bool,
    /// It takes the caller's context, in every dialect and from the hop before.
    pub context: Option<bool>,
    /// Its span arrives.
    pub span: Option<bool>,
    /// Its log line has the ids.
    pub line: Option<bool>,
    /// It has the user of the baggage.
    pub baggage: Option<bool>,
}

/// The first link that is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The hop.
    pub hop: &'static str,
    /// A name for the cause.
    pub cause: &'static str,
    /// The cause, and the next step.
    pub text: Said,
}

/// A clock that is off by less is taken for right.
const CLOCK_US: i64 = 100_000;

/// Each hop, from the edge inwards.
pub fn judge(evidence: &Evidence) -> Vec<HopVerdict> {
    let each = evidence.hops.iter().enumerate();
    each.map(|(index, hop)| {
        let reached = hop.knocks.iter().any(|knock| knock.ending.is_ok());
        let is_edge = index == 0;
        let is_linked = is_edge || linked(evidence, hop.name) != Some(false);
        let is_read = hop.knocks.iter().all(|knock| knock.context == Context::Kept);
        let span = evidence.untraced.is_none().then_some(hop.span.is_some());
        let carried = canary(evidence).and_then(|canary| has_user(canary, hop.name));
        HopVerdict {
            name: hop.name,
            reached,
            context: reached.then_some(is_read && is_linked),
            span: span.filter(|_| reached),
            line: hop.line.as_ref().map(Option::is_some),
            baggage: carried.or_else(|| hop.span.as_ref().filter(|_| !is_edge).map(|span| span.has_user)),
        }
    })
    .collect()
}

/// The first link that is broken, from the edge inwards; nothing where all hold.
pub fn first_broken(evidence: &Evidence) -> Option<Broken> {
    let hops = evidence.hops.iter().enumerate();
    let none_arrives = evidence.hops.iter().all(|hop| hop.span.is_none());
    hops.into_iter().find_map(|(index, hop)| {
        let next = evidence.hops.get(index + 1);
        let before = index.checked_sub(1).and_then(|before| evidence.hops.get(before));
        gone(hop)
            .or_else(|| another(hop))
            .or_else(|| context(hop))
            .or_else(|| failing(hop, next))
            .or_else(|| unlinked(evidence, before, hop))
            .or_else(|| unseen(evidence, hop, none_arrives))
            .or_else(|| clock(hop))
            .or_else(|| baggage(evidence, before, hop))
            .or_else(|| line(hop))
    })
}

fn broken(hop: &HopSeen, cause: &'static str, text: Said) -> Option<Broken> {
    let hop = hop.name;
    Some(Broken { hop, cause, text })
}

fn gone(hop: &HopSeen) -> Option<Broken> {
    if hop.knocks.iter().any(|knock| knock.ending.is_ok()) {
        let is_strange = hop.knocks.iter().all(|knock| knock.context == Context::Unknown);
        let url = &hop.url;
        let text = Said::new(
            format!("what answers at {url} names no trace: another program has the port"),
            format!("{url}의 응답에 트레이스가 없습니다. 다른 프로그램이 이 포트를 쓰고 있습니다"),
        );
        return is_strange.then(|| broken(hop, "stranger", text))?;
    }
    let reason = hop.knocks.iter().find_map(|knock| knock.ending.as_ref().err())?;
    let (name, url) = (hop.name, &hop.url);
    broken(
        hop,
        "unreachable",
        Said::new(
            format!("{name} does not answer at {url}: {reason}"),
            format!("{name} 응답 없음({url}): {reason}"),
        ),
    )
}

fn another(hop: &HopSeen) -> Option<Broken> {
    let (name, url, other) = (hop.name, &hop.url, hop.instead.as_ref()?);
    broken(
        hop,
        "another-service",
        Said::new(
            format!(
                "what answers at {url} reports its spans as {other}, not as {name}: the address is another service's, or OTEL_SERVICE_NAME is"
            ),
            format!(
                "{url}: span의 서비스 이름이 {name} 아닌 {other}입니다. 다른 서비스의 주소이거나 OTEL_SERVICE_NAME이 다릅니다"
            ),
        ),
    )
}

fn context(hop: &HopSeen) -> Option<Broken> {
    let name = hop.name;
    let of = |context: Context| {
        let found = hop.knocks.iter().filter(|knock| knock.context == context);
        found.map(|knock| knock.dialect.name()).collect::<Vec<_>>()
    };
    let (lost, halved) = (of(Context::Lost), of(Context::Halved));
    if !halved.is_empty() {
        return broken(
            hop,
            "ids-64bit",
            Said::new(
                format!(
                    "{name} keeps 64 of the 128 bits of a trace id: its spans and those of its caller are two traces"
                ),
                format!(
                    "{name}: 트레이스 id 128비트 중 64비트만 남깁니다. 호출한 쪽과 트레이스가 둘로 나뉩니다"
                ),
            ),
        );
    }
    if lost.is_empty() {
        return None;
    }
    if lost.len() == hop.knocks.len() {
        return broken(
            hop,
            "context-lost",
            Said::new(
                format!("{name} reads no context, in no dialect: it begins a trace of its own"),
                format!("{name}: 어떤 형식의 컨텍스트도 읽지 않고 트레이스를 새로 시작합니다"),
            ),
        );
    }
    let lost = lost.join(", ");
    broken(
        hop,
        "dialect",
        Said::new(
            format!(
                "{name} does not read {lost}: a caller that writes nothing else is not its parent (OTEL_PROPAGATORS of the caller)"
            ),
            format!(
                "{name}: {lost} 형식을 읽지 않습니다. 이 형식만 쓰는 서비스는 부모가 되지 못합니다(호출하는 쪽의 OTEL_PROPAGATORS)"
            ),
        ),
    )
}

fn failing(hop: &HopSeen, next: Option<&HopSeen>) -> Option<Broken> {
    let is_well = |hop: &HopSeen| {
        hop.knocks
            .iter()
            .all(|knock| matches!(knock.ending, Ok(200..300)))
    };
    if is_well(hop) || next.is_some_and(|next| !is_well(next)) {
        return None;
    }
    let name = hop.name;
    let failed = hop
        .knocks
        .iter()
        .find(|knock| !matches!(knock.ending, Ok(200..300)))?;
    match (&failed.ending, next) {
        (Ok(502 | 504), Some(next)) => {
            let next = next.name;
            let variable = next.to_uppercase();
            broken(
                hop,
                "next-hop",
                Said::new(
                    format!(
                        "{name} cannot get at {next}, which answers when asked alone: its {variable}_URL names another place, or its deadline is too short"
                    ),
                    format!(
                        "{name} → {next} 호출이 실패하지만 {next} 자체는 응답합니다. {variable}_URL이 다른 곳이거나 제한 시간이 너무 짧습니다"
                    ),
                ),
            )
        }
        (Ok(status), _) => broken(
            hop,
            "failing",
            Said::new(
                format!("{name} answers {status} when it is asked alone: its log lines say why"),
                format!("{name}만 호출해도 {status}로 응답합니다. 이유는 로그에 있습니다"),
            ),
        ),
        (Err(reason), _) => broken(
            hop,
            "failing",
            Said::new(
                format!("{name} fails when it is asked alone: {reason}"),
                format!("{name}만 호출해도 실패합니다: {reason}"),
            ),
        ),
    }
}

fn unlinked(evidence: &Evidence, before: Option<&HopSeen>, hop: &HopSeen) -> Option<Broken> {
    let (before, name) = (before?.name, hop.name);
    // A hop whose spans do not arrive cannot be in the trace.
    if hop.span.is_none() || linked(evidence, name) != Some(false) {
        return None;
    }
    broken(
        hop,
        "not-written",
        Said::new(
            format!(
                "{before} passes on no context that {name} reads, although {name} reads all: OTEL_PROPAGATORS of {before}"
            ),
            format!(
                "{name}: 모든 형식을 읽지만 {before}에서 컨텍스트가 오지 않습니다({before}의 OTEL_PROPAGATORS)"
            ),
        ),
    )
}

fn unseen(evidence: &Evidence, hop: &HopSeen, none_arrives: bool) -> Option<Broken> {
    if hop.span.is_some() || evidence.untraced.is_some() {
        return None;
    }
    if none_arrives {
        let text = Said::new(
            "no hop's spans arrive: the collector does not keep them, or all hops send them elsewhere (OTEL_TRACES_EXPORTER, OTEL_EXPORTER_ZIPKIN_ENDPOINT, OTEL_TRACES_SAMPLER)",
            "어느 홉의 span도 도착하지 않습니다. 컬렉터가 보관하지 않거나 모든 홉이 다른 곳으로 보냅니다(OTEL_TRACES_EXPORTER, OTEL_EXPORTER_ZIPKIN_ENDPOINT, OTEL_TRACES_SAMPLER)",
        );
        return broken(hop, "no-spans", text);
    }
    let name = hop.name;
    broken(
        hop,
        "span-missing",
        Said::new(
            format!(
                "{name} answers and keeps the context, but its spans do not arrive: OTEL_TRACES_EXPORTER, OTEL_EXPORTER_ZIPKIN_ENDPOINT or OTEL_TRACES_SAMPLER of {name}"
            ),
            format!(
                "{name}: 응답하고 컨텍스트도 이어받지만 span이 도착하지 않습니다({name}의 OTEL_TRACES_EXPORTER, OTEL_EXPORTER_ZIPKIN_ENDPOINT, OTEL_TRACES_SAMPLER)"
            ),
        ),
    )
}

fn clock(hop: &HopSeen) -> Option<Broken> {
    let off = hop.span.as_ref()?.clock_us;
    if off.abs() < CLOCK_US {
        return None;
    }
    let (way, korean_way) = if off > 0 {
        ("ahead", "빠릅니다")
    } else {
        ("behind", "느립니다")
    };
    let by = |language| words::duration_in(off.unsigned_abs(), language);
    let (by, korean_by) = (by(Language::English), by(Language::Korean));
    let (name, whose) = (hop.name, words::of_whom(hop.name));
    broken(
        hop,
        "clock",
        Said::new(
            format!("{whose} clock is {way} by {by} at least: its spans and lines stand in the wrong place"),
            format!("{name}: 시계가 적어도 {korean_by} {korean_way}. span과 로그가 엉뚱한 자리에 놓입니다"),
        ),
    )
}

fn baggage(evidence: &Evidence, before: Option<&HopSeen>, hop: &HopSeen) -> Option<Broken> {
    // The edge puts the user there itself.
    let (before, name) = (before?.name, hop.name);
    if hop.span.as_ref().is_some_and(|span| !span.has_user) {
        return broken(
            hop,
            "baggage-lost",
            Said::new(
                format!("{name} takes no userId from its caller's baggage: MDC_PROPAGATE of {name}"),
                format!("{name}: 배기지의 userId를 이어받지 않습니다({name}의 MDC_PROPAGATE)"),
            ),
        );
    }
    let is_missing = canary(evidence).and_then(|canary| has_user(canary, name)) == Some(false);
    is_missing.then(|| {
        broken(
            hop,
            "baggage-not-written",
            Said::new(
                format!(
                    "{before} passes on no userId: MDC_PROPAGATE of {before}, or OTEL_PROPAGATORS without baggage"
                ),
                format!("{before}: userId를 전달하지 않습니다({before}의 MDC_PROPAGATE, 또는 baggage가 빠진 OTEL_PROPAGATORS)"),
            ),
        )
    })?
}

fn line(hop: &HopSeen) -> Option<Broken> {
    let is_without = matches!(hop.line, Some(None));
    let name = hop.name;
    is_without.then(|| {
        let text = Said::new(
            format!("no log line of {name} has the trace's id: RUST_LOG or LOG_FORMAT of {name}, or a logger that is not ours"),
            format!("{name}: 로그에 트레이스 id가 없습니다({name}의 RUST_LOG나 LOG_FORMAT, 또는 다른 로거)"),
        );
        broken(hop, "line-without-ids", text)
    })?
}

fn canary(evidence: &Evidence) -> Option<&Asked> {
    evidence.alone.first()
}

/// Whether the hop is in the canary's trace; nothing where the request or the trace did not get that far.
fn linked(evidence: &Evidence, name: &str) -> Option<bool> {
    let canary = canary(evidence).filter(|canary| canary.ending.is_ok())?;
    let trace = canary.trace.as_ref()?;
    Some(trace.rows.iter().any(|row| is_server(row, name)))
}

fn has_user(canary: &Asked, name: &str) -> Option<bool> {
    let trace = canary.trace.as_ref()?;
    let row = trace.rows.iter().find(|row| is_server(row, name))?;
    Some(row.span.tags.contains_key("userId"))
}
