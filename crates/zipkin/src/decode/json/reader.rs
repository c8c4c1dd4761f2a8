//! JSON and how far it was read. The files beside this one add to it how numbers and texts are read, and how values are skipped.

use std::borrow::Cow;

use super::{token::Token, wrong::Wrong};

/// JSON and how far it was read.
#[derive(Clone)]
pub struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// A list or an object was opened, and nothing in it was read yet.
    has_opened: bool,
}

impl<'a> Reader<'a> {
    /// Starts at the front.
    pub fn new(text: &'a str) -> Self {
        let (at, has_opened) = (0, false);
        Self { text, at, has_opened }
    }

    /// Starts a list.
    pub fn open_list(&mut self) -> Result<(), Wrong> {
        self.open(b'[')
    }

    /// Whether the list goes on.
    pub fn item(&mut self) -> Result<bool, Wrong> {
        self.goes_on(b']')
    }

    /// Starts an object.
    pub fn open_object(&mut self) -> Result<(), Wrong> {
        self.open(b'{')
    }

    /// The next key of the object, repeated ones too; none at its end.
    pub fn key(&mut self) -> Result<Option<Cow<'a, str>>, Wrong> {
        if !self.goes_on(b'}')? {
            return Ok(None);
        }
        self.expect(b'"')?;
        let key = self.rest_of_text()?;
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// The place to which the text was read.
    pub fn place(&self) -> usize {
        self.at
    }

    /// The fault of a value, read last, that lacks something.
    pub fn missing(&self, reason: &'static str) -> Wrong {
        // The last byte belongs to it: the bracket of an object, say, which is still open before that.
        Wrong::Missing(reason, self.at.saturating_sub(1))
    }

    /// The kind of the next value.
    pub fn token(&mut self) -> Result<Token, Wrong> {
        Ok(match self.peek()? {
            b'"' => Token::Text,
            b'-' | b'0'..=b'9' => Token::Number,
            b't' | b'T' | b'f' | b'F' => Token::Boolean,
            b'n' | b'N' => Token::Null,
            b'{' => Token::Object,
            b'[' => Token::List,
            _ => return Err(Wrong::malformed()),
        })
    }

    /// Whether the next value is `null`, which is read then.
    pub fn null(&mut self) -> Result<bool, Wrong> {
        let is_null = matches!(self.peek()?, b'n' | b'N');
        if is_null {
            self.literal("null")?;
        }
        Ok(is_null)
    }

    /// A string, or a number as it was written.
    pub fn text(&mut self) -> Result<Cow<'a, str>, Wrong> {
        match self.token()? {
            Token::Text => {
                self.at += 1;
                self.rest_of_text()
            }
            Token::Number => self.number().map(Cow::Borrowed),
            _ => Err(self.unexpected("a string")),
        }
    }

    /// `true` or `false`.
    pub fn boolean(&mut self) -> Result<bool, Wrong> {
        match self.peek()? {
            b't' | b'T' => self.literal("true").map(|()| true),
            b'f' | b'F' => self.literal("false").map(|()| false),
            _ => Err(self.unexpected("a boolean")),
        }
    }

    fn open(&mut self, bracket: u8) -> Result<(), Wrong> {
        self.expect(bracket)?;
        self.has_opened = true;
        Ok(())
    }

    fn goes_on(&mut self, end: u8) -> Result<bool, Wrong> {
        let has_opened = std::mem::take(&mut self.has_opened);
        match self.peek()? {
            byte if byte == end => {
                self.at += 1;
                Ok(false)
            }
            b',' if !has_opened => {
                self.at += 1;
                Ok(true)
            }
            _ if has_opened => Ok(true),
            _ => Err(Wrong::malformed()),
        }
    }

    fn expect(&mut self, expected: u8) -> Result<(), Wrong> {
        if self.peek()? != expected {
            return Err(Wrong::malformed());
        }
        self.at += 1;
        Ok(())
    }

    /// Nothing but white space may follow.
    pub fn end(&mut self) -> Result<(), Wrong> {
        match self.peek() {
            Err(Wrong::End) => Ok(()),
            _ => Err(Wrong::malformed()),
        }
    }

    /// The first byte that is no white space.
    pub(super) fn peek(&mut self) -> Result<u8, Wrong> {
        while let Some(byte) = self.byte() {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Ok(byte);
            }
            self.at += 1;
        }
        Err(Wrong::End)
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next value is another one than `expected`. As gson, this looks at no more of it than says what it is; if it is
    /// no value at all, that is what is wrong.
    pub(super) fn unexpected(&mut self, expected: &str) -> Wrong {
        let found = self.token().and_then(|token| {
            let start = self.at;
            self.look_at(token)?;
            Ok(Wrong::token(expected, token, start..self.at))
        });
        found.unwrap_or_else(|wrong| wrong)
    }

    fn look_at(&mut self, token: Token) -> Result<(), Wrong> {
        match token {
            Token::Text | Token::Object | Token::List => self.at += 1,
            Token::Boolean => drop(self.boolean()?),
            Token::Null => drop(self.null()?),
            Token::Number => {
                let start = self.at;
                let number = self.number()?;
                // gson passes over those that it can keep as 64 bits.
                if number == "-0" || number.parse::<i64>().is_err() {
                    self.at = start;
                }
            }
        }
        Ok(())
    }
}
