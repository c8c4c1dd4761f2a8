//! The number of a thing that is expected.

use std::{
    fmt,
    ops::{RangeFrom, RangeInclusive, RangeToInclusive},
};

/// A number, or a range with both ends included.
///
/// ```
/// use expect::Count;
///
/// assert!(Count::from(2..=4).holds(3));
/// assert_eq!(Count::from(1..).to_string(), "at least 1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The least.
    pub min: usize,
    /// The most; none without a bound.
    pub max: Option<usize>,
}

impl Count {
    /// At least one.
    pub const SOME: Self = Self { min: 1, max: None };

    /// Exactly so many.
    pub const fn exactly(count: usize) -> Self {
        Self {
            min: count,
            max: Some(count),
        }
    }

    /// Whether so many are right.
    pub fn holds(self, count: usize) -> bool {
        count >= self.min && !self.is_over(count)
    }

    /// Whether so many are too many.
    pub fn is_over(self, count: usize) -> bool {
        self.max.is_some_and(|max| count > max)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (min, Some(max)) if min == max => write!(f, "{min}"),
            (0, Some(max)) => write!(f, "at most {max}"),
            (min, Some(max)) => write!(f, "{min} to {max}"),
            (min, None) => write!(f, "at least {min}"),
        }
    }
}

impl From<usize> for Count {
    fn from(count: usize) -> Self {
        Self::exactly(count)
    }
}

impl From<RangeInclusive<usize>> for Count {
    fn from(range: RangeInclusive<usize>) -> Self {
        let (min, max) = range.into_inner();
        Self { min, max: Some(max) }
    }
}

impl From<RangeFrom<usize>> for Count {
    fn from(range: RangeFrom<usize>) -> Self {
        Self {
            min: range.start,
            max: None,
        }
    }
}

impl From<RangeToInclusive<usize>> for Count {
    fn from(range: RangeToInclusive<usize>) -> Self {
        Self {
            min: 0,
            max: Some(range.end),
        }
    }
}
