//! Values that are passed over, and what is neither a text nor holds others. Nothing here calls itself: what is nested a million
//! times deep is no deeper for the stack.

use super::{Reader, Token, Wrong};

impl<'a> Reader<'a> {
    /// Passes over the next value, which must be one all the same.
    pub fn skip(&mut self) -> Result<(), Wrong> {
        let mut open = Vec::new();
        loop {
            match self.token()? {
                Token::Object => {
                    self.open_object()?;
                    open.push(Token::Object);
                }
                Token::List => {
                    self.open_list()?;
                    open.push(Token::List);
                }
                Token::Text | Token::Number => drop(self.text()?),
                Token::Boolean => drop(self.boolean()?),
                Token::Null => drop(self.null()?),
            }
            if !self.next_of(&mut open)? {
                return Ok(());
            }
        }
    }

    /// On to the next value of what is open; false when nothing is any more.
    fn next_of(&mut self, open: &mut Vec<Token>) -> Result<bool, Wrong> {
        while let Some(innermost) = open.last() {
            let goes_on = match innermost {
                Token::Object => self.key()?.is_some(),
                _ => self.item()?,
            };
            if goes_on {
                return Ok(true);
            }
            open.pop();
        }
        Ok(false)
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
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Reads exactly this.
    pub(super) fn literal(&mut self, literal: &str) -> Result<(), Wrong> {
        for expected in literal.bytes() {
            if self.byte().ok_or(Wrong::End)? != expected {
                return Err(Wrong::malformed());
            }
            self.at += 1;
        }
        Ok(())
    }

    /// At least one.
    fn digits(&mut self) -> Result<(), Wrong> {
        if !self.byte().ok_or(Wrong::End)?.is_ascii_digit() {
            return Err(Wrong::malformed());
        }
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn pass(&mut self, any_of: &[u8]) -> bool {
        let is_one = self.byte().is_some_and(|byte| any_of.contains(&byte));
        self.at += usize::from(is_one);
        is_one
    }
}
