//! The middle of many times, and how far it may be off.

/// The distance that the median of a set may be off: the median deviation of normal values, by the root of their number.
pub(super) fn error(times: &[u64]) -> f64 {
    let middle = median(times).unwrap_or_default();
    let deviations: Vec<u64> = times.iter().map(|time| time.abs_diff(middle)).collect();
    1.4826 * 1.2533 * median(&deviations).unwrap_or_default() as f64 / (times.len().max(1) as f64).sqrt()
}

/// The upper one of two in the middle; none of no values.
pub(super) fn median(values: &[u64]) -> Option<u64> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}
