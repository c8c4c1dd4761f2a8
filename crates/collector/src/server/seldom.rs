//! Lines that are said now and then: what happens again and again is said once in a while.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Something that is said now and then.
pub struct Seldom {
    between: Duration,
    last: Mutex<Option<Instant>>,
}

impl Seldom {
    /// At most once in this time.
    pub fn new(between: Duration) -> Self {
        Self {
            between,
            last: Mutex::new(None),
        }
    }

    /// Whether it was not said for so long; it counts as said then.
    pub fn is_due(&self) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|last| last.elapsed() >= self.between);
        if is_due {
            *last = Some(Instant::now());
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_due_once_in_a_while() {
        let long = Seldom::new(Duration::from_secs(3600));
        assert_eq!([long.is_due(), long.is_due()], [true, false]);
        let short = Seldom::new(Duration::ZERO);
        assert_eq!([short.is_due(), short.is_due()], [true, true]);
    }
}
