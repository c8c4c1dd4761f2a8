//! One column: everything that follows from one number of requests a second and one share of recorded traces.

use super::args::Args;
use super::constants::*;
use super::queue::Flow;

const DAY: f64 = 86_400.0;

/// A size and what it takes.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    args: Args,
    requests: f64,
    sampling: f64,
}

impl Plan {
    /// The plan for `requests` a second, of which the share `sampling` is recorded.
    pub const fn of(args: &Args, requests: f64, sampling: f64) -> Self {
        Self {
            args: *args,
            requests,
            sampling,
        }
    }

    /// The head of the column.
    pub fn title(&self) -> String {
        format!("{}, {} %", grouped(self.requests), self.sampling * 100.0)
    }

    /// Names and cells, from the top.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![
            ("spans a second", grouped(self.spans())),
            (
                "services: cores for recording and sending",
                cores(self.service_cores()),
            ),
            ("network, JSON", bits(self.spans() * self.args.bytes_per_span)),
            (
                "network, JSON in gzip",
                bits(self.spans() * self.args.bytes_per_span * GZIP_SHARE),
            ),
            ("collectors: cores", cores(self.collector_cores())),
            ("transport", self.transport()),
            (
                "Zipkin in memory, 1 GB of heap: holds",
                duration(1e9 / ZIPKIN_HEAP_BYTES / self.spans()),
            ),
            ("index a day, copies included", bytes(self.index_a_day())),
            (
                "primary shards a day",
                grouped((self.index_a_day() / self.copies() / SHARD_BYTES).ceil()),
            ),
            ("disk for the retention", bytes(self.disk())),
            (
                "traces a minute of a failure in 10,000",
                rate(self.requests * self.sampling * 1e-4 * 60.0),
            ),
            ("outage: spans dropped in each process", self.outage()),
        ];
        if let Some(money) = self.money() {
            rows.push(("money a month", grouped(money)));
        }
        rows
    }

    fn spans(&self) -> f64 {
        self.requests * self.sampling * self.args.spans_per_request
    }

    fn service_cores(&self) -> f64 {
        self.spans() * (RECORDING_US + EXPORTER_US) / 1e6
    }

    /// Half idle, so that a peak finds room.
    fn collector_cores(&self) -> f64 {
        self.spans() * COLLECTOR_US / 1e6 / COLLECTOR_LOAD
    }

    /// One collector can fail while another takes its load: above two cores a buffer is cheaper than more of them.
    fn transport(&self) -> String {
        let partitions = self.collector_cores().ceil();
        if partitions <= 2.0 {
            return "HTTP".to_owned();
        }
        format!("Kafka, {} partitions", grouped(partitions))
    }

    fn copies(&self) -> f64 {
        1.0 + self.args.replicas
    }

    fn index_a_day(&self) -> f64 {
        self.spans() * self.args.bytes_per_span * INDEX_SHARE * DAY * self.copies()
    }

    fn disk(&self) -> f64 {
        self.index_a_day() * self.args.retention_days / DISK_LOAD
    }

    fn outage(&self) -> String {
        // Every process of a service records its part of a trace.
        let arrivals =
            self.args.requests_per_process * self.sampling * self.args.spans_per_request / self.args.hops;
        let cost = Flow {
            arrivals,
            deliveries: 1e6 / EXPORTER_US,
            room: self.args.queue + BATCH,
            outage_ms: (self.args.outage * 1e3) as u64,
        }
        .simulate();
        let came = arrivals * self.args.outage;
        if came <= 0.0 {
            return "none".to_owned();
        }
        format!("{} of {}", grouped(cost.dropped), grouped(came))
    }

    fn money(&self) -> Option<f64> {
        let cores = self
            .args
            .core_month
            .map(|price| price * (self.service_cores() + self.collector_cores()));
        let disk = self.args.gigabyte_month.map(|price| price * self.disk() / 1e9);
        (cores.is_some() || disk.is_some()).then(|| cores.unwrap_or_default() + disk.unwrap_or_default())
    }
}

/// A whole number, `12,345`.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn cores(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.2}")
    } else {
        grouped(value)
    }
}

fn rate(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.1}")
    } else {
        grouped(value)
    }
}

/// Bytes a second, as networks are sold.
fn bits(bytes: f64) -> String {
    let megabits = bytes * 8.0 / 1e6;
    if megabits < 1_000.0 {
        format!("{megabits:.1} Mbit/s")
    } else {
        format!("{:.1} Gbit/s", megabits / 1e3)
    }
}

fn bytes(value: f64) -> String {
    let steps = [(1e15, "PB"), (1e12, "TB"), (1e9, "GB")];
    let (unit, name) = steps
        .into_iter()
        .find(|(unit, _)| value >= *unit)
        .unwrap_or((1e6, "MB"));
    format!("{:.1} {name}", value / unit)
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s if s < f64::INFINITY => format!("{} h", grouped(s / 3_600.0)),
        _ => "for ever".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_for_people() {
        let written = [
            grouped(1_234_567.0),
            grouped(999.0),
            bits(1_250_000.0),
            bits(2.5e8),
            bytes(3.21e12),
            duration(0.0127),
            duration(600.0),
            duration(f64::INFINITY),
        ];
        let expected = [
            "1,234,567",
            "999",
            "10.0 Mbit/s",
            "2.0 Gbit/s",
            "3.2 TB",
            "13 ms",
            "10 min",
            "for ever",
        ];
        assert_eq!(written, expected);
    }
}
