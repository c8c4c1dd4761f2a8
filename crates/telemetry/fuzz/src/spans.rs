//! Spans that we encode are read back equal by a collector.

use zipkin::{Annotation, Endpoint, Kind, Span, SpanId, TraceId, decode, encode};

/// Spans are cut out of the input, as a tracer could make them.
pub fn come_back(input: &[u8]) {
    let mut input = Input(input);
    let mut spans = Vec::new();
    while !input.0.is_empty() && spans.len() < 20 {
        spans.push(span(&mut input));
    }
    let mut json = Vec::new();
    encode::list(&mut json, &spans);
    let text = String::from_utf8_lossy(&json);
    assert_eq!(decode::list(&json).as_deref(), Ok(spans.as_slice()), "{text}");
}

fn span(input: &mut Input<'_>) -> Span {
    let trace_id = u128::from(input.number()) << 64 | u128::from(input.number()).max(1);
    let mut span = Span::new(TraceId::new(trace_id), SpanId::new(input.number().max(1)));
    let flags = input.byte();
    let kinds = [
        None,
        Some(Kind::Client),
        Some(Kind::Server),
        Some(Kind::Producer),
        Some(Kind::Consumer),
    ];
    span.kind = kinds[usize::from(flags) % kinds.len()];
    span.debug = flags & 32 != 0;
    span.shared = flags & 64 != 0 && span.kind != Some(Kind::Client);
    let parent = SpanId::new(input.number().max(1));
    span.parent_id = (flags & 128 != 0 && parent != span.id).then_some(parent);
    span.name = input.name();
    span.timestamp = input.time();
    span.duration = input.time();
    span.local_endpoint = endpoint(input);
    span.remote_endpoint = endpoint(input);
    for _ in 0..input.byte() % 4 {
        let (timestamp, value) = (input.time().unwrap_or_default(), input.text());
        span.annotations.push(Annotation { timestamp, value });
    }
    span.annotations.sort();
    span.annotations.dedup();
    for _ in 0..input.byte() % 4 {
        span.tags.insert(input.text(), input.text());
    }
    span
}

fn endpoint(input: &mut Input<'_>) -> Option<Endpoint> {
    let flags = input.byte();
    let mut endpoint = Endpoint {
        service_name: input.name(),
        ..Endpoint::default()
    };
    if flags & 1 != 0 {
        endpoint.set_ip((input.number() as u32).to_be_bytes().into());
    }
    if flags & 2 != 0 {
        // Above `::`, where an address is IPv6 beyond doubt.
        endpoint.set_ip((1 << 127 | u128::from(input.number())).to_be_bytes().into());
    }
    endpoint.port = Some(input.number() as u16).filter(|port| *port != 0 && flags & 4 != 0);
    (!endpoint.is_empty()).then_some(endpoint)
}

/// The rest of the input; zeros where there is none.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> u64 {
        (0..self.byte() % 9).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    /// Microseconds; what is in no `long` of Java no clock says.
    fn time(&mut self) -> Option<u64> {
        Some(self.number() >> 1).filter(|time| *time != 0)
    }

    fn text(&mut self) -> String {
        let length = usize::from(self.byte()).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    fn name(&mut self) -> Option<String> {
        // Twice: some letters have a lower case that has one of its own.
        Some(self.text().to_lowercase().to_lowercase()).filter(|name| !name.is_empty())
    }
}
