//! Numbers, as they are written and as what they are read.

use std::ops::RangeInclusive;

use super::{reader::Reader, token::Token, wrong::Wrong};

impl<'a> Reader<'a> {
    /// A whole number of 64 bits, also one that is written as `"15"`, `15.0` or `1.5e1`.
    pub fn long(&mut self) -> Result<i64, Wrong> {
        self.integer("a long", i64::MIN..=i64::MAX)
    }

    /// The same, of 32 bits.
    pub fn int(&mut self) -> Result<i64, Wrong> {
        self.integer("an int", i32::MIN.into()..=i32::MAX.into())
    }

    /// A number of 64 bits that is not negative, written as any other; 0 for one that is negative.
    pub fn unsigned(&mut self) -> Result<u64, Wrong> {
        // Beyond what `long` takes, it is in digits alone.
        let mut ahead = self.clone();
        if let Ok(number) = ahead.text().map(|text| text.parse::<u64>())
            && let Ok(number) = number
        {
            *self = ahead;
            return Ok(number);
        }
        self.long()
            .map(|number| u64::try_from(number).unwrap_or_default())
    }

    fn integer(&mut self, expected: &str, range: RangeInclusive<i64>) -> Result<i64, Wrong> {
        if !matches!(self.token()?, Token::Text | Token::Number) {
            return Err(self.unexpected(expected));
        }
        let start = self.at;
        let text = self.text()?;
        match whole(&text)? {
            Some(number) if range.contains(&number) => Ok(number),
            _ => Err(Wrong::Unexpected {
                reason: format!("Expected {expected} but was {text}"),
                value: start..self.at,
                advice: None,
            }),
        }
    }

    /// A number as it is written: `-1.50e+3`.
    pub(super) fn number(&mut self) -> Result<&'a str, Wrong> {
        let start = self.at;
        self.pass(b"-");
        // No zero leads: what follows one is no digit.
        if !self.pass(b"0") {
            self.digits()?;
        }
        if self.pass(b".") {
            self.digits()?;
        }
        if self.pass(b"eE") {
            self.pass(b"+-");
            self.digits()?;
        }
        self.end_of_word()?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// At least one.
    fn digits(&mut self) -> Result<(), Wrong> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return Err(Wrong::malformed());
        }
        Ok(())
    }

    fn pass(&mut self, any_of: &[u8]) -> bool {
        let is_one = self.byte().is_some_and(|byte| any_of.contains(&byte));
        self.at += usize::from(is_one);
        is_one
    }
}

/// The whole number that a number is, if it is one.
fn whole(text: &str) -> Result<Option<i64>, Wrong> {
    if let Ok(number) = text.parse() {
        return Ok(Some(number));
    }
    match text.parse::<f64>() {
        Ok(number) => Ok(Some(number as i64).filter(|&whole| whole as f64 == number)),
        Err(_) if text.trim_ascii().is_empty() => Err(Wrong::from("empty String")),
        Err(_) => Err(Wrong::from(format!("For input string: \"{text}\""))),
    }
}
