//! The addresses of a collector.

use std::net::SocketAddr;

use anyhow::Context as _;
use serve::BindError;
use tokio::net::TcpListener;

use crate::Config;

/// The addresses of a collector, taken.
pub struct Listening {
    main: TcpListener,
    otlp: Option<TcpListener>,
}

impl From<TcpListener> for Listening {
    /// One address for everything.
    fn from(main: TcpListener) -> Self {
        Self { main, otlp: None }
    }
}

impl Listening {
    /// Takes them. The port of OpenTelemetry's protocol may be another program's: that is said, and it comes in at the other port alone.
    pub async fn bind(config: &Config) -> anyhow::Result<Self> {
        let main = serve::bind(config.address()).await?;
        let otlp = match config.otlp_address() {
            Some(address) => match serve::bind(address).await {
                Ok(otlp) => Some(otlp),
                Err(BindError { source, .. }) => {
                    let port = address.port();
                    output::stderr().say(&format!(
                        "collector: OTLP_PORT {port} cannot be listened on ({source}): OTLP is taken at port {} alone; OTLP_PORT=0 asks for no other",
                        main.local_addr()?.port()
                    ));
                    None
                }
            },
            None => None,
        };
        Ok(Self { main, otlp })
    }

    /// Takes everything.
    pub(super) fn main(&self) -> &TcpListener {
        &self.main
    }

    /// Takes it, too.
    pub(super) fn otlp(&self) -> Option<&TcpListener> {
        self.otlp.as_ref()
    }

    /// Where everything comes in.
    pub fn address(&self) -> anyhow::Result<SocketAddr> {
        self.main.local_addr().context("the listener has no address")
    }

    /// Where OpenTelemetry's protocol comes in, too.
    pub fn otlp_address(&self) -> Option<SocketAddr> {
        self.otlp.as_ref()?.local_addr().ok()
    }
}
