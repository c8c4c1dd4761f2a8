//! Variables that decide what a call takes along.

use probe::{Dialect, Said};

use super::environment::{Variables, value};
use crate::finding::Verdict;

/// Ids and baggage are passed on.
pub fn propagators(variables: &Variables) -> Option<(Verdict, Said)> {
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

/// Every listed dialect exists.
pub fn propagator_names(variables: &Variables) -> Option<(Verdict, Said)> {
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

/// The user is passed on.
pub fn mdc_propagate(variables: &Variables) -> Option<(Verdict, Said)> {
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

/// The dialects of `OTEL_PROPAGATORS`.
pub fn listed(variables: &Variables) -> Option<Vec<&str>> {
    let listed = value(variables, "OTEL_PROPAGATORS")?;
    Some(
        listed
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect(),
    )
}
