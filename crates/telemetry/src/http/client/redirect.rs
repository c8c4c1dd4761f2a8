//! Where a redirect leads: the request that comes next, by the rules of the Fetch standard
//! (<https://fetch.spec.whatwg.org/#http-redirect-fetch>).

use std::time::Instant;

use reqwest::{Method, Request, Response, StatusCode, header};

/// Headers that tell of the body, and go with it.
const OF_BODY: [header::HeaderName; 4] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::TRANSFER_ENCODING,
];

/// Headers that are meant for one host alone.
const OF_HOST: [header::HeaderName; 4] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::HOST,
    header::PROXY_AUTHORIZATION,
];

/// A request as it was sent.
pub(super) struct Sent {
    /// Without its body where that cannot be sent twice.
    request: Request,
    is_whole: bool,
    at: Instant,
}

impl Sent {
    pub fn of(request: &Request) -> Self {
        let whole = request.try_clone();
        let is_whole = whole.is_some();
        let request = whole.unwrap_or_else(|| without_body(request));
        let at = Instant::now();
        Self {
            request,
            is_whole,
            at,
        }
    }

    /// The request that the answer asks for; none where it is the answer itself.
    pub fn followed(self, response: &Response) -> Option<Request> {
        let status = response.status();
        let becomes_get = match status {
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.request.method() == Method::POST,
            StatusCode::SEE_OTHER => !matches!(*self.request.method(), Method::GET | Method::HEAD),
            StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => false,
            _ => return None,
        };
        if !self.is_whole && !becomes_get {
            return None;
        }
        let location = response.headers().get(header::LOCATION)?;
        let location = std::str::from_utf8(location.as_bytes()).ok()?;
        let url = self.request.url().join(location).ok()?;
        let is_web = matches!(url.scheme(), "http" | "https");
        is_web.then(|| self.moved(url, becomes_get))
    }

    fn moved(self, url: reqwest::Url, becomes_get: bool) -> Request {
        let mut request = self.request;
        if url.origin() != request.url().origin() {
            remove(&mut request, &OF_HOST);
        }
        if becomes_get {
            *request.method_mut() = Method::GET;
            *request.body_mut() = None;
            remove(&mut request, &OF_BODY);
        }
        // One limit for the whole way.
        let left = request
            .timeout()
            .map(|limit| limit.saturating_sub(self.at.elapsed()));
        *request.timeout_mut() = left;
        *request.url_mut() = url;
        request
    }
}

fn without_body(request: &Request) -> Request {
    let mut copy = Request::new(request.method().clone(), request.url().clone());
    copy.headers_mut().clone_from(request.headers());
    *copy.timeout_mut() = request.timeout().copied();
    *copy.version_mut() = request.version();
    copy
}

fn remove(request: &mut Request, names: &[header::HeaderName]) {
    for name in names {
        request.headers_mut().remove(name);
    }
}
