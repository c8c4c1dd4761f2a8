//! The cost of each remote call of a trace: client time, server time, and the network between them.

use super::{
    clocks::{Clock, clocks},
    kin::Kin,
};
use crate::{Kind, Place, Row, Waterfall};

/// One remote call, and why a figure of it is missing.
mod hop;

/// The time of a span without that of what it caused.
mod own;

/// The way there, and the way back.
mod halves;

pub use hop::{Hop, Reasons, Why};

use halves::Offsets;
pub(crate) use hop::caller_or_why;
use own::{duration, own_time};

/// The remote calls of a trace, in the order of its rows: each server's, and each client's that no server answered.
///
/// ```
/// let spans = zipkin::decode::list(
///     br#"[{"traceId":"1","id":"1","kind":"SERVER","timestamp":1000,"duration":1000,
///           "localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"2","parentId":"1","kind":"CLIENT","timestamp":1100,"duration":800,
///           "localEndpoint":{"serviceName":"web"}},
///          {"traceId":"1","id":"3","parentId":"2","kind":"SERVER","timestamp":1150,"duration":700,
///           "localEndpoint":{"serviceName":"app"}}]"#,
/// )?;
/// let trace = zipkin::waterfall(&spans).unwrap();
///
/// let hops = zipkin::hops(&trace);
/// let call = &hops[1];
/// assert_eq!((call.caller_or_why(), call.callee), ("web", "app"));
/// assert_eq!((call.client_us, call.server_us, call.network_us), (Some(800), Some(700), Some(100)));
/// // One call does not say how far the clocks are apart: each way may have been all of it.
/// assert_eq!((call.request_us, call.response_us), (Some([0, 100]), Some([0, 100])));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn hops(waterfall: &Waterfall) -> Vec<Hop<'_>> {
    let kin = Kin::of(waterfall);
    of(&kin, &clocks(&kin))
}

pub(super) fn of<'a>(kin: &Kin<'a>, clocks: &[Clock]) -> Vec<Hop<'a>> {
    let mut offsets = Offsets::of(clocks);
    let rows = kin.rows.iter().enumerate();
    let hop = |(index, row): (usize, &'a Row)| match row.kind {
        Some(Kind::Server) => Some(answered(kin, &mut offsets, index, row)),
        Some(Kind::Client) if kin.servers(index) == 0 => Some(unanswered(index, row)),
        _ => None,
    };
    rows.filter_map(hop).collect()
}

fn answered<'a: 'b, 'b>(kin: &Kin<'a>, offsets: &mut Offsets<'b>, index: usize, server: &'a Row) -> Hop<'a> {
    let above = kin.above(server);
    let client = above.filter(|above| above.kind == Some(Kind::Client));
    let caller = above
        .map(|above| above.service.as_str())
        .filter(|service| !service.is_empty());
    let client_us = client.map_or(Err(Why::NotReported), duration);
    let server_us = duration(server);
    let is_alone = server.parent.is_none_or(|client| kin.servers(client) == 1);
    let network_us = match (client_us, server_us) {
        (Ok(client), Ok(server)) if is_alone => client.checked_sub(server).ok_or(Why::Outlived),
        (Ok(_), Ok(_)) => Err(Why::SeveralServers),
        (Err(why), _) | (_, Err(why)) => Err(why),
    };
    let halves = match (network_us, client) {
        (Ok(_), Some(client)) => offsets.halves(client, server),
        (network, _) => Err(network.err().unwrap_or(Why::NotReported)),
    };
    let self_us = own_time(kin, index, server);
    Hop {
        row: index,
        caller: caller.or(server.span.remote_service()),
        from_outside: server.place == Place::Root,
        callee: &server.service,
        name: if server.name.is_empty() {
            client.map(|client| client.name.as_str()).unwrap_or_default()
        } else {
            &server.name
        },
        client_us: client_us.ok(),
        server_us: server_us.ok(),
        network_us: network_us.ok(),
        request_us: halves.ok().map(|[request, _]| request),
        response_us: halves.ok().map(|[_, response]| response),
        self_us: self_us.ok(),
        error: server.error.is_some() || client.is_some_and(|client| client.error.is_some()),
        why: Reasons {
            client_us: client_us.err(),
            server_us: server_us.err(),
            network_us: network_us.err(),
            request_us: halves.err(),
            response_us: halves.err(),
            self_us: self_us.err(),
        },
    }
}

fn unanswered(index: usize, client: &Row) -> Hop<'_> {
    let client_us = duration(client);
    let not_reported = Some(Why::NotReported);
    Hop {
        row: index,
        caller: client.span.local_service(),
        from_outside: false,
        callee: client.span.remote_service().unwrap_or_default(),
        name: &client.name,
        client_us: client_us.ok(),
        server_us: None,
        network_us: None,
        request_us: None,
        response_us: None,
        self_us: None,
        error: client.error.is_some(),
        why: Reasons {
            client_us: client_us.err(),
            server_us: not_reported,
            network_us: not_reported,
            request_us: not_reported,
            response_us: not_reported,
            self_us: not_reported,
        },
    }
}

#[cfg(test)]
mod tests;
