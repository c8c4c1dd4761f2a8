//! Numbers in few characters.

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
