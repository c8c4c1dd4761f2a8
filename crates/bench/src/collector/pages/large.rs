//! Large traces of known shapes, as JSON: a root and so many spans below it, each within the time of its parent.

use std::io::Write as _;

use super::super::spans::{mixed, now_us};

/// Spans of one request.
const BATCH: usize = 1_000;

/// Nodes that each node of a tree causes.
const BRANCHES: u64 = 8;

/// Services that take turns.
const SERVICES: u64 = 12;

/// Microseconds that a child of a star takes, and waits for its turn.
const CHILD: u64 = 10;

/// The way in which the spans of a trace hang together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Each span causes eight others, until there are enough.
    Tree,
    /// Each span causes the next.
    Chain,
    /// The root causes all others, one after the other.
    Star,
}

/// A large trace.
pub struct Large {
    /// Its shape.
    pub shape: Shape,
    /// Whether every other span is the server of a call, else none is.
    pub has_servers: bool,
    /// The number of its spans.
    pub spans: usize,
    /// Traces with other numbers have other ids.
    pub number: u64,
}

impl Large {
    /// The id as text.
    pub fn trace_id(&self) -> String {
        format!("{:016x}{:016x}", mixed(self.number), mixed(self.number | 1 << 41))
    }

    /// All spans, in batches.
    pub fn batches(&self) -> Vec<Vec<u8>> {
        let times = self.times();
        let start = now_us().saturating_sub(times.first().map_or(0, |(_, length)| *length));
        let spans: Vec<usize> = (0..self.spans).collect();
        let batch = |numbers: &[usize]| {
            let mut json = Vec::new();
            for &number in numbers {
                json.push(if json.is_empty() { b'[' } else { b',' });
                self.write(&mut json, number as u64, start, &times);
            }
            json.push(b']');
            json
        };
        spans.chunks(BATCH).map(batch).collect()
    }

    /// One more span below the root: with it, the trace is another.
    pub fn one_more(&self, round: usize) -> Vec<u8> {
        let start = now_us();
        let (trace, root) = (self.trace_id(), self.id(0));
        let id = mixed(self.number << 32 | 1 << 60 | round as u64);
        format!(
            r#"[{{"traceId":"{trace}","id":"{id:016x}","parentId":"{root:016x}","name":"late","timestamp":{start},"duration":1,"localEndpoint":{{"serviceName":"late"}}}}]"#
        )
        .into_bytes()
    }

    fn id(&self, number: u64) -> u64 {
        mixed(self.number << 32 | 1 << 59 | number)
    }

    /// Of two spans that are client and server of a call, the client's number, and whether it is the server.
    fn call(&self, number: u64) -> (u64, bool) {
        if self.has_servers {
            (number / 2, number % 2 == 1)
        } else {
            (number, false)
        }
    }

    fn parent_of(&self, call: u64) -> u64 {
        match self.shape {
            Shape::Tree => (call - 1) / BRANCHES,
            Shape::Chain => call - 1,
            Shape::Star => 0,
        }
    }

    /// The span that caused this one.
    fn parent(&self, number: u64) -> Option<u64> {
        match self.call(number) {
            (_, true) => Some(number - 1),
            (0, false) => None,
            (call, false) if self.has_servers => Some(2 * self.parent_of(call) + 1),
            (call, false) => Some(self.parent_of(call)),
        }
    }

    /// When each span begins after the root, and how long it takes.
    fn times(&self) -> Vec<(u64, u64)> {
        let spans = self.spans as u64;
        let whole = match self.shape {
            Shape::Tree => 1 << 26,
            Shape::Chain => 4 * spans,
            Shape::Star => CHILD * (spans + 1),
        };
        let mut times: Vec<(u64, u64)> = Vec::with_capacity(self.spans);
        for number in 0..spans {
            let above = self.parent(number).and_then(|parent| times.get(parent as usize));
            let (start, length) = above.copied().unwrap_or((0, whole));
            let (call, is_server) = self.call(number);
            times.push(match (self.parent(number), self.shape) {
                (None, _) => (start, length),
                (Some(_), Shape::Chain) => (start + 1, length.saturating_sub(2)),
                (Some(_), _) if is_server => (start + 1, length.saturating_sub(2)),
                (Some(_), Shape::Star) => (start + CHILD * (call - 1), CHILD - 1),
                (Some(_), Shape::Tree) => {
                    let turn = length / BRANCHES;
                    (start + turn * ((call - 1) % BRANCHES), turn.saturating_sub(1))
                }
            });
        }
        times
    }

    fn write(&self, json: &mut Vec<u8>, number: u64, start: u64, times: &[(u64, u64)]) {
        let Some((after, duration)) = times.get(number as usize) else {
            return;
        };
        let (call, is_server) = self.call(number);
        let parent = self.parent(number).map_or_else(String::new, |parent| {
            format!(r#""parentId":"{:016x}","#, self.id(parent))
        });
        let kind = match (self.has_servers, is_server) {
            (false, _) => "",
            (true, true) => r#""kind":"SERVER","#,
            (true, false) => r#""kind":"CLIENT","#,
        };
        let service = (call + u64::from(is_server)) % SERVICES;
        let error = if number == self.spans as u64 * 3 / 4 {
            r#","error":"no stock""#
        } else {
            ""
        };
        // Writing into a Vec does not fail.
        let _ = write!(
            json,
            r#"{{"traceId":"{}",{parent}"id":"{:016x}",{kind}"name":"get /items/{}","timestamp":{},"duration":{duration},"localEndpoint":{{"serviceName":"service-{service}","ipv4":"10.42.0.{service}"}},"tags":{{"http.path":"/shop/eu-1/orders/{number}","http.status_code":"200","userId":"customer{}"{error}}}}}"#,
            self.trace_id(),
            self.id(number),
            call % 40,
            start + after,
            number % 5000,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(shape: Shape, has_servers: bool) -> zipkin::Waterfall {
        let large = Large {
            shape,
            has_servers,
            spans: 2_000,
            number: 1,
        };
        let mut spans = Vec::new();
        for batch in large.batches() {
            spans.extend(zipkin::decode::list(&batch).unwrap());
        }
        zipkin::waterfall(&spans).unwrap()
    }

    #[test]
    fn each_shape_is_one_trace_with_every_span_in_its_parent() {
        for (shape, depth) in [(Shape::Tree, 4), (Shape::Chain, 1_999), (Shape::Star, 1)] {
            let trace = trace(shape, false);
            assert_eq!(trace.rows.len(), 2_000);
            assert_eq!(trace.rows.iter().map(|row| row.depth).max(), Some(depth));
            assert!(trace.rows.iter().skip(1).all(|row| row.parent.is_some()));
            let analysis = zipkin::analysis::analyse(&trace);
            assert_eq!(analysis.doubts, []);
        }
    }

    #[test]
    fn half_of_the_spans_are_servers_where_they_should() {
        for shape in [Shape::Tree, Shape::Chain, Shape::Star] {
            let trace = trace(shape, true);
            let servers = trace
                .rows
                .iter()
                .filter(|row| row.kind == Some(zipkin::Kind::Server));
            assert_eq!(servers.count(), 1_000);
            assert!(trace.rows.iter().skip(1).all(|row| row.parent.is_some()));
        }
    }
}
