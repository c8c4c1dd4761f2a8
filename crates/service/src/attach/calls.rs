//! Calls that go out, as the faults have them.

use faults::{Place, context, next_hop::Calling};
use reqwest::{Request, RequestBuilder};
use tracing::{Instrument as _, info_span};

use super::{attached::Attached, requests::CARRIED};
use crate::Error;

/// Makes a call as the faults have it; `send` makes one attempt.
pub async fn call<F>(
    attached: &Attached,
    request: RequestBuilder,
    send: impl Fn(Request) -> F + Send + Sync,
) -> Result<Vec<u8>, Error>
where
    F: Future<Output = Result<Vec<u8>, Error>> + Send,
{
    // A request that cannot be built is for the client to refuse.
    let Ok(request) = request.build() else {
        return Err(Error::Panic);
    };
    let hits = attached.faults.hits(Place::Call, request.url().path());
    if hits.is_empty() {
        return send(request).await;
    }
    let calling = Calling::of(&hits);
    let attempt = || send(again(&request));
    let Some(cached) = &calling.cache else {
        return calling.make(attempt).await;
    };
    let url = request.url().as_str();
    let found = async { cached.hit.cache().get(url).filter(|_| !cached.misses) };
    if let Some(body) = found.instrument(info_span!("cache get")).await {
        return Ok(body);
    }
    let body = calling.make(attempt).await?;
    info_span!("cache put").in_scope(|| cached.hit.cache().put(url, &body));
    Ok(body)
}

/// The same request once more. Calls to a next hop have no body.
fn again(request: &Request) -> Request {
    let mut copy = Request::new(request.method().clone(), request.url().clone());
    *copy.headers_mut() = request.headers().clone();
    *copy.timeout_mut() = request.timeout().copied();
    copy
}

/// The last word on a call's headers, once telemetry has written the context.
pub fn amend(request: &mut Request) {
    // Work that has left its request behind carries nothing.
    let _ = CARRIED.try_with(|carried| {
        context::sent(&carried.context, request.headers_mut());
        for (name, value) in &carried.elsewhere {
            request.headers_mut().insert(name.clone(), value.clone());
        }
    });
}
