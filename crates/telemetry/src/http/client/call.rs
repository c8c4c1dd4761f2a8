//! The CLIENT span of a call.

use std::borrow::Cow;

use reqwest::{Request, Response};
use smol_str::SmolStr;
use url::Host;
use zipkin::{EndpointRef, Kind};

use crate::{
    delivery::outlet::Outlet,
    failure,
    http::{
        ending::{self, Outcome},
        scheme::scheme,
    },
    spans::record::SpanRecord,
};

/// A CLIENT span, which ends when it is dropped. It is no span of `tracing`: nothing below it needs to find it.
pub(super) struct Call<'a> {
    record: SpanRecord,
    outlet: &'a Outlet,
    outcome: Outcome,
}

impl<'a> Call<'a> {
    /// A call that begins.
    pub const fn new(record: SpanRecord, outlet: &'a Outlet) -> Self {
        Self {
            record,
            outlet,
            outcome: None,
        }
    }

    /// Notes the answer, or the reason that there is none.
    pub fn note(&mut self, result: &reqwest::Result<Response>) {
        if let (Ok(response), Some(endpoint)) = (result, &mut self.record.remote_endpoint)
            && let Some(peer) = response.remote_addr()
        {
            endpoint.set_ip(peer.ip());
        }
        self.outcome = Some(result.as_ref().map(Response::status).map_err(failure::describe));
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        ending::end(&mut self.record, self.outcome, self.outlet);
    }
}

/// Describes a call on its span. Without a name, the other side is the host of the URL.
pub(super) fn describe(
    record: &mut SpanRecord,
    remote_service: Option<Cow<'static, str>>,
    request: &Request,
) {
    let method = SmolStr::new(request.method());
    record.name = method.clone();
    record.kind = Some(Kind::Client);
    record.tag(SmolStr::new_static("http.method"), method);
    record.tag(SmolStr::new_static("http.path"), request.url().path());
    let url = request.url();
    record.url = (scheme(url.scheme()), url.host_str().unwrap_or_default().into());
    record.remote_endpoint = Some(remote_endpoint(remote_service, url));
}

fn remote_endpoint(service: Option<Cow<'static, str>>, url: &reqwest::Url) -> EndpointRef<'static> {
    let host = || url.host_str().unwrap_or_default().to_owned();
    let mut endpoint = EndpointRef {
        service_name: Some(service.unwrap_or_else(|| host().into())),
        port: url.port_or_known_default(),
        ..EndpointRef::default()
    };
    match url.host() {
        Some(Host::Ipv4(ip)) => endpoint.set_ip(ip.into()),
        Some(Host::Ipv6(ip)) => endpoint.set_ip(ip.into()),
        Some(Host::Domain(_)) | None => {}
    }
    endpoint
}
