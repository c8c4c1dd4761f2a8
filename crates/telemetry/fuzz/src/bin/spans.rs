//! `spans`: spans as JSON, there and back.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_telemetry::spans::come_back(input));
