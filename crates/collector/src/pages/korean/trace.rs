//! One trace.

pub const PAIRS: &[(&str, &str)] = &[];
