//! Why parameters are not a search.

/// The fault of a search. The texts are those of Zipkin's 400 answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Not a number, or one that is too large.
    #[error("For input string: \"{0}\"")]
    NotANumber(String),
    /// `limit=` with nothing behind it.
    #[error("Cannot set null to primitive type parameter: limit")]
    NoLimit,
    /// Zero or less.
    #[error("{0} <= 0")]
    NotPositive(&'static str),
    /// The shortest duration is above the longest.
    #[error("maxDuration < minDuration")]
    MaxBelowMin,
    /// A longest duration without a shortest.
    #[error("maxDuration is only valid with minDuration")]
    MaxWithoutMin,
}
