//! `trace_context`: `traceparent`, `tracestate`, and which format wins.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_telemetry::headers::trace_context(input));
