//! Requests that come in: faults around the service's span, and within it.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use faults::{Hit, Place, context, one_request::OneRequest, server};

use super::attached::Attached;
use crate::{Error, call_failure::MAX_BODY_BYTES};

tokio::task_local! {
    /// The faults that the calls of the request take on.
    pub static CARRIED: Carried;
}

/// The faults of a request that its calls meet.
pub struct Carried {
    /// Faults of its context.
    pub context: Vec<Hit>,
    /// Headers that order a fault in another hop.
    pub elsewhere: HeaderMap,
}

/// Faults within the span that the request orders itself.
#[derive(Clone, Default)]
struct Own {
    delay: Duration,
    abort: Option<u16>,
    mistake: Option<String>,
}

/// Before the service's span begins.
pub async fn outside(attached: &'static Attached, mut request: Request, next: Next) -> Response {
    let faults = &attached.faults;
    let number = || attached.next_number();
    let is_last = !attached.has_next_hop.load(Relaxed);
    let mistake = OneRequest::mistake(request.headers(), attached.service, is_last);
    let ordered = OneRequest::take(request.headers_mut(), attached.service, number);
    if faults.is_none() && ordered.is_none() && mistake.is_none() {
        return next.run(request).await;
    }
    let path = request.uri().path().to_owned();
    let (mut own, mut elsewhere) = (Own::default(), HeaderMap::new());
    match ordered {
        Some(OneRequest::Here { delay, abort }) => {
            own = Own {
                delay: delay.unwrap_or_default(),
                abort,
                mistake: None,
            };
        }
        Some(OneRequest::Elsewhere(headers)) => elsewhere = headers,
        None => {}
    }
    own.mistake = mistake;
    let context = faults.hits(Place::Headers, &path);
    context::received(&context, request.headers_mut());
    let held = server::before(&faults.hits(Place::Outside, &path)).await;
    // A place is held while its request works.
    own.delay += held.iter().map(server::Held::longer).sum::<Duration>();
    request.extensions_mut().insert(own);
    let carried = Carried { context, elsewhere };
    let response = CARRIED.scope(carried, next.run(request)).await;
    drop(held);
    response
}

/// Within the service's span, around the handler.
pub async fn inside(attached: &'static Attached, mut request: Request, next: Next) -> Response {
    let own: Own = request.extensions_mut().remove().unwrap_or_default();
    let hits = attached.faults.hits(Place::Inside, request.uri().path());
    if let Some(mistake) = own.mistake {
        tracing::warn!("no fault was ordered: {mistake}");
    }
    if !own.delay.is_zero() {
        tokio::time::sleep(own.delay).await;
    }
    let status = match own.abort {
        Some(status) => Some(status),
        None => server::instead(&hits).await,
    };
    if let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) {
        return Error::Status(status).into_response();
    }
    let has_body = request.method() != Method::HEAD;
    let response = next.run(request).await;
    if has_body && server::has_body_fault(&hits) {
        return with_body_fault(&hits, response).await;
    }
    response
}

async fn with_body_fault(hits: &[Hit], response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    match to_bytes(body, MAX_BODY_BYTES).await {
        Ok(whole) => {
            // The length is promised, so that a body that breaks off is seen to.
            parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
            Response::from_parts(parts, Body::new(server::body(hits, whole)))
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
