//! Numbers and texts as bytes: numbers by seven bits, the lowest first, so that small ones are short; texts after their
//! length. Of what may be absent, 0 says so, and anything else is one more than it is.

const MORE: u8 = 1 << 7;

/// Appends a number.
pub fn write_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= u64::from(MORE) {
        out.push(number as u8 | MORE);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Bytes of what [`write_part`] writes.
pub fn part_bytes(part: &[u8]) -> usize {
    part.len() + part.len().checked_ilog2().map_or(1, |bits| 1 + bits as usize / 7)
}

/// Appends a number that may be absent. The largest of all, which no time is, becomes its neighbour.
pub fn write_optional_number(out: &mut Vec<u8>, number: Option<u64>) {
    write_number(out, number.map_or(0, |number| number.saturating_add(1)));
}

/// Appends bytes after their length.
pub fn write_part(out: &mut Vec<u8>, part: &[u8]) {
    write_number(out, part.len() as u64);
    out.extend_from_slice(part);
}

/// Appends a text.
pub fn write_text(out: &mut Vec<u8>, text: &str) {
    write_part(out, text.as_bytes());
}

/// Appends a text that may be absent.
pub fn write_optional_text(out: &mut Vec<u8>, text: Option<&str>) {
    write_optional_number(out, text.map(|text| text.len() as u64));
    out.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// The text of bytes that were one when they were written. Empty, should they be none: then somebody has changed a file and its
/// checksum.
pub fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}

/// Bytes that are read from the front; none of its methods finds anything behind their end.
#[derive(Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// One byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// So many bytes, which the caller's type says.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    /// A number.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & !MORE) << shift;
            if byte < MORE {
                return Some(number);
            }
        }
        None
    }

    /// A number that may be absent.
    pub fn optional_number(&mut self) -> Option<Option<u64>> {
        self.number().map(|number| number.checked_sub(1))
    }

    /// Bytes after their length.
    pub fn part(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.bytes(length)
    }

    /// Bytes that may be absent.
    pub fn optional_part(&mut self) -> Option<Option<&'a [u8]>> {
        let Some(length) = self.optional_number()? else {
            return Some(None);
        };
        self.bytes(length).map(Some)
    }

    fn bytes(&mut self, length: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }
}
