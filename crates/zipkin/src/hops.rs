//! What each remote call of a trace cost: client time, server time, and the network between them.

use serde::Serialize;

use crate::{Kind, Waterfall, waterfall::Row};

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

/// The remote calls of a trace, in the order of its rows: a CLIENT with the SERVER below it, or either alone.
pub fn hops(waterfall: &Waterfall) -> Vec<Hop> {
    let rows = || waterfall.rows.iter().enumerate();
    let is_served =
        |client: usize| rows().any(|(_, row)| row.parent == Some(client) && row.kind == Some(Kind::Server));
    let hop = |(index, row): (usize, &Row)| match row.kind {
        Some(Kind::Server) => {
            let parent = row.parent.and_then(|parent| waterfall.rows.get(parent));
            let client = parent.filter(|parent| parent.kind == Some(Kind::Client));
            Some(of_server(waterfall, index, row, client, parent))
        }
        Some(Kind::Client) if !is_served(index) => Some(of_client(row)),
        _ => None,
    };
    rows().filter_map(hop).collect()
}

fn of_server(
    waterfall: &Waterfall,
    index: usize,
    server: &Row,
    client: Option<&Row>,
    parent: Option<&Row>,
) -> Hop {
    let client_us = client.and_then(|client| client.duration);
    let caller = match client.or(parent) {
        Some(row) => named(&row.service),
        None => server.span.remote_service().map(str::to_owned),
    };
    let network = |client: u64| Some(client.saturating_sub(server.duration?));
    Hop {
        caller,
        callee: server.service.clone(),
        name: server.name.clone(),
        client_us,
        server_us: server.duration,
        network_us: client_us.and_then(network),
        self_us: self_time(waterfall, index, server),
        error: server.error.is_some() || client.is_some_and(|client| client.error.is_some()),
    }
}

fn of_client(client: &Row) -> Hop {
    Hop {
        caller: named(&client.service),
        callee: client.span.remote_service().unwrap_or_default().to_owned(),
        name: client.name.clone(),
        client_us: client.duration,
        server_us: None,
        network_us: None,
        self_us: None,
        error: client.error.is_some(),
    }
}

fn named(service: &str) -> Option<String> {
    (!service.is_empty()).then(|| service.to_owned())
}

/// The span's duration without the time in which at least one of its children ran: children that overlap count once,
/// and what a child did after its parent's end does not count.
fn self_time(waterfall: &Waterfall, index: usize, row: &Row) -> Option<u64> {
    let (start, end) = (row.offset, row.offset + row.duration?);
    let children = waterfall.rows.iter().filter(|child| child.parent == Some(index));
    let mut intervals: Vec<(u64, u64)> = children
        .filter_map(|child| {
            Some((
                child.offset.max(start),
                child.offset.checked_add(child.duration?)?.min(end),
            ))
        })
        .collect();
    intervals.sort_unstable();
    let (mut covered, mut covered_until) = (0, start);
    for (from, until) in intervals {
        covered += until.saturating_sub(from.max(covered_until));
        covered_until = covered_until.max(until);
    }
    Some(end - start - covered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Endpoint, Span, SpanId, TraceId, waterfall::waterfall};

    fn span(
        id: u64,
        parent: Option<u64>,
        kind: Option<Kind>,
        service: &str,
        start: u64,
        duration: u64,
    ) -> Span {
        Span {
            parent_id: parent.map(SpanId::new),
            kind,
            timestamp: Some(start),
            duration: Some(duration),
            local_endpoint: Some(Endpoint {
                service_name: Some(service.into()),
                ..Endpoint::default()
            }),
            ..Span::new(TraceId::new(1), SpanId::new(id))
        }
    }

    #[test]
    fn a_call_is_its_client_and_its_server() {
        let (client, server) = (Some(Kind::Client), Some(Kind::Server));
        let spans = vec![
            span(1, None, server, "gateway", 100, 100),
            span(2, Some(1), client, "gateway", 110, 60),
            span(3, Some(2), server, "orders", 120, 40),
        ];
        let hops = hops(&waterfall(spans).unwrap());
        assert_eq!(hops.len(), 2);
        assert_eq!((hops[0].caller.clone(), hops[0].self_us), (None, Some(40)));
        assert_eq!(hops[1].caller.as_deref(), Some("gateway"));
        assert_eq!(
            (hops[1].client_us, hops[1].server_us, hops[1].network_us),
            (Some(60), Some(40), Some(20))
        );
    }

    #[test]
    fn children_that_overlap_or_outlive_their_parent_count_once_and_within_it() {
        let spans = vec![
            span(1, None, Some(Kind::Server), "gateway", 100, 100),
            span(2, Some(1), None, "gateway", 110, 30),
            span(3, Some(1), None, "gateway", 120, 30),
            span(4, Some(1), None, "gateway", 190, 300),
        ];
        assert_eq!(hops(&waterfall(spans).unwrap())[0].self_us, Some(50));
    }
}
