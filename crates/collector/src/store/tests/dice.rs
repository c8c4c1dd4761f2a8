//! Random spans and searches.

use zipkin::{Annotation, Endpoint, Kind, Query, Span, SpanId, TraceId};

/// Small numbers, each from the one before (xorshift): a failure happens again.
pub struct Dice(pub u64);

impl Dice {
    /// A number below this one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// True once in so many times.
    pub fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    fn word(&mut self, letter: char, many: u64) -> Option<String> {
        (!self.one_in(6)).then(|| format!("{letter}{}", self.below(many)))
    }

    fn endpoint(&mut self) -> Option<Endpoint> {
        let endpoint = Endpoint {
            service_name: self.word('s', 4),
            port: self.one_in(2).then_some(80),
            ..Endpoint::default()
        };
        (!endpoint.is_empty()).then_some(endpoint)
    }

    /// A span of one of a few traces, that starts at about the time of its trace.
    pub fn span(&mut self, trace: u64) -> Span {
        let kinds = [
            None,
            Some(Kind::Client),
            Some(Kind::Server),
            Some(Kind::Producer),
            Some(Kind::Consumer),
        ];
        let high = u128::from(self.below(2)) << 64;
        let mut span = Span::new(
            TraceId::new(high | u128::from(trace + 1)),
            SpanId::new(self.below(6) + 1),
        );
        span.parent_id = (!self.one_in(3))
            .then(|| SpanId::new(self.below(6) + 1))
            .filter(|&id| id != span.id);
        span.kind = kinds[self.below(5) as usize];
        span.shared = span.kind == Some(Kind::Server) && self.one_in(3);
        span.name = self.word('n', 8);
        span.timestamp = (!self.one_in(8)).then(|| 1 + trace * 3_000 + self.below(9_000));
        span.duration = (!self.one_in(4)).then(|| 1 + self.below(1_000));
        span.local_endpoint = self.endpoint();
        span.remote_endpoint = self.endpoint();
        for _ in 0..self.below(3) {
            span.tags.extend(self.word('k', 5).zip(self.word('v', 40)));
        }
        if self.one_in(6) {
            span.tags.insert("error".into(), String::new());
        }
        if let (true, Some(value)) = (self.one_in(4), self.word('k', 5)) {
            span.annotations.push(Annotation { timestamp: 1, value });
        }
        span
    }

    /// A search that finds something now and then.
    pub fn query(&mut self, latest: u64) -> Query {
        let mut params = vec![
            ("endTs", (1 + self.below(latest + 20)).to_string()),
            ("lookback", (1 + self.below(latest + 20)).to_string()),
            ("limit", (1 + self.below(20)).to_string()),
        ];
        for (param, letter, many) in [
            ("serviceName", 's', 5),
            ("remoteServiceName", 's', 5),
            ("spanName", 'n', 9),
        ] {
            if self.one_in(3) {
                params.extend(self.word(letter, many).map(|word| (param, word)));
            }
        }
        if self.one_in(3) {
            let (key, value) = (self.word('k', 6).unwrap_or("error".into()), self.word('v', 41));
            params.push((
                "annotationQuery",
                value.map_or(key.clone(), |value| format!("{key}={value}")),
            ));
        }
        if self.one_in(3) {
            let shortest = 1 + self.below(1_100);
            params.push(("minDuration", shortest.to_string()));
            if self.one_in(2) {
                params.push(("maxDuration", (shortest + self.below(100)).to_string()));
            }
        }
        Query::parse(params.into_iter(), 1, 1).unwrap()
    }
}
