//! Members of JSON objects, each behind a comma.

use super::line::Field;
use crate::texts::escape::string;

/// Appends `,"key":"value"`.
pub(super) fn member(out: &mut Vec<u8>, key: &str, value: &str) {
    name(out, key);
    string(out, value);
}

/// Appends a member whose key needs no escape and stands as it is written: `,"key":`.
pub(super) fn own_member(out: &mut Vec<u8>, key: &str, value: &str) {
    out.extend_from_slice(key.as_bytes());
    string(out, value);
}

/// Appends `,"key":"value"`, where neither needs an escape: digits, levels.
pub(super) fn plain_member(out: &mut Vec<u8>, key: &str, value: &[u8]) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":\"");
    out.extend_from_slice(value);
    out.push(b'"');
}

/// Appends a field; numbers, `true` and `false` stay what they are.
pub(super) fn field_member(out: &mut Vec<u8>, key: &str, field: &Field) {
    if !field.is_bare {
        return member(out, key, &field.value);
    }
    name(out, key);
    out.extend_from_slice(field.value.as_bytes());
}

fn name(out: &mut Vec<u8>, key: &str) {
    out.push(b',');
    string(out, key);
    out.push(b':');
}
