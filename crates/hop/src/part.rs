//! A service that runs alone, and whether faults may be set in it.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
};

use crate::{
    ports::{Offset, Ports},
    screen::note,
};

/// A service's own settings, and those of its faults.
#[derive(Debug, clap::Args)]
pub struct Part<C: clap::Args> {
    /// The service's own.
    #[command(flatten)]
    pub config: C,

    /// Whether faults may be set.
    #[command(flatten)]
    pub faults: FaultSettings,
}

/// Whether faults may be set.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Faults")]
pub struct FaultSettings {
    /// Let `hop fault` break things on purpose. Not for production: requests may order faults by their headers, too
    #[arg(long = "faults", env = "FAULTS", value_name = "WHEN", default_value = "off")]
    is_on: When,

    /// Where faults are set, on loopback alone [default: 127.0.0.1 and 7081 for gateway, 7082 orders, 7083 inventory]
    #[arg(long = "faults-addr", env = "FAULTS_ADDR", value_name = "ADDR")]
    address: Option<SocketAddr>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum When {
    On,
    Off,
}

/// A service, by its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Service {
    /// The edge.
    Gateway,
    /// The middle hop.
    Orders,
    /// The last hop.
    Inventory,
}

impl Service {
    /// From the edge inwards.
    pub const ALL: [Self; 3] = [Self::Gateway, Self::Orders, Self::Inventory];

    /// Its name in traces and lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Orders => "orders",
            Self::Inventory => "inventory",
        }
    }

    /// Where its faults are set, with ports moved so far.
    pub fn faults_address(self, offset: Offset) -> SocketAddr {
        let [gateway, orders, inventory] = Ports::at(offset, false).faults();
        let port = match self {
            Self::Gateway => gateway,
            Self::Orders => orders,
            Self::Inventory => inventory,
        };
        SocketAddr::from((Ipv4Addr::LOCALHOST, port))
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FaultSettings {
    /// Attaches faults to this process, where they are on. A parent knows the address.
    pub async fn attach(
        &self,
        service: Service,
        telemetry: &mut telemetry::Config,
        has_parent: bool,
    ) -> anyhow::Result<()> {
        if self.is_on == When::Off {
            return Ok(());
        }
        let address = self
            .address
            .unwrap_or_else(|| service.faults_address(Offset::default()));
        let address = service::attach::attach(service.name(), address, telemetry).await?;
        if !has_parent {
            note(&format!(
                "hop: faults of {service} can be set at http://{address}"
            ));
        }
        Ok(())
    }
}

/// The services have the version of this program.
fn say_version(telemetry: &mut telemetry::Config) {
    telemetry.delivery.otlp.service_version = Some(env!("CARGO_PKG_VERSION").to_owned());
}

/// Runs the gateway.
pub async fn gateway(mut part: Part<gateway::Config>) -> anyhow::Result<()> {
    let (config, faults) = (&mut part.config, &part.faults);
    let has_parent = config.until_stdin_closes;
    faults
        .attach(Service::Gateway, &mut config.telemetry, has_parent)
        .await?;
    say_version(&mut config.telemetry);
    gateway::run(part.config).await
}

/// Runs orders.
pub async fn orders(mut part: Part<orders::Config>) -> anyhow::Result<()> {
    let (config, faults) = (&mut part.config, &part.faults);
    let has_parent = config.until_stdin_closes;
    faults
        .attach(Service::Orders, &mut config.telemetry, has_parent)
        .await?;
    say_version(&mut config.telemetry);
    orders::run(part.config).await
}

/// Runs inventory.
pub async fn inventory(mut part: Part<inventory::Config>) -> anyhow::Result<()> {
    let (config, faults) = (&mut part.config, &part.faults);
    let has_parent = config.until_stdin_closes;
    faults
        .attach(Service::Inventory, &mut config.telemetry, has_parent)
        .await?;
    say_version(&mut config.telemetry);
    inventory::run(part.config).await
}
