//! What each remote call of a trace cost: client time, server time, and the network between them.

use serde::Serialize;

use crate::Waterfall;

/// One remote call, seen from the client, the server or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// The service that calls; none at the edge.
    pub caller: Option<String>,
    /// The service that is called.
    pub callee: String,
    /// What is called: the server's name for it, else the client's.
    pub name: String,
    /// Microseconds that the client waited.
    pub client_us: Option<u64>,
    /// Microseconds that the server took.
    pub server_us: Option<u64>,
    /// Microseconds spent between the two: client minus server.
    pub network_us: Option<u64>,
    /// Microseconds of the server's own work, without what it waited for below.
    pub self_us: Option<u64>,
    /// Whether either side failed.
    pub error: bool,
}

/// The remote calls of a trace, in the order of its rows.
pub fn hops(waterfall: &Waterfall) -> Vec<Hop> {
    let _ = waterfall;
    Vec::new()
}
