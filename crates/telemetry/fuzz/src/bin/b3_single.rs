//! `b3_single`: the `b3` header.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_telemetry::headers::b3_single(input));
