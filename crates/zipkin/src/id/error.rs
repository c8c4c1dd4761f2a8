//! Why a text or bytes are not an id.

/// Why a text is no id. The texts are those of Zipkin's API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// No characters at all.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// More characters than the id has digits.
    #[error("{0}.length > {1}")]
    TooLong(&'static str, usize),
    /// Only zeros.
    #[error("{0} is all zeros")]
    AllZeros(&'static str),
    /// A character that is no lower-case hex digit.
    #[error("{0} should be lower-hex encoded with no prefix")]
    NotLowerHex(String),
}
