//! The promises of this crate, seen from outside: real sockets, the public API, and the spans that a
//! collector gets. The behaviours are those of Brave's test kits for HTTP servers and clients, and what axum, tower and
//! HTTP/2 add to them; ../../README.md says which test covers which.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

/// The service, the collector that gets its spans, and servers to call.
mod world;

/// Requests and what their spans say.
mod server;

/// Names by route.
mod routes;

/// Clients that go away, and bodies that are streamed.
mod bodies;

/// Where an answer's body ends.
mod lengths;

/// Bytes that no client library sends.
mod raw;

/// Calls and what their spans say.
mod client;

/// Calls that get no answer.
mod failures;

/// Calls that are sent elsewhere.
mod redirects;

/// HTTP/2 without TLS, and protocols that begin as HTTP.
mod protocols;

/// Tasks, threads, streams and nested spans.
mod context;

/// Futures that are dropped, and calls that are tried again.
mod dropped;

/// Tower's middlewares above and below ours.
mod middlewares;

/// Spans of others around a request.
mod outer;
