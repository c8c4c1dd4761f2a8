//! What if a service were faster: how much faster would the trace have been?

use super::kin::Kin;
use crate::{Kind, Waterfall};

/// One span, run again with less own work.
mod replay;

use replay::{Replayed, Share};

/// By how many microseconds the first root would have been shorter, had a service done its own work in so many
/// microseconds less in all; nothing where the root does not say when it ran, or the service did no work.
///
/// The trace is replayed. Each piece of own work of the service shrinks alike; all other pieces keep their length. A child
/// starts after its parent has done what it did before, and after all its siblings that had ended before it started; the
/// parent goes on when all that had ended then have ended. A child that outlived its parent is not waited for, and nobody
/// waits for a consumer. A client's own time is the network's or a silent server's, and does not shrink.
///
/// ```
/// let spans = zipkin::decode::list(
///     br#"[{"traceId":"1","id":"1","kind":"SERVER","timestamp":1000,"duration":1000,
///           "localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"2","parentId":"1","kind":"CLIENT","timestamp":1100,"duration":800,
///           "localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"3","parentId":"2","kind":"SERVER","timestamp":1150,"duration":700,
///           "localEndpoint":{"serviceName":"app"}}]"#,
/// )?;
/// let trace = zipkin::waterfall(&spans).unwrap();
///
/// use zipkin::analysis::what_if;
///
/// assert_eq!(what_if(&trace, "app", 500), Some(500));
/// // It worked for 700 µs.
/// assert_eq!(what_if(&trace, "app", 5_000), Some(700));
/// assert_eq!(what_if(&trace, "db", 500), None);
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn what_if(trace: &Waterfall, service: &str, faster_us: u64) -> Option<u64> {
    let kin = Kin::of(trace);
    let spans: Vec<Option<Replayed>> = (0..kin.rows.len())
        .map(|index| Replayed::of(&kin, index))
        .collect();
    let does_work = |index: usize| {
        let row = kin.row(index);
        row.is_some_and(|row| row.service == service && row.kind != Some(Kind::Client))
    };
    let working = spans.iter().enumerate().filter(|(index, _)| does_work(*index));
    let all_work: i128 = working
        .filter_map(|(_, span)| Some(span.as_ref()?.all_own()))
        .sum();
    (all_work > 0).then_some(())?;
    let cut = Share {
        of: all_work,
        part: i128::from(faster_us).min(all_work),
    };
    let none = Share { of: 1, part: 0 };
    let mut lengths: Vec<i128> = vec![0; spans.len()];
    // Children stand after their parents.
    for (index, span) in spans.iter().enumerate().rev() {
        let share = if does_work(index) { cut } else { none };
        if let (Some(span), Some(length)) = (span, span.as_ref().map(|span| span.length(&lengths, share)))
            && let Some(place) = lengths.get_mut(index)
        {
            *place = length.min(span.whole.length());
        }
    }
    let before = spans.first()?.as_ref()?.whole.length();
    u64::try_from(before - lengths.first()?).ok()
}

#[cfg(test)]
mod tests;
