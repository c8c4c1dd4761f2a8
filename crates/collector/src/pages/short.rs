//! Names and numbers in few characters.

use super::markup::{Text, name_or};

/// Longer names are cut: all of one is in the span's details.
const MAX_NAME: usize = 160;

/// A name, cut where it is long.
pub fn short(name: &str, none: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("<bdi>{}…</bdi>", Text(name.get(..end).unwrap_or(name))),
        None => name_or(name, none),
    }
}

/// A number in groups of three digits.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_number_stands_in_groups() {
        let all = [0, 999, 1_000, 4_998, 1_234_567].map(grouped);
        assert_eq!(all, ["0", "999", "1,000", "4,998", "1,234,567"]);
    }
}
