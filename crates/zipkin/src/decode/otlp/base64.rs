//! Bytes in Base64: <https://www.rfc-editor.org/rfc/rfc4648#section-4>.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes as digits, padded.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or_default());
        let number = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (number >> (18 - 6 * place)) as usize % 64;
            let is_there = place <= three.len();
            text.push(if is_there {
                DIGITS.get(digit).map_or('=', |&digit| digit.into())
            } else {
                '='
            });
        }
    }
    text
}

/// Whether a text is so many bytes in Base64, of either alphabet, padded or not.
pub fn is_base64(text: &str, bytes: usize) -> bool {
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    digits.len() == (bytes * 4).div_ceil(3) && digits.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_rfc_4648_has_them() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert!(is_base64(text, bytes.len()), "{text}");
        }
        assert_eq!(encode(&[0xfb, 0xff]), "+/8=");
    }
}
