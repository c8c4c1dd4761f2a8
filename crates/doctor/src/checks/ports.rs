//! The ports: who has them, and whether that is who should.

use std::net::{Ipv4Addr, TcpListener};

use probe::{Context, Evidence};

use crate::{finding::Finding, holder};

/// Ports on loopback.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// Gateway, orders, inventory.
    pub services: [u16; 3],
    /// The same services' ports for faults.
    pub faults: [u16; 3],
    /// The collector.
    pub collector: u16,
    /// The collector's for OTLP.
    pub otlp: u16,
}

const SERVICES: [&str; 3] = ["port-gateway", "port-orders", "port-inventory"];

/// Before anything runs: all of them should be free.
pub fn before(ports: &Ports) -> Vec<Option<Finding>> {
    let services = SERVICES.into_iter().zip(ports.services);
    let mut findings: Vec<_> = services.map(|(id, port)| free(id, port)).collect();
    findings.push(free("port-collector", ports.collector));
    findings.push(free("port-otlp", ports.otlp));
    let taken = ports.faults.into_iter().find(|port| !is_free(*port));
    findings.push(match taken {
        Some(port) => free("ports-faults", port),
        None => Finding::good("ports-faults", "free"),
    });
    findings
}

fn free(id: &str, port: u16) -> Option<Finding> {
    if is_free(port) {
        return Finding::good(id, format!("{port} is free"));
    }
    Finding::bad(
        id,
        format!(
            "{port} is held by {}: stop it, or use hop up --port-offset 100",
            who(port)
        ),
    )
}

/// While everything runs: each should be its own part's.
pub fn during(ports: &Ports, evidence: &Evidence, has_collector: bool) -> Vec<Option<Finding>> {
    let services = SERVICES.into_iter().zip(ports.services).zip(&evidence.hops);
    let mut findings: Vec<_> = services
        .map(|((id, port), hop)| {
            let is_ours = hop.knocks.iter().any(|knock| knock.context != Context::Unknown);
            let name = hop.name;
            held(
                id,
                port,
                is_ours,
                &format!("not {name}: stop it, or move ours with hop up --port-offset 100"),
            )
        })
        .collect();
    findings.push(held(
        "port-collector",
        ports.collector,
        has_collector,
        "no Zipkin: stop it, or move ours with hop up --port-offset 100",
    ));
    findings.push(match is_free(ports.otlp) {
        true => Finding::good(
            "port-otlp",
            "free: this collector takes OTLP at its own port, if at all",
        ),
        false => Finding::good("port-otlp", format!("held by {}", who(ports.otlp))),
    });
    findings.push(match is_free(4317) {
        true => Finding::good("port-otlp-grpc", "free: senders of gRPC are refused there"),
        false => Finding::good(
            "port-otlp-grpc",
            format!(
                "held by {}: what is sent there does not reach our collector",
                who(4317)
            ),
        ),
    });
    findings
}

fn held(id: &str, port: u16, is_ours: bool, otherwise: &str) -> Option<Finding> {
    match (is_free(port), is_ours) {
        (true, _) => Finding::skipped(id, format!("nobody listens at {port}")),
        (false, true) => Finding::good(id, format!("{port} is held by {}", who(port))),
        (false, false) => Finding::bad(id, format!("{port} is held by {}, {otherwise}", who(port))),
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn who(port: u16) -> String {
    match holder::of(port) {
        Some(holder) => format!("process {} ({})", holder.process, holder.command),
        None if cfg!(windows) => format!("a process that `netstat -ano | findstr :{port}` names"),
        None => format!("a process that `lsof -i :{port}` names"),
    }
}
