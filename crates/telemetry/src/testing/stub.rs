//! A stand-in for the next hop, which keeps the headers that it gets.

use std::{
    future::IntoFuture as _,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
};
use expect::Wire;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{answered::lines, kept};
use crate::propagation;

/// So many requests are kept.
const MAX_REQUESTS: usize = 10_000;

/// The stub's name, and the requests that it got.
type Kept = (Arc<str>, Arc<Mutex<Vec<Wire>>>);

/// A server on a free port of this machine, until it is dropped. It is not traced itself: it answers, and keeps the headers of each
/// request, so that [`headers`](super::headers) expectations and [`requests`](Self::requests) see them as they stood on the wire.
#[derive(Debug)]
pub struct Stub {
    url: String,
    requests: Arc<Mutex<Vec<Wire>>>,
    server: JoinHandle<()>,
}

impl Stub {
    /// Serves routes as `name`, which expectations call it by.
    ///
    /// # Panics
    /// Where no port is free.
    pub async fn start(name: &str, routes: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let (listener, address) = match listener.and_then(|listener| Ok((listener.local_addr()?, listener))) {
            Ok((address, listener)) => (listener, address),
            Err(error) => panic!("no port is free for the stub {name}: {error}"),
        };
        let requests = Arc::new(Mutex::new(Vec::new()));
        let state = (Arc::<str>::from(name), requests.clone());
        let routes = routes.layer(middleware::from_fn_with_state(state, keep));
        let server = axum::serve(listener, routes).into_future();
        Self {
            url: format!("http://{address}"),
            requests,
            // It runs until it is aborted.
            server: tokio::spawn(async move { drop(server.await) }),
        }
    }

    /// The address of a path on it: `stub.url("/items")`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Each request so far, those that no trace is known of among them.
    pub fn requests(&self) -> Vec<Wire> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Keeps a request, and has it answered.
async fn keep(State((name, requests)): State<Kept>, request: Request, next: Next) -> Response {
    note(&name, &request, &requests);
    next.run(request).await
}

fn note(name: &str, request: &Request, requests: &Mutex<Vec<Wire>>) {
    let wire = Wire {
        to: name.to_owned(),
        headers: lines(request.headers()),
    };
    if let Some(ids) = propagation::extract(request.headers(), &[]).ids {
        kept::wire(ids.trace_id, wire.clone());
    }
    let mut requests = requests.lock().unwrap_or_else(PoisonError::into_inner);
    if requests.len() < MAX_REQUESTS {
        requests.push(wire);
    }
}
