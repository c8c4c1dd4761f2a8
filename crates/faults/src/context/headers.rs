//! A context in the headers of a request, by format.

use http::HeaderMap;
use telemetry::propagation::{self, Extracted, HeaderFormat, Outgoing};

/// The formats that carry ids.
pub const OF_IDS: [HeaderFormat; 3] = [
    HeaderFormat::B3Multi,
    HeaderFormat::B3,
    HeaderFormat::TraceContext,
];

/// Takes off the headers of a format.
pub fn remove(format: HeaderFormat, headers: &mut HeaderMap) {
    for name in format.header_names() {
        headers.remove(*name);
    }
}

fn has(format: HeaderFormat, headers: &HeaderMap) -> bool {
    format
        .header_names()
        .iter()
        .any(|name| headers.contains_key(*name))
}

/// Writes the context in one more format, where it is not there yet.
pub fn add(format: HeaderFormat, headers: &mut HeaderMap) {
    if !has(format, headers) {
        write(&propagation::extract(headers, &OF_IDS), &[format], headers);
    }
}

/// Writes the context anew, in the formats in which it is there.
pub fn rewrite(headers: &mut HeaderMap, change: impl FnOnce(&mut Extracted)) {
    let there: Vec<HeaderFormat> = OF_IDS
        .into_iter()
        .filter(|format| has(*format, headers))
        .collect();
    let mut context = propagation::extract(headers, &there);
    change(&mut context);
    write(&context, &there, headers);
}

fn write(context: &Extracted, formats: &[HeaderFormat], headers: &mut HeaderMap) {
    let Some(ids) = context.ids else {
        return;
    };
    let outgoing = Outgoing {
        random: context.random,
        tracestate: context.tracestate.as_deref(),
        ..Outgoing::of(ids, context.sampling)
    };
    propagation::inject(&outgoing, formats, headers);
}
