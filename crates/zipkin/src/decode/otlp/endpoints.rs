//! The names and addresses of both sides of a call, from a span's attributes: OpenTelemetry has eleven ways to name the other
//! side, older ones among them, and ranks them.

use std::net::IpAddr;

use super::value::Value;
use crate::{EndpointRef, Kind, Text, decode::normal::lower_case};

/// The ranks of the names that a service has for itself: what is below may be a host's name, or an address.
const SERVICES: usize = 2;

/// The ports of the other side, by rank.
const PORTS: usize = 6;

/// The last port of the addresses that belong to the peer's socket, by place in [`PORTS`].
const PEER_SOCKETS: [usize; 2] = [2, 4];

/// The endpoints of a span, as far as its attributes have named them.
#[derive(Default)]
pub struct Endpoints<'a> {
    /// The name of the best rank, and its rank.
    name: Option<(usize, Text<'a>)>,
    /// Addresses of sockets, each at the place of its port.
    addresses: [Option<IpAddr>; PORTS],
    ports: [Option<u16>; PORTS],
    local_address: Option<IpAddr>,
    local_port: Option<u16>,
}

/// The part of an endpoint that an attribute names.
enum Says {
    /// The other side's name, by rank.
    Name(usize),
    /// Its address, which names it, too: rank, and the place of its port.
    Address(usize, usize),
    Port(usize),
    LocalAddress,
    LocalPort,
}

// `service.peer.name` is the later name of `peer.service`.
fn says(key: &str) -> Option<Says> {
    Some(match key {
        "peer.service" => Says::Name(0),
        "service.peer.name" => Says::Name(1),
        "server.address" => Says::Name(2),
        "net.peer.name" => Says::Name(3),
        "network.peer.address" => Says::Address(4, 2),
        "server.socket.domain" => Says::Name(5),
        "server.socket.address" => Says::Address(6, 3),
        "net.sock.peer.name" => Says::Name(7),
        "net.sock.peer.addr" => Says::Address(8, 4),
        "peer.hostname" => Says::Name(9),
        "peer.address" => Says::Name(10),
        "db.name" => Says::Name(11),
        "server.port" => Says::Port(0),
        "net.peer.port" => Says::Port(1),
        "network.peer.port" => Says::Port(2),
        "server.socket.port" => Says::Port(3),
        "net.sock.peer.port" => Says::Port(4),
        "peer.port" => Says::Port(5),
        "network.local.address" => Says::LocalAddress,
        "network.local.port" => Says::LocalPort,
        _ => return None,
    })
}

impl<'a> Endpoints<'a> {
    /// Looks at an attribute.
    pub fn look_at(&mut self, key: &str, value: &Value<'a>) {
        // Most keys begin otherwise.
        if !matches!(key.as_bytes(), [b's' | b'n' | b'p' | b'd', _, ..]) {
            return;
        }
        match says(key) {
            Some(Says::Name(rank)) => self.name(rank, value),
            Some(Says::Address(rank, place)) => {
                self.name(rank, value);
                set(&mut self.addresses, place, address(value));
            }
            Some(Says::Port(place)) => set(&mut self.ports, place, port(value)),
            Some(Says::LocalAddress) => self.local_address = address(value),
            Some(Says::LocalPort) => self.local_port = port(value),
            None => {}
        }
    }

    fn name(&mut self, rank: usize, value: &Value<'a>) {
        let is_better = self.name.as_ref().is_none_or(|(best, _)| rank <= *best);
        if let (Value::Text(text), true) = (value, is_better) {
            self.name = (!text.is_empty())
                .then(|| (rank, text.clone()))
                .or(self.name.take());
        }
    }

    /// Adds the address at which the service itself was called, or from which it called.
    pub fn complete_local(&self, endpoint: &mut EndpointRef<'_>) {
        if let Some(ip) = self.local_address {
            endpoint.set_ip(ip);
            endpoint.port = self.local_port;
        }
    }

    /// The other side. Of what calls or sends, and of what receives from a broker, `server` is the other side; of a server it is
    /// the server itself, whose caller is named by its service alone.
    pub fn remote(&self, kind: Option<Kind>) -> Option<EndpointRef<'a>> {
        let is_server = match kind? {
            Kind::Server => true,
            Kind::Client | Kind::Producer | Kind::Consumer => false,
        };
        let mut name = self.name.as_ref();
        let is_of_peer = |place: &usize| !is_server || PEER_SOCKETS.contains(place);
        if is_server {
            name = name.filter(|(rank, _)| *rank < SERVICES);
        }
        let mut endpoint = EndpointRef {
            service_name: name.and_then(|(_, name)| lower_case(name.clone())),
            ..EndpointRef::default()
        };
        let socket = (0..PORTS)
            .filter(is_of_peer)
            .find_map(|place| Some((place, self.address_at(place)?)));
        let first_port = || {
            (0..PORTS)
                .filter(is_of_peer)
                .find_map(|place| self.port_at(place))
        };
        match socket {
            Some((place, ip)) => {
                endpoint.set_ip(ip);
                endpoint.port = self.port_at(place).or_else(first_port);
            }
            None => {
                let ip = name.and_then(|(_, name)| name.parse().ok());
                ip.into_iter().for_each(|ip| endpoint.set_ip(ip));
                // A port alone is nowhere.
                endpoint.port = first_port().filter(|_| endpoint.service_name.is_some());
            }
        }
        (!endpoint.is_empty()).then_some(endpoint)
    }

    fn address_at(&self, place: usize) -> Option<IpAddr> {
        self.addresses.get(place).copied().flatten()
    }

    fn port_at(&self, place: usize) -> Option<u16> {
        self.ports.get(place).copied().flatten()
    }
}

fn set<T>(all: &mut [Option<T>; PORTS], place: usize, value: Option<T>) {
    if let Some(entry) = all.get_mut(place) {
        *entry = value;
    }
}

fn address(value: &Value<'_>) -> Option<IpAddr> {
    match value {
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

// Some write a port as a text.
fn port(value: &Value<'_>) -> Option<u16> {
    let port = match value {
        Value::Whole(number) => u16::try_from(*number).ok(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    port.filter(|&port| port != 0)
}
