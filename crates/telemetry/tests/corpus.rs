//! The inputs that the fuzz targets start from, through the same checks, without libFuzzer.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic where it is"
)]

use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

fn each(target: &str, check: fn(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let mut count = 0;
    for file in std::fs::read_dir(seeds).unwrap() {
        let path = file.unwrap().path();
        println!("{}", path.display());
        check(&std::fs::read(path).unwrap());
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn headers_come_back() {
    each("b3_single", fuzz::headers::b3_single);
    each("b3_multi", fuzz::headers::b3_multi);
    each("trace_context", fuzz::headers::trace_context);
    each("baggage", fuzz::headers::baggage);
}

#[test]
fn lines_say_what_they_are_told() {
    each("lines", fuzz::lines::line);
}

#[test]
fn spans_come_back() {
    each("spans", fuzz::spans::come_back);
}
