//! Rules of every route, as Zipkin's server (Armeria) has them: paths that are no paths, doubled slashes, methods
//! that no route takes, CORS, compression.

use std::mem;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;

use crate::{Collector, error::Error, root::Asked};

/// Which scripts of other sites may read.
mod cors;

/// Requests that other sites may not send.
mod sites;

/// The names of the collector.
mod host;

/// The origin of a page.
mod origin;

/// Refusals of OpenTelemetry's protocol.
mod rpc_status;

/// Answers that become shorter, and room for those that stay long.
mod compress;

/// Slashes of a path: the longest of ours has seven. Each link of a page repeats the way up, of three bytes for each.
const MAX_SLASHES: usize = 32;

/// Answers what needs no route, hands on the rest, and adds the headers that every answer has.
pub async fn pass(State(collector): State<Collector>, request: Request, next: Next) -> Response {
    let encoding = rpc_status::encoding(&request);
    let response = match refusal(&collector, &request) {
        Some(error) => error.into_response(),
        None => answer(&collector, request, next).await,
    };
    not_sniffed(rpc_status::status(encoding, response).await)
}

/// The answer to a request for which there is no place.
pub async fn busy(request: Request) -> Response {
    let encoding = rpc_status::encoding(&request);
    serve::swallow(request.into_body()).await;
    not_sniffed(rpc_status::status(encoding, Error::Busy.into_response()).await)
}

/// The answer, of which no browser makes a script or a page unless its type says so.
fn not_sniffed(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

fn refusal(collector: &Collector, request: &Request) -> Option<Error> {
    if !is_target(request.uri()) {
        return Some(Error::InvalidPath);
    }
    sites::refusal(collector.config(), request)
}

async fn answer(collector: &Collector, mut request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let is_preflight = cors::is_preflight(request.method(), request.headers());
    let gzip = accepts_gzip(request.headers());
    let mut response = match answer_without_route(&request) {
        Some(response) => response,
        None => {
            collapse_slashes(&mut request);
            let response = in_time(collector, request, next).await;
            compress::answer(collector, response, gzip).await
        }
    };
    if response.status() == StatusCode::NOT_FOUND {
        // axum's hint at another method: to Zipkin's clients the path is unknown.
        response.headers_mut().remove(header::ALLOW);
    }
    if let Some(origin) = origin {
        cors::allow(collector.config(), origin, is_preflight, response.headers_mut());
    }
    response
}

// A post has this time for the body alone.
async fn in_time(collector: &Collector, request: Request, next: Next) -> Response {
    if request.method() == Method::POST {
        return next.run(request).await;
    }
    let limit = collector.config().query_timeout.duration();
    let is_health = request.uri().path() == "/health";
    let answered = timeout(limit, async {
        // After a 202, the trace may be asked for at once. The health of the collector is no matter of spans.
        if !is_health {
            collector.caught_up().await;
        }
        next.run(request).await
    });
    answered.await.unwrap_or_else(|_| Error::Timeout.into_response())
}

fn answer_without_route(request: &Request) -> Option<Response> {
    match *request.method() {
        Method::TRACE => Some(Error::WrongMethod.into_response()),
        _ if cors::is_preflight(request.method(), request.headers()) => Some(StatusCode::OK.into_response()),
        Method::GET | Method::HEAD => None,
        _ if request.uri().path().starts_with("/zipkin/") => Some(Error::WrongMethod.into_response()),
        _ => None,
    }
}

/// Whether Zipkin's server takes this for a path and a query: no broken percent encoding, few control characters, no way up;
/// and for us, not too many folders.
fn is_target(uri: &Uri) -> bool {
    let is_up = |segment: &str| {
        let (segment, _) = segment.split_once(';').unwrap_or((segment, ""));
        segment.starts_with(['.', '%']) && segment.to_ascii_lowercase().replace("%2e", ".") == ".."
    };
    let query = uri.query().unwrap_or_default();
    let is_deep = uri.path().matches('/').nth(MAX_SLASHES).is_some();
    !is_deep
        && is_encoded(uri.path(), b"\t")
        && is_encoded(query, b"\t\r\n")
        && !uri.path().split('/').any(is_up)
}

/// Whether each `%` is followed by two hex digits, which are no control character but for these.
fn is_encoded(text: &str, controls: &[u8]) -> bool {
    text.split('%').skip(1).all(|after| {
        let digits = after
            .get(..2)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        // Those from 0x1c on pass there, too.
        byte.is_some_and(|byte| !matches!(byte, 0..0x1c | 0x7f) || controls.contains(&byte))
    })
}

fn collapse_slashes(request: &mut Request) {
    let uri = request.uri();
    if !uri.path().contains("//") {
        return;
    }
    let mut target = uri.path().to_owned();
    while target.contains("//") {
        target = target.replace("//", "/");
    }
    if let Some(query) = uri.query() {
        target = format!("{target}?{query}");
    }
    if let Ok(collapsed) = target.parse() {
        let asked = mem::replace(request.uri_mut(), collapsed);
        request.extensions_mut().insert(Asked(asked));
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let accepts = |name: &str| {
        let mut codings = accepted
            .split(',')
            .map(|coding| coding.split_once(';').unwrap_or((coding, "")));
        let (_, weight) = codings.find(|(coding, _)| coding.trim() == name)?;
        let quality = weight
            .trim()
            .strip_prefix("q=")
            .map_or(Ok(1.0), str::parse::<f32>);
        Some(quality.is_ok_and(|quality| quality > 0.0))
    };
    accepts("gzip").or_else(|| accepts("*")).unwrap_or(false)
}

#[cfg(test)]
mod tests;
