//! Whole numbers as texts. Most are an HTTP status, which takes no memory of its own.

use crate::Text;

/// Numbers whose texts stand in [`DIGITS`].
const COUNT: usize = 1_000;

/// The three digits of each number, zeros first.
const DIGITS: [u8; 3 * COUNT] = digits();

/// The number in digits.
pub fn text(number: i64) -> Text<'static> {
    small(number).map_or_else(
        || itoa::Buffer::new().format(number).to_owned().into(),
        Text::Borrowed,
    )
}

fn small(number: i64) -> Option<&'static str> {
    let number = usize::try_from(number).ok().filter(|&number| number < COUNT)?;
    let zeros = match number {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let digits = DIGITS.get(3 * number + zeros..3 * number + 3)?;
    str::from_utf8(digits).ok()
}

#[expect(
    clippy::indexing_slicing,
    reason = "the compiler would not have an index out of bounds here"
)]
const fn digits() -> [u8; 3 * COUNT] {
    let mut digits = [0; 3 * COUNT];
    let mut place = 0;
    while place < digits.len() {
        let number = place / 3;
        let digit = [number / 100, number / 10 % 10, number % 10][place % 3];
        digits[place] = b'0' + digit as u8;
        place += 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_its_digits() {
        for number in (-1..=1_001).chain([i64::MIN, i64::MAX]) {
            assert_eq!(text(number), number.to_string());
        }
        assert!(matches!(text(999), Text::Borrowed(_)));
    }
}
