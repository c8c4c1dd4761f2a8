//! `otlp_logs`: any bytes are read or refused, in both encodings; a request that is read once is read again in the same way.
#![no_main]

use zipkin::decode::otlp::Encoding;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    for encoding in [Encoding::Json, Encoding::Protobuf] {
        let read = || {
            let mut lent = 0;
            let count = encoding.each_log(body, |_| lent += 1);
            (count, lent)
        };
        let (count, lent) = read();
        assert_eq!((count.clone(), lent), read());
        if let Ok(count) = count {
            assert_eq!(count, lent);
        }
    }
});
