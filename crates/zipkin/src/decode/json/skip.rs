//! Values that are passed over, and what is neither a text nor holds others. Nothing here calls itself: what is nested a million
//! times deep is no deeper for the stack.

use super::{reader::Reader, token::Token, wrong::Wrong};

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

    /// Reads exactly this word, in any case as gson does.
    pub(super) fn literal(&mut self, literal: &str) -> Result<(), Wrong> {
        let end = self.at + literal.len();
        let found = self.text.as_bytes().get(self.at..end);
        if !found.is_some_and(|found| found.eq_ignore_ascii_case(literal.as_bytes())) {
            return Err(Wrong::malformed());
        }
        self.at = end;
        self.end_of_word()
    }

    /// Nothing else follows a literal or a number directly: `truest` is malformed, and not true.
    pub(super) fn end_of_word(&self) -> Result<(), Wrong> {
        match self.byte() {
            None | Some(b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t' | b'[' | b'{' | b':') => Ok(()),
            Some(_) => Err(Wrong::malformed()),
        }
    }
}
