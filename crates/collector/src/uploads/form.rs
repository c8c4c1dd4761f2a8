//! The file in a form (RFC 7578): the first part with a file's name.

use axum::http::{HeaderMap, header};

/// The text between the parts, where the body is a form.
pub fn boundary(headers: &HeaderMap) -> Option<Vec<u8>> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let parameters = kind.strip_prefix("multipart/form-data")?;
    let boundary = parameters
        .split(';')
        .find_map(|parameter| parameter.trim().strip_prefix("boundary="))?;
    Some(format!("--{}", boundary.trim_matches('"')).into_bytes())
}

/// The bytes of the file.
pub fn file<'a>(body: &'a [u8], boundary: &[u8]) -> Option<&'a [u8]> {
    let mut rest = body;
    loop {
        let start = find(rest, boundary)? + boundary.len();
        let part = rest.get(start..)?.strip_prefix(b"\r\n")?;
        let head = find(part, b"\r\n\r\n")?;
        let content = part.get(head + 4..)?;
        let end = find(content, &[b"\r\n", boundary].concat())?;
        let head = String::from_utf8_lossy(part.get(..head)?).to_ascii_lowercase();
        if head.contains("filename=") {
            return content.get(..end).filter(|file| !file.is_empty());
        }
        rest = content.get(end..)?;
    }
}

/// The first place of a text, found by its first byte.
fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    let first = *text.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|&byte| byte == first)?;
        if bytes.get(at..)?.starts_with(text) {
            return Some(at);
        }
        from = at + 1;
    }
}
