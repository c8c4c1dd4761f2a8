//! `b3_multi`: the `X-B3-…` headers.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_telemetry::headers::b3_multi(input));
