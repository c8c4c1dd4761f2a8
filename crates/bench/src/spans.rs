//! One span, measured: bytes on the wire, plain and in gzip, time to encode, memory while it waits.

use std::hint::black_box;
use std::io::Write as _;
use std::time::Instant;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use zipkin::{Span, SpanId, TraceId, encode};

use crate::chain::usage::Usage;

pub const EXAMPLES: &str = "\
Examples:
  cargo run --release -p bench -- span      what docs/scaling.md reckons with";

/// The eight spans of one request of the chain, as the telemetry crate sent them.
const TRACE: &str = include_str!("spans/trace.json");

/// A batch as the exporter sends it.
const BATCH: usize = 512;

/// So many that the size of everything else does not matter.
const WAITING: usize = 200_000;

/// Measures and prints.
pub fn run() -> anyhow::Result<()> {
    let batch = spans(BATCH)?;
    let mut json = Vec::new();
    encode::list(&mut json, &batch);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&json)?;
    let each = |total: usize| total as f64 / BATCH as f64;
    println!("JSON: {:.0} bytes a span", each(json.len()));
    println!(
        "JSON in gzip, batches of {BATCH}: {:.0} bytes a span",
        each(gzip.finish()?.len())
    );
    println!("encoding: {:.3} µs a span", encoding_us(&batch));
    match resident_bytes()? {
        Some(bytes) => println!("waiting in the queue: {bytes:.0} bytes a span"),
        None => println!("waiting in the queue: unknown, this system has no /proc"),
    }
    Ok(())
}

/// The spans of as many requests as it takes, each with ids of its own: repeated ids would flatter gzip.
fn spans(count: usize) -> anyhow::Result<Vec<Span>> {
    let trace = zipkin::decode::list(TRACE.as_bytes()).context("trace.json")?;
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut spans: Vec<Span> = Vec::with_capacity(count);
    while spans.len() < count {
        let low = next(&mut random);
        let trace_id = TraceId::new(u128::from(next(&mut random)) << 64 | u128::from(low));
        for span in trace.iter().take(count - spans.len()) {
            let mut span = span.clone();
            span.trace_id = trace_id;
            span.id = SpanId::new(span.id.value() ^ low);
            span.parent_id = span.parent_id.map(|id| SpanId::new(id.value() ^ low));
            span.timestamp = span.timestamp.map(|time| time + (low >> 44));
            spans.push(span);
        }
    }
    Ok(spans)
}

/// Xorshift: the same spans in every run.
const fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// The least of many tries: whatever else the machine does can only add.
fn encoding_us(batch: &[Span]) -> f64 {
    let mut out = Vec::with_capacity(batch.len() * 512);
    let tries = (0..1_000).map(|_| {
        out.clear();
        let started = Instant::now();
        encode::list(&mut out, black_box(batch));
        black_box(&out);
        started.elapsed().as_secs_f64() * 1e6 / batch.len() as f64
    });
    tries.fold(f64::INFINITY, f64::min)
}

/// Bytes that the process grows by for each span that it keeps as the queue does: batches of JSON, which grow span by span.
fn resident_bytes() -> anyhow::Result<Option<f64>> {
    let resident = || Usage::of(std::process::id()).map(|usage| usage.resident_kib);
    let batch = spans(BATCH)?;
    let before = resident();
    let batches = (0..WAITING / BATCH).map(|_| {
        let mut json = Vec::new();
        for span in &batch {
            encode::span(&mut json, span);
        }
        json
    });
    let kept = black_box(batches.collect::<Vec<_>>());
    let after = resident();
    let grown = before
        .zip(after)
        .map(|(before, after)| after.saturating_sub(before) * 1024);
    Ok(grown.map(|bytes| bytes as f64 / (kept.len() * BATCH) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_one_request_of_the_chain() {
        let trace = zipkin::decode::list(TRACE.as_bytes()).unwrap();
        let count = |kind| trace.iter().filter(|span| span.kind == kind).count();
        let kinds = [Some(zipkin::Kind::Server), Some(zipkin::Kind::Client), None];
        assert_eq!(kinds.map(count), [3, 2, 3]);
    }

    #[test]
    fn every_request_has_ids_of_its_own() {
        let spans = spans(24).unwrap();
        let ids: std::collections::HashSet<_> = spans.iter().map(|span| (span.trace_id, span.id)).collect();
        assert_eq!(ids.len(), 24);
        assert!(
            spans
                .iter()
                .all(|span| span.parent_id.is_none_or(|id| ids.contains(&(span.trace_id, id))))
        );
    }
}
