//! The scheme of a URL, as spans say it.

/// One of the two that HTTP has; anything else is none.
pub(crate) fn scheme(text: &str) -> &'static str {
    match text {
        "http" => "http",
        "https" => "https",
        _ => "",
    }
}
