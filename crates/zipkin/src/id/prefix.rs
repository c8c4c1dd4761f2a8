//! The first digits of a trace id: people copy them from a terminal, where whole ids are too long.

use std::ops::RangeInclusive;

use super::{IdError, TraceId, number};

/// The digits that a trace id of 32 has more than one of 16.
const UPPER: u32 = 16;

/// 1 to 32 hex digits with which trace ids may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceIdPrefix {
    value: u128,
    digits: u32,
}

impl TraceIdPrefix {
    /// Reads 1 to 32 hex digits, in either case.
    ///
    /// ```
    /// use zipkin::TraceIdPrefix;
    ///
    /// let prefix = TraceIdPrefix::parse("463AC35C")?;
    /// assert!(prefix.values().any(|ids| ids.contains(&0x463ac35c9f6413ad48485a3953bb6124)));
    /// # Ok::<(), zipkin::IdError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let value =
            number::from_hex("traceId", &text.to_ascii_lowercase(), 32).map_err(|error| match error {
                IdError::NotLowerHex(_) => IdError::NotLowerHex(text.to_owned()),
                error => error,
            })?;
        let digits = text.len() as u32;
        Ok(Self { value, digits })
    }

    /// The id that the digits are on their own, padded on the left as in [`TraceId::parse`]; none where all are zeros.
    ///
    /// ```
    /// use zipkin::{TraceId, TraceIdPrefix};
    ///
    /// assert_eq!(TraceIdPrefix::parse("abc")?.whole(), Some(TraceId::new(0xabc)));
    /// # Ok::<(), zipkin::IdError>(())
    /// ```
    pub fn whole(self) -> Option<TraceId> {
        (self.value != 0).then_some(TraceId::new(self.value))
    }

    /// The values of the ids that begin with the digits: first those that are written with 16 digits, then those with 32.
    /// More than 16 digits also find an id of 16 that was copied with zeros in front, as W3C Trace Context writes it.
    pub fn values(self) -> impl Iterator<Item = RangeInclusive<u128>> {
        let short = UPPER
            .checked_sub(self.digits)
            .map(|missing| self.followed_by(missing));
        let long = self.followed_by(2 * UPPER - self.digits);
        let first_long = if short.is_some() { 1 << 64 } else { 0 };
        let long = *long.start().max(&first_long)..=*long.end();
        short
            .into_iter()
            .chain([long])
            .filter(|values| !values.is_empty())
    }

    fn followed_by(self, missing: u32) -> RangeInclusive<u128> {
        let first = self.value << (4 * missing);
        first..=first | ((1 << (4 * missing)) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_finds(prefix: &str, expected: bool, id: &str) {
        let id = TraceId::parse(id).unwrap();
        let mut values = TraceIdPrefix::parse(prefix).unwrap().values();
        let found = values.any(|values| values.contains(&id.value()));
        assert_eq!(found, expected, "{prefix} of {id}");
    }

    #[test]
    fn an_id_is_found_by_each_of_its_prefixes_in_either_case() {
        for id in [
            "463ac35c9f6413ad48485a3953bb6124",
            "463ac35c9f6413ad",
            // Zeros in front.
            "00ab00000000000048485a3953bb6124",
            "00ab000000000001",
            "0000000000000001ffffffffffffffff",
            "ffffffffffffffffffffffffffffffff",
            "0000000000000001",
        ] {
            for digits in 1..=id.len() {
                assert_finds(&id[..digits], true, id);
                assert_finds(&id[..digits].to_uppercase(), true, id);
            }
        }
    }

    #[test]
    fn other_ids_are_not_found() {
        for (prefix, id) in [
            // Digits that follow, not those in front.
            ("9f64", "463ac35c9f6413ad48485a3953bb6124"),
            ("48485a39", "463ac35c9f6413ad48485a3953bb6124"),
            ("ab", "00ab000000000001"),
            ("abc", "0000000000000abc"),
            // Zeros that an id of 16 digits does not have.
            ("0000000000000000", "463ac35c9f6413ad"),
            ("00", "463ac35c9f6413ad"),
            // One digit more than the id has.
            ("463ac35c9f6413ad0", "463ac35c9f6413ad"),
        ] {
            assert_finds(prefix, false, id);
        }
        assert_finds("0000000000000000463a", true, "463ac35c9f6413ad");
    }

    #[test]
    fn text_that_is_not_digits_is_refused_in_zipkins_words() {
        for (text, reason) in [
            ("", "traceId is empty"),
            ("0x1F", "0x1F should be lower-hex encoded with no prefix"),
            ("é", "é should be lower-hex encoded with no prefix"),
            (&"0".repeat(33), "traceId.length > 32"),
        ] {
            assert_eq!(TraceIdPrefix::parse(text).unwrap_err().to_string(), reason);
        }
    }

    #[test]
    fn digits_are_also_a_whole_id() {
        let whole = |text| TraceIdPrefix::parse(text).unwrap().whole();
        assert_eq!(whole("ABC"), Some(TraceId::new(0xabc)));
        assert_eq!(whole("000"), None);
    }
}
