//! The wire of protocol buffers: <https://protobuf.dev/programming-guides/encoding/>. A message is a row of fields; each is
//! a key (number and wire type) and a value.

use super::error::DecodeError;

/// The fields of a message. After an error there are no more.
pub struct Fields<'a>(pub &'a [u8]);

/// A value, by its wire type.
pub enum Value<'a> {
    /// A number of 1 to 10 bytes.
    Varint(u64),
    /// A number of 8 bytes.
    Fixed64(u64),
    /// A text, bytes or a message, after its length.
    Bytes(&'a [u8]),
    /// Four bytes, which no field of a span has.
    Fixed32,
}

/// The fault of a message.
pub struct Wrong(pub String);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Wrong>;

    // A call for each of some fifty fields would be a sixth of what a span takes.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    #[inline(always)]
    fn field(&mut self) -> Result<(u64, Value<'a>), Wrong> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed64(self.fixed64()?),
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.bytes(length)?)
            }
            5 => self.bytes(4).map(|_| Value::Fixed32)?,
            _ => return Err(malformed()),
        };
        match key >> 3 {
            0 => Err(malformed()),
            number => Ok((number, value)),
        }
    }

    // Nearly all keys and lengths have one byte.
    #[inline(always)]
    fn varint(&mut self) -> Result<u64, Wrong> {
        match self.0 {
            [byte @ ..0x80, rest @ ..] => {
                self.0 = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    #[inline(never)]
    fn long_varint(&mut self) -> Result<u64, Wrong> {
        let mut number = 0;
        for (place, &byte) in self.0.iter().enumerate() {
            // The tenth byte has room for one bit.
            if place == 9 && byte > 1 {
                break;
            }
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                self.0 = self.0.get(place + 1..).unwrap_or_default();
                return Ok(number);
            }
        }
        Err(if self.0.len() < 10 {
            truncated(1, &[])
        } else {
            malformed()
        })
    }

    #[inline]
    fn fixed64(&mut self) -> Result<u64, Wrong> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or_else(|| truncated(8, self.0))?;
        self.0 = rest;
        Ok(u64::from_le_bytes(*bytes))
    }

    #[inline]
    fn bytes(&mut self, length: u64) -> Result<&'a [u8], Wrong> {
        let split = usize::try_from(length)
            .ok()
            .and_then(|length| self.0.split_at_checked(length));
        let (taken, rest) = split.ok_or_else(|| truncated(length, self.0))?;
        self.0 = rest;
        Ok(taken)
    }
}

impl<T: ToString> From<T> for Wrong {
    fn from(reason: T) -> Self {
        Self(reason.to_string())
    }
}

impl From<Wrong> for DecodeError {
    fn from(Wrong(reason): Wrong) -> Self {
        Self::Proto3(reason)
    }
}

#[cold]
fn truncated(length: u64, bytes: &[u8]) -> Wrong {
    let available = bytes.len();
    Wrong(format!(
        "Truncated: length {length} > bytes available {available}"
    ))
}

#[cold]
fn malformed() -> Wrong {
    Wrong("Malformed".to_owned())
}
