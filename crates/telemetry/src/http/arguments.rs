//! Texts of settings: lists are trimmed, and a text without a meaning is refused with the reason.

use super::network::{Network, NetworkError};
use crate::texts::list::list;

pub(super) fn networks(text: &str) -> Result<Vec<Network>, NetworkError> {
    list(text, str::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_trimmed_and_may_have_commas_too_many() {
        assert_eq!(networks("10.0.0.0/8, ::1").unwrap().len(), 2);
    }
}
