//! The figures of a mode, by round.

use std::time::Duration;

use super::usage::Usage;
use crate::mode::Mode;
use crate::sink::Received;

/// One round of one mode, by request.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// CPU of the three services, in microseconds.
    pub cpu_us: Option<f64>,
    /// CPU of the three exporters' threads, in microseconds a span.
    pub exporter_us: Option<f64>,
    /// Resident memory of the three services at the end of the round, in MiB.
    pub resident_mib: Option<f64>,
    /// Spans that arrived.
    pub spans: f64,
    /// Bytes of JSON a span.
    pub span_bytes: f64,
    /// Requests a second.
    pub rate: f64,
    /// Heap allocations, where they are counted.
    pub allocations: Option<f64>,
}

/// Everything measured of one mode.
#[derive(Debug)]
pub struct Measured {
    /// Which one.
    pub mode: Mode,
    /// From spawning three processes to the first answer.
    pub starts: Vec<Duration>,
    /// The rounds.
    pub samples: Vec<Sample>,
    /// The rounds at `steady_rate` requests a second.
    pub latencies: Vec<Latency>,
    /// The same for all modes.
    pub steady_rate: f64,
}

/// The times of the requests of a round, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    /// The median.
    pub p50: f64,
    /// The time that one in a hundred takes longer than.
    pub p99: f64,
}

/// A reading of the counters.
pub type Reading = (Option<Usage>, Received, Option<u64>);

impl Sample {
    /// The difference of two readings, around `requests` that took `took`.
    pub fn between(before: Reading, after: Reading, requests: f64, took: Duration) -> Self {
        let spans = (after.1.spans - before.1.spans) as f64;
        let bytes = (after.1.bytes - before.1.bytes) as f64;
        let used = before.0.zip(after.0);
        let us = |get: fn(Usage) -> u64| used.map(|(from, to)| (get(to) - get(from)) as f64 / 1e3);
        let counted = before.2.zip(after.2);
        Self {
            cpu_us: us(|usage| usage.cpu_ns).map(|us| us / requests),
            exporter_us: us(|usage| usage.exporter_ns)
                .filter(|us| *us > 0.0)
                .map(|us| us / spans.max(1.0)),
            resident_mib: after.0.map(|usage| usage.resident_kib as f64 / 1024.0),
            spans: spans / requests,
            span_bytes: bytes / spans.max(1.0),
            rate: requests / took.as_secs_f64(),
            allocations: counted.map(|(from, to)| (to - from) as f64 / requests),
        }
    }
}

impl Latency {
    /// Of these requests.
    pub fn of(times: &[Duration]) -> Self {
        let ms = |share| {
            let times = times.iter().map(|time| time.as_secs_f64() * 1e3);
            quantile(times.collect(), share).unwrap_or_default()
        };
        Self {
            p50: ms(0.5),
            p99: ms(0.99),
        }
    }
}

impl Measured {
    /// Nothing yet.
    pub const fn of(mode: Mode) -> Self {
        Self {
            mode,
            starts: Vec::new(),
            samples: Vec::new(),
            latencies: Vec::new(),
            steady_rate: 0.0,
        }
    }

    /// The median of the rounds, in requests a second.
    pub fn rate(&self) -> f64 {
        quantile(self.samples.iter().map(|sample| sample.rate).collect(), 0.5).unwrap_or_default()
    }
}

/// The value below which this share of them lies, 0.5 being the median; none of none.
pub fn quantile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    values.get((share * last as f64).round() as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let values = vec![5.0, 1.0, 3.0, 2.0, 4.0];
        assert_eq!(quantile(values.clone(), 0.0), Some(1.0));
        assert_eq!(quantile(values.clone(), 0.5), Some(3.0));
        assert_eq!(quantile(values.clone(), 0.99), Some(5.0));
        assert_eq!(quantile(values, 1.0), Some(5.0));
        assert_eq!(quantile(Vec::new(), 0.5), None);
    }
}
