//! One span from its partial reports. Spans may arrive in pieces, more than once, or without saying that a server
//! shares its client's id: the rules are those of Zipkin's own trees.

use std::cmp::Ordering;

use crate::{EndpointRef, Kind, SpanId, SpanRef, TraceId};

/// Merges the spans of one trace: sorted by id, client before server, every report of a span made one.
///
/// ```
/// use zipkin::{SpanRef, decode, merge::merge};
///
/// let reports = decode::list(
///     br#"[{"traceId":"1","id":"1","kind":"SERVER","timestamp":5},
///          {"traceId":"1","id":"1","duration":9}]"#,
/// )?;
/// let spans = merge(reports.iter().map(SpanRef::from).collect());
/// assert_eq!(spans.len(), 1);
/// assert_eq!((spans[0].timestamp, spans[0].duration), (Some(5), Some(9)));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn merge(spans: Vec<SpanRef<'_>>) -> Vec<SpanRef<'_>> {
    all_reports(spans, |_, _| false)
}

/// The same, but for spans of one id that ran at different times: no report takes back a time, so these are two spans.
pub(crate) fn merge_apart(spans: Vec<SpanRef<'_>>) -> Vec<SpanRef<'_>> {
    all_reports(spans, ran_apart)
}

fn all_reports<'a>(
    spans: Vec<SpanRef<'a>>,
    are_apart: fn(&SpanRef<'a>, &SpanRef<'a>) -> bool,
) -> Vec<SpanRef<'a>> {
    let order = order(&spans);
    let long = long_trace_id(&spans, &order);
    let mut merged: Vec<SpanRef> = Vec::with_capacity(spans.len());
    let mut apart: Vec<SpanRef> = Vec::new();
    // A span is some 300 bytes, and a trace may have 100,000: each is moved once, to its place in the order.
    let mut spans: Vec<Option<SpanRef>> = spans.into_iter().map(Some).collect();
    let take = |place: usize| spans.get_mut(place).and_then(Option::take);
    for mut span in order.into_iter().filter_map(take) {
        span.trace_id = long
            .filter(|_| span.trace_id.is_64_bit())
            .unwrap_or(span.trace_id);
        match merged.last_mut() {
            Some(last) if are_one(last, &span) => match are_apart(last, &span) {
                true => apart.push(span),
                false => absorb(last, span),
            },
            _ => {
                push_each_time(&mut merged, &mut apart);
                merged.push(span);
            }
        }
    }
    push_each_time(&mut merged, &mut apart);
    // Once, and not for each report: one span may have thousands.
    merged.iter_mut().for_each(SpanRef::sort_lists);
    complete_shared(&mut merged);
    merged
}

fn ran_apart(span: &SpanRef<'_>, next: &SpanRef<'_>) -> bool {
    let both = |span: &SpanRef| span.timestamp.zip(span.duration);
    both(span)
        .zip(both(next))
        .is_some_and(|(span, next)| span != next)
}

// Each of these ran at another time than the last one: those that ran at one time are reports of one span.
fn push_each_time<'a>(merged: &mut Vec<SpanRef<'a>>, apart: &mut Vec<SpanRef<'a>>) {
    let when = |span: &SpanRef| (span.timestamp, span.duration);
    apart.sort_by_key(when);
    let mut before = None;
    for span in apart.drain(..) {
        let own = when(&span);
        match merged.last_mut().filter(|_| before == Some(own)) {
            Some(last) => absorb(last, span),
            None => merged.push(span),
        }
        before = Some(own);
    }
}

// The places of the spans: by id, client first.
fn order(spans: &[SpanRef<'_>]) -> Vec<usize> {
    let key = |(place, span): (usize, &SpanRef)| {
        let rank = match (span.shared, span.kind) {
            (false, Some(Kind::Client)) => 0_u8,
            (false, _) => 1,
            (true, _) => 2,
        };
        (span.id, rank, place)
    };
    let mut keys: Vec<(SpanId, u8, usize)> = spans.iter().enumerate().map(key).collect();
    let endpoint = |place: usize| spans.get(place).and_then(|span| span.local_endpoint.as_ref());
    keys.sort_unstable_by(|left, right| {
        let ids = (left.0, left.1).cmp(&(right.0, right.1));
        // No endpoint comes first, so that what it says goes to the first span that has one.
        ids.then_with(|| match (endpoint(left.2), endpoint(right.2)) {
            (Some(left), Some(right)) => by_place(left, right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        })
        .then_with(|| left.2.cmp(&right.2))
    });
    keys.into_iter().map(|(_, _, place)| place).collect()
}

fn by_place(left: &EndpointRef<'_>, right: &EndpointRef<'_>) -> Ordering {
    absent_last(&left.service_name, &right.service_name)
        .then_with(|| absent_last(&left.ipv4, &right.ipv4))
        .then_with(|| absent_last(&left.ipv6, &right.ipv6))
}

fn absent_last<T: Ord>(left: &Option<T>, right: &Option<T>) -> Ordering {
    let absent = left.is_none().cmp(&right.is_none());
    absent.then_with(|| left.cmp(right))
}

// Some cut a trace id of 128 bits to 64 on the way: the id that all these spans have, then.
fn long_trace_id(spans: &[SpanRef<'_>], order: &[usize]) -> Option<TraceId> {
    let in_order = order.iter().filter_map(|&place| spans.get(place));
    in_order.map(|span| span.trace_id).find(|id| !id.is_64_bit())
}

fn are_one(span: &SpanRef<'_>, next: &SpanRef<'_>) -> bool {
    let both_or_neither_share = span.shared == next.shared;
    span.id == next.id
        && (both_or_neither_share || is_first_report_of(span, next))
        && may_be_one(&span.local_endpoint, &next.local_endpoint)
}

// Some servers report a shared span when it starts, with neither kind nor flag. Zipkin takes that for a span of its
// own, and loses the client's, which has the same id.
fn is_first_report_of(span: &SpanRef<'_>, server: &SpanRef<'_>) -> bool {
    span.kind.is_none()
        && server.kind == Some(Kind::Server)
        && span.local_endpoint.is_some()
        && span.local_endpoint == server.local_endpoint
}

// Two reports of one field must agree.
fn may_be_one(left: &Option<EndpointRef<'_>>, right: &Option<EndpointRef<'_>>) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return true;
    };
    agree(&left.service_name, &right.service_name)
        && agree(&left.ipv4, &right.ipv4)
        && agree(&left.ipv6, &right.ipv6)
        && agree(&left.port, &right.port)
}

fn agree<T: PartialEq>(left: &Option<T>, right: &Option<T>) -> bool {
    left.is_none() || right.is_none() || left == right
}

// The first to say something wins, but for tags.
fn absorb<'a>(span: &mut SpanRef<'a>, next: SpanRef<'a>) {
    span.parent_id = span.parent_id.or(next.parent_id);
    span.kind = span.kind.or(next.kind);
    span.name = span.name.take().or(next.name);
    span.timestamp = span.timestamp.or(next.timestamp);
    span.duration = span.duration.or(next.duration);
    span.local_endpoint = joined(span.local_endpoint.take(), next.local_endpoint);
    span.remote_endpoint = joined(span.remote_endpoint.take(), next.remote_endpoint);
    span.annotations.extend(next.annotations);
    span.tags.extend(next.tags);
    span.debug |= next.debug;
    span.shared |= next.shared;
}

fn joined<'a>(left: Option<EndpointRef<'a>>, right: Option<EndpointRef<'a>>) -> Option<EndpointRef<'a>> {
    let (Some(left), Some(right)) = (&left, &right) else {
        return left.or(right);
    };
    Some(EndpointRef {
        service_name: left.service_name.clone().or_else(|| right.service_name.clone()),
        ipv4: left.ipv4.or(right.ipv4),
        ipv6: left.ipv6.or(right.ipv6),
        port: left.port.or(right.port),
    })
}

// A server with its client's id shares it, whether it says so or not, and has the client's parent.
fn complete_shared(spans: &mut [SpanRef<'_>]) {
    let mut before: Option<&SpanRef> = None;
    for span in spans {
        if let Some(client) = before.filter(|before| before.id == span.id) {
            span.shared |= client.kind == Some(Kind::Client) && span.kind == Some(Kind::Server);
            if span.shared {
                span.parent_id = span.parent_id.or(client.parent_id);
            }
        }
        before = Some(span);
    }
}

#[cfg(test)]
mod tests;
