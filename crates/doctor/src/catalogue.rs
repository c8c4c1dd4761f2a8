//! The checks by id, in the order in which they are made.

use serde::Serialize;

/// A group of checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Category {
    /// Memory, disk, clock.
    Machine,
    /// Compilers.
    Toolchain,
    /// Containers.
    Docker,
    /// Listeners on the ports of the parts.
    Ports,
    /// Environment variables, of this shell and of services that run.
    Settings,
    /// The server that keeps the traces.
    Collector,
    /// The three services.
    Services,
    /// One request through all of them.
    Canary,
}

/// One check.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name, for `explain`.
    pub id: &'static str,
    /// Its group.
    pub category: Category,
    /// The fact that holds where it is well.
    pub title: &'static str,
}

const fn check(category: Category, id: &'static str, title: &'static str) -> Check {
    Check { id, category, title }
}

use Category::{Canary, Collector, Docker, Machine, Ports, Services, Settings, Toolchain};

/// All checks.
pub static CHECKS: [Check; 48] = [
    check(Machine, "memory", "300 MB of memory are free"),
    check(Machine, "disk", "1 GB of disk is free in this folder"),
    check(Machine, "open-files", "a process may open 1024 files"),
    check(Machine, "loopback", "a port of 127.0.0.1 can be opened"),
    check(Machine, "clock-year", "the clock says a year that can be"),
    check(Machine, "proxy", "no proxy stands before 127.0.0.1"),
    check(Toolchain, "rustc", "rustc is new enough to build"),
    check(Toolchain, "cargo", "cargo is there"),
    check(Toolchain, "linker", "a linker is there"),
    check(Docker, "docker", "Docker is 20.10 or newer"),
    check(Docker, "docker-engine", "the Docker engine answers"),
    check(Docker, "compose", "compose is 2 or newer"),
    check(Ports, "port-gateway", "the gateway's port is the gateway's"),
    check(Ports, "port-orders", "orders' port is orders'"),
    check(Ports, "port-inventory", "inventory's port is inventory's"),
    check(Ports, "port-collector", "the collector's port is the collector's"),
    check(Ports, "port-otlp", "4318 is the collector's, or free"),
    check(Ports, "port-otlp-grpc", "who has 4317, where gRPC goes, is known"),
    check(Ports, "ports-faults", "the ports for faults are the services'"),
    check(
        Settings,
        "settings-unread",
        "every OTEL_ and MDC_ variable has a reader",
    ),
    check(Settings, "sampler", "the sampler records all"),
    check(
        Settings,
        "sampler-ratio",
        "the sampler's ratio is a number from 0 to 1",
    ),
    check(Settings, "propagators", "the context is written in a dialect"),
    check(
        Settings,
        "propagator-names",
        "the propagators are ones that we have",
    ),
    check(
        Settings,
        "propagators-meet",
        "callers write what the next hop reads",
    ),
    check(Settings, "exporter", "spans leave the process"),
    check(Settings, "exporter-path", "spans go to a path that takes them"),
    check(
        Settings,
        "exporter-place",
        "spans go to the collector that is asked",
    ),
    check(Settings, "otlp-port", "4317 is for gRPC, 4318 for HTTP"),
    check(Settings, "queue-delay", "spans leave within a second"),
    check(Settings, "queue-size", "the queue has room for a burst"),
    check(Settings, "log-level", "lines of INFO are written"),
    check(Settings, "log-format", "the format of lines is one that we have"),
    check(Settings, "mdc-propagate", "userId travels"),
    check(Collector, "collector", "the collector answers"),
    check(Collector, "collector-kind", "its kind and version are known"),
    check(Collector, "collector-storage", "its storage is up"),
    check(Collector, "collector-search", "it can search"),
    check(Collector, "collector-takes-spans", "it takes Zipkin's spans"),
    check(Collector, "collector-takes-otlp", "it takes OTLP over HTTP"),
    check(Collector, "collector-clock", "its clock is ours"),
    check(Services, "health", "all three services answer"),
    check(Services, "faults", "no fault is on"),
    check(Canary, "canary-gateway", "gateway takes part"),
    check(Canary, "canary-orders", "orders takes part"),
    check(Canary, "canary-inventory", "inventory takes part"),
    check(Canary, "canary-answer", "the canary is answered"),
    check(Canary, "canary-link", "every link of the chain holds"),
];

/// The check of this id.
pub fn find(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}

impl Category {
    /// The name of the group.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Toolchain => "toolchain",
            Self::Docker => "docker",
            Self::Ports => "ports",
            Self::Settings => "settings",
            Self::Collector => "collector",
            Self::Services => "services",
            Self::Canary => "canary: one request through every hop",
        }
    }
}
