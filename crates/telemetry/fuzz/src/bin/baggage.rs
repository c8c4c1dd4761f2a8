//! `baggage`: the `baggage` header.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_telemetry::headers::baggage(input));
