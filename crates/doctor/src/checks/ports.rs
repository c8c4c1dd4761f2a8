//! The ports: who has them, and whether that is who should.

use std::net::{Ipv4Addr, TcpListener};

use probe::{Context, Evidence, Said};

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
        None => Finding::good("ports-faults", Said::new("free", "비어 있음")),
    });
    findings
}

fn free(id: &str, port: u16) -> Option<Finding> {
    if is_free(port) {
        return Finding::good(
            id,
            Said::new(format!("{port} is free"), format!("{port} 비어 있음")),
        );
    }
    let Said { english, korean } = who(port);
    Finding::bad(
        id,
        Said::new(
            format!("{port} is held by {english}: stop it, or use `hop up --port-offset 100`"),
            format!("{port} 사용 중: {korean}. 끝내거나 `hop up --port-offset 100`을 씁니다"),
        ),
    )
}

/// While everything runs: each should be its own part's.
pub fn during(ports: &Ports, evidence: &Evidence, has_collector: bool) -> Vec<Option<Finding>> {
    let services = SERVICES.into_iter().zip(ports.services).zip(&evidence.hops);
    let mut findings: Vec<_> = services
        .map(|((id, port), hop)| {
            let name = hop.name;
            // One that hangs is still the service's process.
            let is_ours = hop.knocks.iter().any(|knock| knock.context != Context::Unknown)
                || holder::of(port).is_some_and(|holder| holder.is_service(name));
            held(
                id,
                port,
                is_ours,
                &Said::new(format!("not {name}"), format!("{name}이(가) 아닙니다")),
            )
        })
        .collect();
    findings.push(held(
        "port-collector",
        ports.collector,
        has_collector,
        &Said::new("no Zipkin", "Zipkin이 아닙니다"),
    ));
    findings.push(match is_free(ports.otlp) {
        true => Finding::good(
            "port-otlp",
            Said::new(
                "free: this collector takes OTLP at its own port, if at all",
                "비어 있음. 이 컬렉터는 OTLP를 받더라도 자기 포트로 받습니다",
            ),
        ),
        false => Finding::good("port-otlp", who(ports.otlp)),
    });
    findings.push(match is_free(4317) {
        true => Finding::good(
            "port-otlp-grpc",
            Said::new(
                "free: senders of gRPC are refused there",
                "비어 있음. gRPC로 보내면 연결이 거부됩니다",
            ),
        ),
        false => {
            let Said { english, korean } = who(4317);
            Finding::good(
                "port-otlp-grpc",
                Said::new(
                    format!("held by {english}: what is sent there does not reach our collector"),
                    format!("{korean}. 그리로 보낸 것은 우리 컬렉터에 오지 않습니다"),
                ),
            )
        }
    });
    findings
}

fn held(id: &str, port: u16, is_ours: bool, otherwise: &Said) -> Option<Finding> {
    if is_free(port) {
        return Finding::skipped(
            id,
            Said::new(
                format!("nobody listens at {port}"),
                format!("{port}에서 수신하는 프로그램이 없습니다"),
            ),
        );
    }
    let Said { english, korean } = who(port);
    if is_ours {
        return Finding::good(
            id,
            Said::new(
                format!("{port} is held by {english}"),
                format!("{port}: {korean}"),
            ),
        );
    }
    Finding::bad(
        id,
        Said::new(
            format!(
                "{port} is held by {english}, {}: stop it, or move ours with `hop up --port-offset 100`",
                otherwise.english
            ),
            format!(
                "{port} 사용 중: {korean}. {}. 끝내거나 `hop up --port-offset 100`으로 우리 포트를 옮깁니다",
                otherwise.korean
            ),
        ),
    )
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The process that has the port, or the command that names it.
fn who(port: u16) -> Said {
    if let Some(holder) = holder::of(port) {
        let (process, command) = (holder.process, holder.command());
        return Said::new(
            format!("process {process} ({command})"),
            format!("프로세스 {process} ({command})"),
        );
    }
    let command = match cfg!(windows) {
        true => format!("netstat -ano | findstr :{port}"),
        false => format!("lsof -i :{port}"),
    };
    Said::new(
        format!("a process that `{command}` names"),
        format!("`{command}`에 나오는 프로세스"),
    )
}
