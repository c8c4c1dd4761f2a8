//! Durations for people.

/// A duration in the unit that suits it: `412 µs`, `1.23 ms`, `20.3 ms`, `2.05 s`, `3 min 20 s`.
pub fn duration(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{} ms", three_digits(micros as f64 / 1e3)),
        1_000_000..60_000_000 => format!("{} s", three_digits(micros as f64 / 1e6)),
        _ => format!("{} min {} s", micros / 60_000_000, micros / 1_000_000 % 60),
    }
}

fn three_digits(value: f64) -> String {
    let decimals = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_a_unit() {
        for (micros, text) in [
            (0, "0 µs"),
            (999, "999 µs"),
            (1_000, "1.00 ms"),
            (9_996, "10.0 ms"),
            (20_333, "20.3 ms"),
            (207_000, "207 ms"),
            (2_050_000, "2.05 s"),
            (200_000_000, "3 min 20 s"),
        ] {
            assert_eq!(duration(micros), text);
        }
    }
}
