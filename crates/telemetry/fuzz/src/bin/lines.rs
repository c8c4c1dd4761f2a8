//! `lines`: log lines of every format.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz_telemetry::lines::line(input));
