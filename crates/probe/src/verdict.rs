//! The state of each hop in five answers, and the first link that is broken, with its likely cause.

use zipkin::words;

use crate::{
    evidence::{Asked, Evidence, HopSeen, is_server},
    knock::Context,
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
    pub text: String,
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
            .or_else(|| context(hop))
            .or_else(|| failing(hop, next))
            .or_else(|| unlinked(evidence, before, hop))
            .or_else(|| unseen(evidence, hop, none_arrives))
            .or_else(|| clock(hop))
            .or_else(|| baggage(evidence, before, hop))
            .or_else(|| line(hop))
    })
}

fn broken(hop: &HopSeen, cause: &'static str, text: String) -> Option<Broken> {
    let hop = hop.name;
    Some(Broken { hop, cause, text })
}

fn gone(hop: &HopSeen) -> Option<Broken> {
    if hop.knocks.iter().any(|knock| knock.ending.is_ok()) {
        let is_strange = hop.knocks.iter().all(|knock| knock.context == Context::Unknown);
        let text = format!(
            "what answers at {} names no trace: another program has the port",
            hop.url
        );
        return is_strange.then(|| broken(hop, "stranger", text))?;
    }
    let reason = hop.knocks.iter().find_map(|knock| knock.ending.as_ref().err())?;
    let (name, url) = (hop.name, &hop.url);
    broken(
        hop,
        "unreachable",
        format!("{name} does not answer at {url}: {reason}"),
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
            format!(
                "{name} keeps 64 of the 128 bits of a trace id: its spans and those of its caller are two traces"
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
            format!("{name} reads no context, in no dialect: it begins a trace of its own"),
        );
    }
    let lost = lost.join(" and ");
    broken(
        hop,
        "dialect",
        format!(
            "{name} does not read {lost}: a caller that writes nothing else is not its parent (OTEL_PROPAGATORS of the caller)"
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
                format!(
                    "{name} cannot get at {next}, which answers when asked alone: its {variable}_URL names another place, or its deadline is too short"
                ),
            )
        }
        (Ok(status), _) => broken(
            hop,
            "failing",
            format!("{name} answers {status} when it is asked alone: its log lines say why"),
        ),
        (Err(reason), _) => broken(
            hop,
            "failing",
            format!("{name} fails when it is asked alone: {reason}"),
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
        format!(
            "{before} passes on no context that {name} reads, although {name} reads all: OTEL_PROPAGATORS of {before}"
        ),
    )
}

fn unseen(evidence: &Evidence, hop: &HopSeen, none_arrives: bool) -> Option<Broken> {
    if hop.span.is_some() || evidence.untraced.is_some() {
        return None;
    }
    if none_arrives {
        let text = "no hop's spans arrive: the collector does not keep them, or all hops send them elsewhere (OTEL_TRACES_EXPORTER, OTEL_EXPORTER_ZIPKIN_ENDPOINT, OTEL_TRACES_SAMPLER)";
        return broken(hop, "no-spans", text.to_owned());
    }
    let name = hop.name;
    broken(
        hop,
        "span-missing",
        format!(
            "{name} answers and keeps the context, but its spans do not arrive: OTEL_TRACES_EXPORTER, OTEL_EXPORTER_ZIPKIN_ENDPOINT or OTEL_TRACES_SAMPLER of {name}"
        ),
    )
}

fn clock(hop: &HopSeen) -> Option<Broken> {
    let off = hop.span.as_ref()?.clock_us;
    if off.abs() < CLOCK_US {
        return None;
    }
    let way = if off > 0 { "ahead" } else { "behind" };
    let off = words::duration(off.unsigned_abs());
    let name = words::of_whom(hop.name);
    broken(
        hop,
        "clock",
        format!("{name} clock is {way} by {off} at least: its spans and lines stand in the wrong place"),
    )
}

fn baggage(evidence: &Evidence, before: Option<&HopSeen>, hop: &HopSeen) -> Option<Broken> {
    // The edge puts the user there itself.
    let (before, name) = (before?.name, hop.name);
    if hop.span.as_ref().is_some_and(|span| !span.has_user) {
        return broken(
            hop,
            "baggage-lost",
            format!("{name} takes no userId from its caller's baggage: MDC_PROPAGATE of {name}"),
        );
    }
    let is_missing = canary(evidence).and_then(|canary| has_user(canary, name)) == Some(false);
    is_missing.then(|| {
        broken(
            hop,
            "baggage-not-written",
            format!(
                "{before} passes on no userId: MDC_PROPAGATE of {before}, or OTEL_PROPAGATORS without baggage"
            ),
        )
    })?
}

fn line(hop: &HopSeen) -> Option<Broken> {
    let is_without = matches!(hop.line, Some(None));
    let name = hop.name;
    is_without.then(|| broken(hop, "line-without-ids", format!("no log line of {name} has the trace's id: RUST_LOG or LOG_FORMAT of {name}, or a logger that is not ours")))?
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
