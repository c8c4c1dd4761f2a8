//! One HTTP request, and what to say when it gets no answer.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use reqwest::header::HeaderMap;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: reqwest::StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// From the request's first byte to the answer's last.
    pub took: Duration,
}

/// A client without a proxy: whatever `HTTP_PROXY` says, hops are neighbours.
pub fn client() -> anyhow::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(10));
    builder.build().context("cannot make an HTTP client")
}

/// `GET`s an address.
pub async fn get(client: &reqwest::Client, url: &str, headers: HeaderMap) -> anyhow::Result<Answer> {
    let start = Instant::now();
    let read = async {
        let response = client.get(url).headers(headers).send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await?.to_vec();
        Ok(Answer {
            status,
            headers,
            body,
            took: start.elapsed(),
        })
    };
    read.await.map_err(|error| unanswered(url, &error))
}

/// What to say of an address that did not answer.
pub fn unanswered(url: &str, error: &reqwest::Error) -> anyhow::Error {
    let hint = if error.is_connect() {
        "; is it running? `hop up` starts everything"
    } else {
        ""
    };
    anyhow::anyhow!("{url} does not answer: {}{hint}", reason(error))
}

/// An address of a server: `http://`, no path, no slash at the end.
pub fn parse_base_url(text: &str) -> Result<String, String> {
    let url =
        reqwest::Url::parse(text).map_err(|error| format!("{error}; for example http://127.0.0.1:9411"))?;
    if url.scheme() != "http" || !url.has_host() {
        return Err("only http:// addresses; for example http://127.0.0.1:9411".to_owned());
    }
    // The address of the API or of the page says as well which server is meant.
    let base = text.trim_end_matches('/');
    let base = base.strip_suffix("/api/v2/spans").unwrap_or(base);
    Ok(base.strip_suffix("/zipkin").unwrap_or(base).to_owned())
}

/// The innermost cause is the one that helps: `Connection refused`.
pub fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer within 10 s".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zipkin_is_named_by_any_of_its_addresses() {
        for (text, base) in [
            ("http://127.0.0.1:9411", Some("http://127.0.0.1:9411")),
            ("http://zipkin:9411/", Some("http://zipkin:9411")),
            ("http://zipkin:9411/zipkin/", Some("http://zipkin:9411")),
            ("http://zipkin:9411/api/v2/spans", Some("http://zipkin:9411")),
            ("http://[::1]:9411", Some("http://[::1]:9411")),
            ("https://zipkin", None),
            ("zipkin:9411", None),
            ("", None),
        ] {
            assert_eq!(parse_base_url(text).ok().as_deref(), base, "{text}");
        }
    }
}
