//! The start of a list, in any format.

use super::{error::DecodeError, format::Format};

/// Whether there is a list to read. As in Zipkin, the first byte of any format will do here (protocol buffers start with
/// 10, thrift with 11 or 12): what is of another one fails where it is read.
pub(super) fn starts_list(body: &[u8], format: Format) -> Result<bool, DecodeError> {
    match body {
        [] | b"[]" => Ok(false),
        [b'[' | 11 | 12, ..] | [10, 1..=255, ..] => Ok(true),
        _ => Err(DecodeError::NotAList(format)),
    }
}
