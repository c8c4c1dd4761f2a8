//! Senders of files: a page of the collector itself, or a program. A page of another site may send none, whatever
//! ZIPKIN_QUERY_ALLOWED_ORIGINS lists: it would fill the memory of whoever looks at it.

use axum::http::{HeaderMap, HeaderValue, Uri, header};

/// Whether no other site's page sends this. Browsers always say where a POST comes from; programs do not.
pub fn is_ours(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        return site == b"same-origin";
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let authority = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.parse::<Uri>().ok()?.into_parts().authority);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    authority
        .zip(host)
        .is_some_and(|(authority, host)| authority.as_str().eq_ignore_ascii_case(host))
}
