//! Faults, where they are asked for: [`attach`] before a service starts. Elsewhere nothing is put around routes and calls, and each function here
//! gives back what it was given.
//!
//! ```text
//! control port → Faults (crates/faults) ←─┬─ outside, inside   around the service's span, and within it
//!                                         ├─ call              to the next hop
//!                                         ├─ accept_all        the door
//!                                         └─ spans, lines      on their way out
//! ```

use std::{net::SocketAddr, sync::atomic::Ordering::Relaxed};

use anyhow::{Context as _, ensure};
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
};
use faults::Place;
use reqwest::RequestBuilder;
use telemetry::TracedClient;

use crate::Error;

/// The attached faults, and the parts of the service that they take hold of.
mod attached;

/// The port at which they are set.
mod control;

/// Spans on their way.
mod relay;

/// The service's port.
mod door;

/// Requests that come in.
mod requests;

/// Calls that go out.
mod calls;

pub(crate) use attached::{Attached, attached};
pub(crate) use door::accept_all;

/// Lets faults be set in this process, at an address of loopback, from which the service's spans then go on to where `config`
/// says. Called once, before the service starts.
pub async fn attach(
    service: &'static str,
    control: SocketAddr,
    config: &mut telemetry::Config,
) -> anyhow::Result<SocketAddr> {
    ensure!(
        control.ip().is_loopback(),
        "faults are set on loopback alone, and {control} is not; for example 127.0.0.1:{}",
        control.port()
    );
    let listener = serve::bind(control).await?;
    let address = listener.local_addr().context("the control port has no address")?;
    let relay = relay::Relay::before(&mut config.delivery, address)?;
    let named = config.service_name.as_deref();
    let attached = attached::install(Attached::new(service, named, relay.is_some()));
    let attached = attached.context("faults are attached already")?;
    output::stdout().rewrite_with(rewrite);
    tokio::spawn(control::serve(listener, attached, relay));
    Ok(address)
}

/// A log line as the faults leave it.
fn rewrite(line: &[u8]) -> Option<Vec<u8>> {
    let attached = attached()?;
    let truth = relay::with_truth(line);
    let line = truth.as_deref().unwrap_or(line);
    faults::signals::line(&attached.faults.hits_of_service(&[Place::Lines]), line).or(truth)
}

/// Puts faults between the caller and the service's span.
pub(crate) fn outside(routes: Router) -> Router {
    match attached() {
        None => routes,
        Some(attached) => routes.layer(from_fn(move |request: Request, next: Next| {
            requests::outside(attached, request, next)
        })),
    }
}

/// Puts faults within the service's span.
pub(crate) fn inside(routes: Router) -> Router {
    match attached() {
        None => routes,
        Some(attached) => routes.layer(from_fn(move |request: Request, next: Next| {
            requests::inside(attached, request, next)
        })),
    }
}

/// Lets faults change the headers of calls.
pub(crate) fn next_hop(client: TracedClient) -> TracedClient {
    match attached() {
        None => client,
        Some(attached) => {
            attached.has_next_hop.store(true, Relaxed);
            client.amending(calls::amend)
        }
    }
}

/// Makes a call as the faults have it.
pub(crate) async fn call<F>(
    attached: &Attached,
    request: RequestBuilder,
    send: impl Fn(reqwest::Request) -> F + Send + Sync,
) -> Result<Vec<u8>, Error>
where
    F: Future<Output = Result<Vec<u8>, Error>> + Send,
{
    calls::call(attached, request, send).await
}
