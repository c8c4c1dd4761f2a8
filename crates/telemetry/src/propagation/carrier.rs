//! Headers that go out.

use bytes::BytesMut;
use http::{HeaderMap, HeaderName, HeaderValue};

/// The headers of a request on its way out. Their values are parts of one piece of memory: an HTTP client copies its
/// headers more than once, and a part is copied by counting.
pub(super) struct Carrier<'a> {
    headers: &'a mut HeaderMap,
    /// The value in the making: a format appends to it, and then sets the header that it is for.
    pub value: BytesMut,
}

impl<'a> Carrier<'a> {
    pub fn new(headers: &'a mut HeaderMap) -> Self {
        // The ids in B3 and in W3C take 119 bytes, and the rest is for baggage.
        let value = BytesMut::with_capacity(256);
        Self { headers, value }
    }

    /// Sets a header to the value that was made since the last one. Without one, or with one that no header may have, there
    /// is no such header.
    pub fn set(&mut self, name: &'static HeaderName) {
        let value = self.value.split().freeze();
        self.put(name, HeaderValue::from_maybe_shared(value).ok());
    }

    /// Sets a header to a value that is always the same, or removes it.
    pub fn set_static(&mut self, name: &'static HeaderName, value: Option<&'static str>) {
        self.put(name, value.map(HeaderValue::from_static));
    }

    fn put(&mut self, name: &'static HeaderName, value: Option<HeaderValue>) {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => _ = self.headers.insert(name, value),
            None => _ = self.headers.remove(name),
        }
    }
}
