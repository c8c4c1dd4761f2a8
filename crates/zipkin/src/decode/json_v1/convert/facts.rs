//! Whose addresses and tags they are. `ca`, `sa` and `ma` are the addresses of the client, the server and the broker: the
//! remote endpoint of the other side.

use super::parts::Parts;
use crate::{Endpoint, Kind, decode::json_v1::span::Fact};

/// Gives each span its tags and its remote endpoint.
pub fn take_facts(parts: &mut Parts<'_>) {
    let (mut client, mut server, mut broker) = (None, None, None);
    let mut facts: Vec<&Fact> = parts.source.facts.iter().collect();
    facts.sort_by_key(|fact| &fact.key);
    for fact in facts {
        match fact.key.as_str() {
            "ca" => client = fact.host.as_ref(),
            "sa" => server = fact.host.as_ref(),
            "ma" => broker = fact.host.as_ref(),
            _ => tag(parts, fact),
        }
    }
    if is_call(parts) {
        set_client(parts, client);
        set_server(parts, server);
    } else if client.is_some() || server.is_some() {
        return without_call(parts, client, server);
    }
    set_broker(parts, broker);
}

fn tag(parts: &mut Parts<'_>, fact: &Fact) {
    let span = match &fact.host {
        Some(host) => parts.of(host),
        None => parts.first(),
    };
    // An empty "local component" is there to name the service.
    if fact.key != "lc" || !fact.value.is_empty() {
        span.tags.insert(fact.key.clone(), fact.value.clone());
    }
}

fn is_call(parts: &Parts<'_>) -> bool {
    let marks = &parts.marks;
    let ends = [
        marks.client_send,
        marks.client_receive,
        marks.server_send,
        marks.server_receive,
    ];
    ends.iter().any(Option::is_some)
}

fn without_call(parts: &mut Parts<'_>, client: Option<&Endpoint>, server: Option<&Endpoint>) {
    match (client, server) {
        (Some(client), Some(server)) => parts.of(client).remote_endpoint = Some(server.clone()),
        // A server's address alone does not make it a client's span.
        (None, server) => parts.first().remote_endpoint = server.cloned(),
        (client, None) => {
            parts.first().kind = Some(Kind::Server);
            parts.first().remote_endpoint = client.cloned();
        }
    }
}

fn set_client(parts: &mut Parts<'_>, client: Option<&Endpoint>) {
    let side = parts.marks.server_receive.or(parts.marks.server_send);
    let (Some(client), Some(side)) = (client, side) else {
        return;
    };
    if client == side.host {
        return;
    }
    let mut client = client.clone();
    // Finagle writes the server's own name there, which would make it its own caller.
    if client.service_name == side.host.service_name {
        client.service_name = None;
    }
    parts.of(side.host).remote_endpoint = (!client.is_empty()).then_some(client);
}

fn set_server(parts: &mut Parts<'_>, server: Option<&Endpoint>) {
    let side = parts.marks.client_send.or(parts.marks.client_receive);
    if let (Some(server), Some(side)) = (server, side) {
        parts.of(side.host).remote_endpoint = Some(server.clone());
    }
}

fn set_broker(parts: &mut Parts<'_>, broker: Option<&Endpoint>) {
    let Some(broker) = broker else { return };
    for side in [parts.marks.message_send, parts.marks.message_receive]
        .into_iter()
        .flatten()
    {
        parts.of(side.host).remote_endpoint = Some(broker.clone());
    }
}
