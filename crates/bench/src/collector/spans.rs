//! Spans as a small shop's services send them: traces of eight, five tags each, 435 bytes of JSON on average.

use std::{
    io::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use flate2::{Compression, write::GzEncoder};

/// Spans of a trace.
pub const IN_TRACE: usize = 8;

/// From one trace's start to the next's, in microseconds.
const BETWEEN_TRACES: u64 = 5_000;

/// Time that one trace in a hundred takes longer, in microseconds; it has tried again, too.
const RETRIED_US: u64 = 300_000;

/// Time that one trace in a thousand takes longer, in microseconds; it fails, too.
const FAILED_US: u64 = 900_000;

/// Service, kind, parent's place in the trace, name, the service called.
const SHAPE: [(&str, &str, usize, &str, &str); IN_TRACE] = [
    ("gateway", "SERVER", 0, "get /orders/{id}", "browser"),
    ("gateway", "CLIENT", 0, "get /orders/{id}", "orders"),
    ("orders", "SERVER", 1, "get /orders/{id}", "gateway"),
    ("orders", "CLIENT", 2, "select orders.items", "postgresql"),
    ("orders", "CLIENT", 2, "get /items", "inventory"),
    ("inventory", "SERVER", 4, "get /items", "orders"),
    ("inventory", "CLIENT", 5, "get stock:computer", "redis"),
    ("inventory", "PRODUCER", 5, "send stock-looked-up", "kafka"),
];

/// Numbered traces: the same number is the same trace.
#[derive(Clone, Copy)]
pub struct Spans {
    /// When trace 0 starts, in microseconds since the epoch.
    start: u64,
}

impl Spans {
    /// Traces of which the one with this number starts about now.
    pub fn until_now(number: usize) -> Self {
        Self {
            start: now_us() - number as u64 * BETWEEN_TRACES,
        }
    }

    /// The id of a trace: they are spread as random ones are.
    pub fn trace_id(self, trace: usize) -> String {
        format!(
            "{:016x}{:016x}",
            mixed(trace as u64),
            mixed(trace as u64 + (1 << 40))
        )
    }

    /// A list of so many spans as JSON, from the numbered span on.
    pub fn batch(self, first: usize, count: usize) -> Vec<u8> {
        let mut json = Vec::with_capacity(count * 440);
        for number in first..first + count {
            json.push(if number == first { b'[' } else { b',' });
            self.write(&mut json, number / IN_TRACE, number % IN_TRACE);
        }
        json.push(b']');
        json
    }

    fn write(self, json: &mut Vec<u8>, trace: usize, place: usize) {
        let Some((service, kind, parent, name, remote)) = SHAPE.get(place) else {
            return;
        };
        let id = |place: usize| mixed((trace * IN_TRACE + place) as u64 | 1 << 48);
        let parent = if place == 0 {
            String::new()
        } else {
            format!(r#""parentId":"{:016x}","#, id(*parent))
        };
        let (slow, tag) = match (trace % 1000, trace % 100) {
            (500, _) => (FAILED_US, r#","error":"too slow""#),
            (_, 50) => (RETRIED_US, r#","retries":"1""#),
            _ => (0, ""),
        };
        let timestamp = self.start + trace as u64 * BETWEEN_TRACES + place as u64 * 150;
        let duration = 9_000 - place as u64 * 1_000 + mixed(trace as u64) % 800 + slow;
        // Writing into a Vec does not fail.
        let _ = write!(
            json,
            r#"{{"traceId":"{}",{parent}"id":"{:016x}","kind":"{kind}","name":"{name}","timestamp":{timestamp},"duration":{duration},"localEndpoint":{{"serviceName":"{service}","ipv4":"10.42.0.{}","port":8080}},"remoteEndpoint":{{"serviceName":"{remote}"}},"tags":{{"http.method":"GET","http.path":"/shop/eu-1/orders/{trace}","http.status_code":"200","userId":"customer{}","orderId":"{trace}"{tag}}}}}"#,
            self.trace_id(trace),
            id(place),
            place + 1,
            trace % 5000,
        );
    }
}

/// The batch as Content-Encoding: gzip sends it.
pub fn gzip(json: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(json)?;
    packed.finish()
}

/// Microseconds since the epoch.
pub fn now_us() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.as_micros() as u64
}

/// Another number for each. It is splitmix64, which visits every number once.
pub fn mixed(number: u64) -> u64 {
    let mut mixed = number
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_435_bytes_on_average() {
        let spans = Spans::until_now(100_000);
        let bytes = spans.batch(400_000, 80_000).len() as f64 / 80_000.0;
        assert!((bytes - 435.0).abs() < 2.0, "{bytes}");
    }
}
