//! Which scripts of other sites may read: all, unless ZIPKIN_QUERY_ALLOWED_ORIGINS lists some. A script that may not gets an
//! answer, too; its browser does not show it. What it may not send at all is in `sites`.

use axum::http::{HeaderMap, HeaderValue, Method, header};

use super::sites;
use crate::Config;

/// Headers that a script may read. Nothing here sends these: Zipkin's server says it.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("grpc-status,grpc-message,armeria.grpc.throwableproto-bin");

/// Whether a browser asks what a script may.
pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Adds what lets a browser show the answer to a script from `origin`, or send the request that it asks about.
pub fn allow(config: &Config, origin: HeaderValue, is_preflight: bool, headers: &mut HeaderMap) {
    let any = config.allows_every_site();
    if !any && !sites::is_allowed(&config.query_allowed_origins, &origin) {
        return;
    }
    // A page without an origin of its own is told so, as in Zipkin.
    let origin = if any && origin != "null" {
        HeaderValue::from_static("*")
    } else {
        origin
    };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if !any {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type,x-grpc-web"),
    );
    if is_preflight {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET,POST"),
        );
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("0"));
    } else {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
