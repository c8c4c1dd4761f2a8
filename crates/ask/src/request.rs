//! One HTTP request, and what to say when it gets no answer.

use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use output::clean;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use service::BaseUrl;
use telemetry::HttpUrl;

/// The longest answer that is read, but for traces.
pub const SHORT: usize = 1 << 20;

/// The longest trace that is read: some 100,000 spans.
pub const TRACE: usize = 64 << 20;

/// The time for an answer, the last byte of its body included.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where to ask: a URL, and the same without its password.
#[derive(Debug)]
pub struct Place {
    url: reqwest::Url,
    shown: String,
}

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

/// Why a body was not read to its end.
#[derive(Debug)]
pub enum Unread {
    /// It is longer than this many bytes.
    TooLong(usize),
    /// There is none, it broke off, or time was up.
    Broken(reqwest::Error),
}

impl Place {
    /// A path, with its query, on a server.
    pub fn on(server: &BaseUrl, path: &str) -> anyhow::Result<Self> {
        let shown = format!("{server}{path}");
        let url = server.join(path).parse();
        let url = url.with_context(|| format!("{shown} is no address"))?;
        Ok(Self { url, shown })
    }

    /// A path with these parameters.
    pub fn with_query(server: &BaseUrl, path: &str, params: &[(&str, &str)]) -> anyhow::Result<Self> {
        // Only for its query: what a URL does to a name is the URL's to know.
        let encoded = reqwest::Url::parse_with_params("http://localhost", params)?;
        Self::on(server, &format!("{path}?{}", encoded.query().unwrap_or_default()))
    }

    /// The URL for people.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

impl From<&HttpUrl> for Place {
    fn from(url: &HttpUrl) -> Self {
        Self {
            url: url.as_url().clone(),
            shown: url.to_string(),
        }
    }
}

impl Answer {
    /// An answer of no use in words: its status, and its own text.
    pub fn refusal(&self, place: &Place) -> String {
        let words: String = String::from_utf8_lossy(&self.body).chars().take(300).collect();
        let leads = self.headers.get(LOCATION).map(|to| to.as_bytes());
        let leads = leads.filter(|_| self.status.is_redirection());
        let leads = leads.map_or_else(String::new, |to| {
            format!(
                " ({}), which is not followed",
                clean(&String::from_utf8_lossy(to))
            )
        });
        format!(
            "{} answers {}{leads}: {}",
            place.shown,
            self.status,
            clean(words.trim_end())
        )
    }
}

/// A client without a proxy: whatever `HTTP_PROXY` says, hops are neighbours. Nor does it follow redirects: an answer from
/// elsewhere is none of the server that was named, and the headers are meant for that one.
pub fn client() -> anyhow::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT);
    builder.build().context("cannot make an HTTP client")
}

/// `GET`s, and reads so many bytes at most.
pub async fn get(
    client: &reqwest::Client,
    place: &Place,
    headers: HeaderMap,
    limit: usize,
) -> anyhow::Result<Answer> {
    let answer = read(client, place, headers, limit).await;
    answer.map_err(|unread| unread.of(&place.shown))
}

/// The same, for a caller who tells the failures apart.
pub async fn read(
    client: &reqwest::Client,
    place: &Place,
    headers: HeaderMap,
    limit: usize,
) -> Result<Answer, Unread> {
    answered(client.get(place.url.clone()).headers(headers), limit).await
}

/// Another request than `GET`, with a body of JSON where there is one. It reads so many bytes at most.
pub async fn send(
    client: &reqwest::Client,
    method: reqwest::Method,
    place: &Place,
    json: Option<String>,
    limit: usize,
) -> Result<Answer, Unread> {
    let mut request = client.request(method, place.url.clone());
    if let Some(json) = json {
        request = request.header(CONTENT_TYPE, "application/json").body(json);
    }
    answered(request, limit).await
}

/// Another request than `GET`, with headers and a body of any kind. It reads so many bytes at most.
pub async fn send_with(
    client: &reqwest::Client,
    method: reqwest::Method,
    place: &Place,
    headers: HeaderMap,
    body: Option<String>,
    limit: usize,
) -> anyhow::Result<Answer> {
    let mut request = client.request(method, place.url.clone()).headers(headers);
    if let Some(body) = body {
        request = request.body(body);
    }
    let answer = answered(request, limit).await;
    answer.map_err(|unread| unread.of(&place.shown))
}

async fn answered(request: reqwest::RequestBuilder, limit: usize) -> Result<Answer, Unread> {
    let start = Instant::now();
    let sent = request.send().await;
    let mut response = sent.map_err(Unread::Broken)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = body(&mut response, limit).await?;
    Ok(Answer {
        status,
        headers,
        body,
        took: start.elapsed(),
    })
}

/// Whether a server has something there. Nothing of the body is read.
pub async fn is_there(client: &reqwest::Client, place: &Place) -> bool {
    let answer = client.get(place.url.clone()).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

/// Reads a body, so many bytes at most.
pub async fn body(response: &mut reqwest::Response, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Unread::Broken)? {
        if body.len() + chunk.len() > limit {
            return Err(Unread::TooLong(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl Unread {
    /// The place that sent the body, in words.
    pub fn of(self, place: &str) -> anyhow::Error {
        match self {
            Self::TooLong(limit) => anyhow!("{place} answers more than {limit} bytes"),
            Self::Broken(error) if error.is_connect() => anyhow!(
                "{place} does not answer: {}; is it running? `hop up` starts everything",
                reason(&error)
            ),
            Self::Broken(error) => anyhow!("{place} does not answer: {}", reason(&error)),
        }
    }
}

/// The innermost cause is the one that helps: `Connection refused`. The outermost one has the URL in it.
pub fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no whole answer within {TIMEOUT:?}");
    }
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause.and_then(std::error::Error::source) {
        cause = Some(source);
    }
    cause.map_or_else(|| "the connection broke".to_owned(), ToString::to_string)
}
