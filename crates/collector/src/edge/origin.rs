//! The origin of a page, and whether two spellings of it are the same.

use axum::http::{HeaderValue, Uri};

/// Scheme, host and port, as a browser compares them.
#[derive(PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads `http://host:port`; none where the text is no such address. `null`, the origin of a page without one, is none.
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let default_port = if scheme == "https" { 443 } else { 80 };
        Some(Self {
            host: normal(uri.host()?),
            port: uri.port_u16().unwrap_or(default_port),
            scheme,
        })
    }

    /// The origin of a page that was asked for under this host, with the scheme of this origin.
    pub fn at_host(&self, host: &HeaderValue) -> Option<Self> {
        Self::parse(&format!("{}://{}", self.scheme, host.to_str().ok()?))
    }

    /// The host, without its port.
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// A host's name in lower case, without the dot that ends the name of a root.
pub fn normal(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    host.strip_suffix('.').map_or(host.clone(), str::to_owned)
}
