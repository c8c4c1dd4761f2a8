//! Requests of other web sites' pages, where ZIPKIN_QUERY_ALLOWED_ORIGINS lists the sites that may ask.

use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderValue,
        header::{HOST, ORIGIN},
        uri::Authority,
    },
};

use super::{host, origin::Origin};
use crate::{Config, error::Error};

/// Whether this origin is on the list, in any spelling.
pub fn is_allowed(allowed: &[String], origin: &HeaderValue) -> bool {
    let Ok(text) = origin.to_str() else {
        return false;
    };
    let parsed = Origin::parse(text);
    let is_same = |allowed: &String| parsed.is_some() && Origin::parse(allowed) == parsed;
    allowed.iter().any(|allowed| allowed == text || is_same(allowed))
}

/// Why a request is refused: it came in under another's name, or a page of another site writes.
pub fn refusal(config: &Config, request: &Request) -> Option<Error> {
    if config.allows_every_site() {
        return None;
    }
    let allowed = &config.query_allowed_origins;
    let headers = request.headers();
    let of_header = headers
        .get_all(HOST)
        .iter()
        .map(|host| host.to_str().unwrap_or("?"));
    let mut hosts = of_header.chain(request.uri().authority().map(Authority::as_str));
    if let Some(foreign) = hosts.find(|name| !host::is_own(name, allowed)) {
        return Some(Error::ForeignHost(foreign.to_owned()));
    }
    let writes = !request.method().is_safe();
    (writes && is_of_other_site(headers, allowed)).then_some(Error::ForeignPage)
}

/// Whether a page of a site that is not on the list sends this. Programs say nothing of sites, and browsers always do; a
/// script can set neither header.
fn is_of_other_site(headers: &HeaderMap, allowed: &[String]) -> bool {
    let origin = headers.get(ORIGIN);
    if origin.is_some_and(|origin| is_allowed(allowed, origin)) {
        return false;
    }
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        // It holds behind a proxy, too, which may ask under another host than the browser.
        Some(b"same-origin") => false,
        // Browsers leave it out of plain HTTP but on loopback.
        Some(b"none") | None => origin.is_some_and(|origin| !is_of_host(origin, headers)),
        Some(_) => true,
    }
}

fn is_of_host(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let origin = origin.to_str().ok().and_then(Origin::parse);
    origin.is_some_and(|origin| headers.get(HOST).and_then(|host| origin.at_host(host)) == Some(origin))
}
