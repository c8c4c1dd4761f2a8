//! The cost of the parts of a hop alone: the header codecs, and the encoder. `cargo bench -p bench`.

use std::hint::black_box;

use criterion::Criterion;
use http::HeaderMap;
use telemetry::propagation::{self, HeaderFormat, Ids, Outgoing, Sampling};
use zipkin::{SpanId, TraceId, encode};

const TRACE: &str = include_str!("../src/spans/trace.json");

fn outgoing() -> Outgoing<'static> {
    let ids = Ids {
        trace_id: TraceId::new(0x463a_c35c_9f64_13ad_4848_5a39_53bb_6124),
        span_id: SpanId::new(0xa2fb_4a1d_1a96_d312),
        parent_id: Some(SpanId::new(0x0020_0000_0000_0001)),
    };
    Outgoing {
        random: true,
        ..Outgoing::of(ids, Sampling::Accept)
    }
}

/// Both directions of each format. `extract` always looks for all formats: that is what a server does.
fn headers(criterion: &mut Criterion) {
    let formats: [(&str, &[HeaderFormat]); 4] = [
        ("b3 multi", &[HeaderFormat::B3Multi]),
        ("b3 single", &[HeaderFormat::B3]),
        ("w3c", &[HeaderFormat::TraceContext]),
        (
            "default",
            &[
                HeaderFormat::B3Multi,
                HeaderFormat::TraceContext,
                HeaderFormat::Baggage,
            ],
        ),
    ];
    for (name, formats) in formats {
        let mut sent = HeaderMap::new();
        propagation::inject(&outgoing(), formats, &mut sent);
        criterion.bench_function(&format!("inject {name}"), |bencher| {
            let mut headers = HeaderMap::with_capacity(16);
            bencher.iter(|| propagation::inject(black_box(&outgoing()), formats, &mut headers));
        });
        criterion.bench_function(&format!("extract {name}"), |bencher| {
            bencher.iter(|| propagation::extract(black_box(&sent), formats));
        });
    }
}

/// Eight spans, as a request of the chain has them.
fn encoder(criterion: &mut Criterion) {
    let spans = zipkin::decode::list(TRACE.as_bytes()).unwrap_or_default();
    assert_eq!(spans.len(), 8);
    let mut out = Vec::with_capacity(8_192);
    criterion.bench_function("encode 8 spans", |bencher| {
        bencher.iter(|| {
            out.clear();
            encode::list(&mut out, black_box(&spans));
        });
    });
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    headers(&mut criterion);
    encoder(&mut criterion);
    criterion.final_summary();
}
