//! The time to decode, to lay out and to analyse a large trace: `cargo run --release -p three-hops-zipkin --example analysis_speed`.
//!
//! Four shapes of 100,000 spans: one service that calls another again and again, a chain, a mix of both, and a service a span.

use std::{fmt::Write as _, time::Instant};

use zipkin::analysis::{analyse, compare, corrected, what_if};

const SPANS: u64 = 100_000;

/// The parent, the service, the start and the duration of a span.
type Shape = fn(u64) -> (u64, String, u64, u64);

const SHAPES: [(&str, Shape); 4] = [
    ("flat", |id| (1, "orders".into(), 20 * id, 15)),
    ("deep", |id| {
        (id - 1, format!("s{}", id % 9), id, 2 * (SPANS - id) + 1)
    }),
    ("mixed", |id| {
        let parent = (id / 7).max(1);
        (
            parent,
            format!("s{}", id % 50),
            20 * parent + id % 300,
            15 + id % 90,
        )
    }),
    ("services", |id| (1, format!("s{id}"), 20 * id, 15)),
];

fn main() -> Result<(), zipkin::DecodeError> {
    println!("{SPANS} spans   decode  lay out  analyse  what if  correct  compare, each in ms");
    for (name, shape) in SHAPES {
        let json = json(shape);
        let mut times = vec![Instant::now()];
        let spans = zipkin::decode::list(json.as_bytes())?;
        times.push(Instant::now());
        let Some(trace) = zipkin::waterfall(&spans) else {
            continue;
        };
        times.push(Instant::now());
        let found = analyse(&trace);
        times.push(Instant::now());
        what_if(&trace, "orders", 1_000);
        times.push(Instant::now());
        corrected(&trace);
        times.push(Instant::now());
        compare(std::slice::from_ref(&trace), std::slice::from_ref(&trace));
        times.push(Instant::now());
        let mut line = format!("{name:12}");
        for (begun, ended) in times.iter().zip(times.iter().skip(1)) {
            let _ = write!(line, " {:8}", ended.duration_since(*begun).as_millis());
        }
        println!("{line}   {}", found.answer);
    }
    Ok(())
}

/// Calls and those who answer them take turns below one root.
fn json(shape: Shape) -> String {
    let mut json = String::from("[");
    for id in 1..=SPANS {
        let (parent, service, start, duration) = match id {
            1 => (0, "orders".into(), 0, 20 * SPANS),
            id => shape(id),
        };
        let parent = if parent > 0 {
            format!(r#""parentId":"{parent:x}","#)
        } else {
            String::new()
        };
        let kind = if id % 2 == 0 { "CLIENT" } else { "SERVER" };
        let comma = if id > 1 { "," } else { "" };
        let _ = write!(
            json,
            r#"{comma}{{"traceId":"1","id":"{id:x}",{parent}"name":"get","kind":"{kind}","timestamp":{},"duration":{duration},
                "localEndpoint":{{"serviceName":"{service}"}}}}"#,
            1_000_000 + start,
        );
    }
    json + "]"
}
