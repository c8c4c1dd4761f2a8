//! `otlp_json`: any bytes are read or refused; spans that are read come back.
#![no_main]

use zipkin::decode::otlp::Encoding;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    fuzz_zipkin::read_otlp(Encoding::Json, body);
});
