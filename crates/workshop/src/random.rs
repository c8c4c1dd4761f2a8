//! Unguessable texts: ids of learners, tokens of boards.

use std::hash::{BuildHasher as _, RandomState};

/// Digits and letters that nobody takes for one another: no `0`, `1`, `i`, `l`, `o`, `u`.
const LETTERS: &[u8; 30] = b"23456789abcdefghjkmnpqrstvwxyz";

/// 32 hexadecimal digits.
pub fn id() -> String {
    format!("{:016x}{:016x}", bits(), bits())
}

/// A number, to draw by.
pub fn number() -> u32 {
    bits() as u32
}

/// Three groups of four letters, to be read aloud: 58 bits.
pub fn token() -> String {
    let letter = |_| {
        let place = bits() % LETTERS.len() as u64;
        let letter = LETTERS.iter().cycle().nth(place as usize);
        char::from(*letter.unwrap_or(&b'x'))
    };
    let group = |_| (0..4).map(letter).collect::<String>();
    (0..3).map(group).collect::<Vec<_>>().join("-")
}

/// 64 bits: SipHash under keys that the system chose at random for this process. Nobody can compute them without the keys.
fn bits() -> u64 {
    RandomState::new().hash_one(0_u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_texts_have_their_shape_and_differ() {
        let (one, other) = (id(), id());
        assert_ne!(one, other);
        assert!(one.len() == 32 && one.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let token = token();
        assert_ne!(token, super::token());
        assert_eq!(token.len(), 14);
        assert!(token.bytes().all(|byte| byte == b'-' || LETTERS.contains(&byte)));
    }
}
