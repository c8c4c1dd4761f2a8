//! Numbers as people read them.

/// `1,204 traces`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// `1,204`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [
            (0, "0 links"),
            (1, "1 link"),
            (999, "999 links"),
            (1_204, "1,204 links"),
            (12_345_678, "12,345,678 links"),
        ] {
            assert_eq!(count(number, "link"), text);
        }
    }
}
