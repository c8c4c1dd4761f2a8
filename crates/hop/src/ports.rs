//! The ports of the parts, and whether they are free.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr},
};

use anyhow::{Context as _, anyhow, bail};
use serve::BindError;
use tokio::net::TcpListener;

pub use ask::Offset;

/// The gateway's port, where nothing moves it.
const GATEWAY: u16 = 8081;

/// The distance of a service's port for faults below its own: 7081 is the gateway's.
const FAULTS_BELOW: u16 = 1_000;

/// Where each part listens, on loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The edge.
    pub gateway: u16,
    /// The middle hop.
    pub orders: u16,
    /// The last hop.
    pub inventory: u16,
    /// The collector; none where a Zipkin runs elsewhere.
    pub collector: Option<u16>,
}

impl Ports {
    /// The well-known ports, moved.
    pub fn at(Offset { value: offset }: Offset, collector: bool) -> Self {
        Self {
            gateway: GATEWAY + offset,
            orders: 8082 + offset,
            inventory: 8083 + offset,
            collector: collector.then_some(9411 + offset),
        }
    }

    /// Looks before anything starts, so that all that is taken is said at once, with the way out.
    pub async fn check_free(self) -> anyhow::Result<()> {
        let mut taken = Vec::new();
        for port in self.all() {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::AddrInUse => taken.push(who_has(port)),
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot listen on 127.0.0.1:{port}"));
                }
            }
        }
        if taken.is_empty() {
            return Ok(());
        }
        let free = free_offset(self.collector.is_some()).await;
        bail!(
            "{}\nStop it, or take other ports: {}",
            taken.join("\n"),
            self.other(free)
        )
    }

    /// The flag for other ports; clap takes it once.
    fn other(self, free: Option<u16>) -> String {
        let free = free.map_or_else(|| "N".to_owned(), |offset| offset.to_string());
        match self.gateway - GATEWAY {
            0 => format!("add --port-offset {free}"),
            given => format!("use --port-offset {free} in place of --port-offset {given}"),
        }
    }

    /// Those of the services, from the edge inwards.
    pub fn services(self) -> [u16; 3] {
        [self.gateway, self.orders, self.inventory]
    }

    /// Those at which their faults are set, in the same order.
    pub fn faults(self) -> [u16; 3] {
        self.services().map(|port| port - FAULTS_BELOW)
    }

    fn all(self) -> impl Iterator<Item = u16> {
        let services = self.services().into_iter().chain(self.collector);
        services.chain(self.faults())
    }
}

/// The error of a part that runs alone, with the way out: a port that is free, or a build that has what this one leaves out.
pub fn with_way_out(error: anyhow::Error) -> anyhow::Error {
    if let Some(telemetry::StartError::LeftOut { feature, .. }) = error.downcast_ref() {
        let way_out = format!("build with `cargo build -p hop --features {feature}`");
        return anyhow!("{error}\n{way_out}");
    }
    match error.downcast_ref() {
        Some(BindError { address, source }) if source.kind() == ErrorKind::AddrInUse => anyhow!(
            "{}\nStop it, or take a free port: --listen-addr {}",
            who_has(address.port()),
            SocketAddr::new(address.ip(), 0),
        ),
        _ => error,
    }
}

fn who_has(port: u16) -> String {
    let ask = if cfg!(windows) {
        format!("netstat -ano | findstr :{port}")
    } else {
        format!("lsof -i :{port}")
    };
    format!("{port} is taken; `{ask}` says by whom.")
}

async fn free_offset(collector: bool) -> Option<u16> {
    for offset in (100..=10_000).step_by(100) {
        let mut free = true;
        for port in Ports::at(Offset { value: offset }, collector).all() {
            free &= TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.is_ok();
        }
        if free {
            return Some(offset);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_moves_every_port() {
        let ports = Ports::at(Offset { value: Offset::MAX }, true);
        assert_eq!(
            ports.all().collect::<Vec<_>>(),
            [64205, 64206, 64207, 65535, 63205, 63206, 63207]
        );
        assert_eq!(Ports::at(Offset::default(), false).collector, None);
    }

    #[test]
    fn an_offset_is_added_or_takes_the_place_of_another() {
        for (value, free, said) in [
            (0, Some(100), "add --port-offset 100"),
            (
                31_500,
                Some(200),
                "use --port-offset 200 in place of --port-offset 31500",
            ),
            (100, None, "use --port-offset N in place of --port-offset 100"),
        ] {
            assert_eq!(Ports::at(Offset { value }, true).other(free), said);
        }
    }

    #[tokio::test]
    async fn a_part_whose_port_is_taken_says_who_to_ask_and_what_to_do() {
        for (host, free) in [("127.0.0.1", "127.0.0.1:0"), ("::1", "[::1]:0")] {
            let Ok(listener) = TcpListener::bind((host, 0)).await else {
                continue; // a machine without IPv6
            };
            let address = listener.local_addr().unwrap();
            let error = serve::bind(address).await.unwrap_err();
            let text = with_way_out(error.into()).to_string();
            let taken = format!("{} is taken; `", address.port());
            assert!(
                text.starts_with(&taken) && text.contains("` says by whom"),
                "{text}"
            );
            assert!(text.ends_with(&format!("--listen-addr {free}")), "{text}");
        }
    }

    #[test]
    fn another_failure_stays_as_it_is() {
        let text = with_way_out(anyhow!("no route")).to_string();
        assert_eq!(text, "no route");
    }
}
