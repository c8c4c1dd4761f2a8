//! Headers for the keys that hosted back ends ask for.

use std::fmt;

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING},
};
use percent_encoding::percent_decode_str;

/// The most headers, and the most bytes of a value.
const MOST: usize = 32;
const MAX_VALUE: usize = 8192;

/// Headers as a setting has them: `key=value` with commas between, each value percent-decoded, as in `OTEL_EXPORTER_OTLP_HEADERS`. They
/// are sent and never shown; a mistake is said when telemetry starts, without the text.
///
/// ```
/// let mut config = telemetry::Config::default();
/// config.delivery.zipkin_headers = "Authorization=Bearer%20a1b2c3,x-tenant=shop".into();
/// assert!(!format!("{config:?}").contains("a1b2c3"));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ExporterHeaders(String);

/// Why the headers cannot be sent. Their text is left out: it may hold a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeadersError {
    /// Not `key=value`.
    #[error("entry {0} is not key=value; a comma or an equals sign of a value is written as %2C or %3D")]
    NotAPair(usize),
    /// No header has such a name.
    #[error("the key of entry {0} is not the name of a header")]
    BadName(usize),
    /// No header has such a value.
    #[error("the value of entry {0} has characters that no header has, or more than {MAX_VALUE} bytes")]
    BadValue(usize),
    /// A header of the exporter's own.
    #[error("entry {0} is a header that the exporter sets itself: {1}")]
    Reserved(usize, HeaderName),
    /// More than anybody needs.
    #[error("there are more than {MOST}")]
    TooMany,
}

impl ExporterHeaders {
    /// The headers to send.
    ///
    /// # Errors
    /// The first entry that cannot be sent.
    pub(crate) fn parse(&self) -> Result<HeaderMap, HeadersError> {
        let mut headers = HeaderMap::new();
        let entries = self.0.split(',').enumerate();
        for (place, entry) in entries.filter(|(_, entry)| !entry.trim().is_empty()) {
            let (name, value) = header(place + 1, entry)?;
            headers.append(name, value);
        }
        if headers.len() > MOST {
            return Err(HeadersError::TooMany);
        }
        Ok(headers)
    }
}

fn header(place: usize, entry: &str) -> Result<(HeaderName, HeaderValue), HeadersError> {
    let (name, value) = entry.split_once('=').ok_or(HeadersError::NotAPair(place))?;
    let name: HeaderName = name.trim().parse().map_err(|_| HeadersError::BadName(place))?;
    // They say how a request is sent, which the exporter alone knows.
    let own = [
        CONNECTION,
        CONTENT_ENCODING,
        CONTENT_LENGTH,
        CONTENT_TYPE,
        HOST,
        TRANSFER_ENCODING,
    ];
    if own.contains(&name) {
        return Err(HeadersError::Reserved(place, name));
    }
    let bytes: Vec<u8> = percent_decode_str(value.trim()).collect();
    let value = HeaderValue::from_bytes(&bytes).ok();
    let mut value = value
        .filter(|value| value.len() <= MAX_VALUE)
        .ok_or(HeadersError::BadValue(place))?;
    value.set_sensitive(true);
    Ok((name, value))
}

impl From<&str> for ExporterHeaders {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// The text never shows: nobody can tell its keys from its values where it is malformed.
impl fmt::Debug for ExporterHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { "\"***\"" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<(String, String)>, HeadersError> {
        let headers = ExporterHeaders::from(text).parse()?;
        let text = |value: &HeaderValue| String::from_utf8(value.as_bytes().to_vec()).unwrap();
        Ok(headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect())
    }

    #[test]
    fn values_are_percent_decoded_and_trimmed() {
        for (text, expected) in [
            ("", &[][..]),
            (" , ", &[]),
            ("X-Key=a", &[("x-key", "a")]),
            ("a=Bearer%20b%3D , c = d=e,", &[("a", "Bearer b="), ("c", "d=e")]),
            ("a=1%2C2", &[("a", "1,2")]),
            ("a=", &[("a", "")]),
            // Not two hexadecimal digits: the text itself.
            ("a=100%", &[("a", "100%")]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            assert_eq!(parsed(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn an_entry_that_cannot_be_sent_is_refused_by_its_number() {
        for (text, error) in [
            ("secret", HeadersError::NotAPair(1)),
            ("a=b,secret", HeadersError::NotAPair(2)),
            ("=secret", HeadersError::BadName(1)),
            ("a b=secret", HeadersError::BadName(1)),
            ("a=secret%0D%0Ab: c", HeadersError::BadValue(1)),
            ("a=%00", HeadersError::BadValue(1)),
            ("Content-Type=text/plain", HeadersError::Reserved(1, CONTENT_TYPE)),
            ("Host=secret", HeadersError::Reserved(1, HOST)),
            // A body that is not packed so would be refused.
            (
                "content-encoding=gzip",
                HeadersError::Reserved(1, CONTENT_ENCODING),
            ),
            (&"a=b,".repeat(33), HeadersError::TooMany),
            (&format!("a={}", "b".repeat(8193)), HeadersError::BadValue(1)),
        ] {
            let found = parsed(text).unwrap_err();
            assert_eq!(found, error, "{text}");
            assert!(!found.to_string().contains("secret"), "{found}");
        }
    }

    #[test]
    fn a_header_is_not_shown() {
        let headers = ExporterHeaders::from("a=secret");
        assert_eq!(format!("{headers:?}"), "\"***\"");
        assert!(!format!("{:?}", headers.parse().unwrap()).contains("secret"));
    }
}
