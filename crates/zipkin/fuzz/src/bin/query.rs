//! A query string is read or refused, and asks any trace: the first line is the query string, the rest a list of spans.
#![no_main]

use zipkin::{Query, decode};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let end = input
        .iter()
        .position(|&byte| byte == b'\n')
        .unwrap_or(input.len());
    let (text, spans) = input.split_at(end);
    let params = form_urlencoded::parse(text);
    if let Ok(query) = Query::parse(params, 1_700_000_000_000, 86_400_000) {
        let spans = decode::list(spans.get(1..).unwrap_or_default()).unwrap_or_default();
        query.matches(&spans);
    }
});
