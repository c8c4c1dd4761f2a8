//! `json_v2`: any bytes are read or refused; what is read comes back.
#![no_main]

use zipkin::decode::Format;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Ok(spans) = Format::JsonV2.list(body) {
        fuzz_zipkin::comes_back(&spans);
    }
});
