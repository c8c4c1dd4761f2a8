//! The addresses at which others reach this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The hosts to put into an address that others use. Listening on one address, that one; on all, those of the routes that
/// lead out, and loopback where none does.
pub fn reachable(listening: SocketAddr) -> Vec<IpAddr> {
    if !listening.ip().is_unspecified() {
        return vec![listening.ip()];
    }
    // Addresses for documentation (RFC 5737, RFC 3849). Connecting a UDP socket chooses a route and sends nothing.
    let outside: [(IpAddr, IpAddr); 2] = [
        (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into()),
        (
            Ipv6Addr::UNSPECIFIED.into(),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        ),
    ];
    let usable = outside
        .into_iter()
        .filter(|(own, _)| own.is_ipv4() || listening.is_ipv6());
    let found: Vec<IpAddr> = usable.filter_map(|(own, to)| own_address(own, to)).collect();
    if found.is_empty() {
        vec![Ipv4Addr::LOCALHOST.into()]
    } else {
        found
    }
}

fn own_address(own: IpAddr, to: IpAddr) -> Option<IpAddr> {
    const DISCARD: u16 = 9;
    let socket = UdpSocket::bind((own, 0)).ok()?;
    socket.connect((to, DISCARD)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_was_chosen_is_the_one_to_use() {
        let chosen: SocketAddr = "192.168.1.5:9480".parse().unwrap();
        assert_eq!(reachable(chosen), [chosen.ip()]);
    }

    #[test]
    fn listening_everywhere_there_is_an_address_for_others() {
        let found = reachable("0.0.0.0:9480".parse().unwrap());
        assert!(!found.is_empty());
        assert!(found.iter().all(|address| !address.is_unspecified()));
    }
}
