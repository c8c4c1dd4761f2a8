//! The one binary: starts the parts, sends requests, draws traces.
fn main() {}
