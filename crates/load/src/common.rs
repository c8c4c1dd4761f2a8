//! The part that all requests of a load have in common: method, headers, body.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use telemetry::propagation::HeaderFormat;

/// Longer bodies are refused.
pub const MAX_BODY: usize = 1 << 20;

/// Headers that belong to a connection, which each worker keeps itself.
const OF_CONNECTION: [HeaderName; 6] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Method, headers and body of each request; by default `GET` and nothing more.
#[derive(Clone, Debug, Default)]
pub struct Common {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Common {
    /// Requests of a method, with headers that may stand several times, and a body that may be empty.
    ///
    /// # Errors
    /// A text for the person who asked: the method makes a tunnel, a header belongs to the connection, the body is too long.
    pub fn new(
        method: Method,
        headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
        body: Bytes,
    ) -> Result<Self, String> {
        if method == Method::CONNECT {
            return Err("CONNECT makes a tunnel, which has no answer to wait for".to_owned());
        }
        if body.len() > MAX_BODY {
            return Err(format!("a body has {MAX_BODY} bytes at most"));
        }
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            if OF_CONNECTION.contains(&name) {
                return Err(format!(
                    "the header {name} is set for each request by hop load itself"
                ));
            }
            all.append(name, value);
        }
        Ok(Self {
            method,
            headers: all,
            body,
        })
    }

    /// The first header that the context of a load's own spans would overwrite or contradict.
    pub fn context_header(&self) -> Option<&str> {
        let formats = [
            HeaderFormat::B3,
            HeaderFormat::B3Multi,
            HeaderFormat::TraceContext,
        ];
        let mut names = formats.iter().flat_map(|format| format.header_names());
        names.find(|name| self.headers.contains_key(**name)).copied()
    }

    /// Takes the user out of the headers, where one is named there.
    pub fn take_user(&mut self) -> Option<String> {
        let user = self.headers.remove("userid")?;
        Some(String::from_utf8_lossy(user.as_bytes()).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(method: Method, name: &'static str, length: usize) -> Result<Common, String> {
        let header = (HeaderName::from_static(name), HeaderValue::from_static("1"));
        Common::new(method, [header], vec![b'x'; length].into())
    }

    #[test]
    fn requests_that_no_connection_can_send_are_refused() {
        for (method, header, length, is_sent) in [
            (Method::POST, "accept", MAX_BODY, true),
            (Method::GET, "host", 0, true),
            (Method::POST, "accept", MAX_BODY + 1, false),
            // A tunnel.
            (Method::CONNECT, "accept", 0, false),
            // A length that is not the body's makes a server wait.
            (Method::POST, "content-length", 3, false),
            (Method::POST, "transfer-encoding", 3, false),
            (Method::GET, "connection", 0, false),
        ] {
            assert_eq!(
                with(method.clone(), header, length).is_ok(),
                is_sent,
                "{method} {header} {length}"
            );
        }
    }

    #[test]
    fn headers_of_a_context_are_found() {
        for (header, is_context) in [
            ("traceparent", true),
            ("tracestate", true),
            ("b3", true),
            ("x-b3-sampled", true),
            ("baggage", false),
            ("userid", false),
        ] {
            let common = with(Method::GET, header, 0).unwrap();
            assert_eq!(common.context_header().is_some(), is_context, "{header}");
        }
    }
}
