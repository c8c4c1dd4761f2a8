//! The collector as a task of this process, so that it is there before the services and after them.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use clap::parser::ValueSource;
use collector::Collector;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::settings;

/// A collector that listens.
pub struct Collecting {
    collector: Collector,
    stop: oneshot::Sender<()>,
    task: JoinHandle<anyhow::Result<()>>,
}

/// The collector's settings from the environment, such as `MEM_MAX_SPANS`.
#[derive(clap::Parser)]
struct Settings {
    #[command(flatten)]
    config: collector::Config,
}

impl Collecting {
    /// Listens where its settings say.
    pub async fn start(config: &collector::Config) -> anyhow::Result<Self> {
        let collector = Collector::open(config)?;
        let listener = serve::bind(config.address()).await?;
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            // Dropped is as good as sent.
            let _ = stopped.await;
        };
        let task = tokio::spawn(collector::serve(collector.clone(), listener, shutdown));
        Ok(Self {
            collector,
            stop,
            task,
        })
    }

    /// How many spans came so far.
    pub fn spans_received(&self) -> u64 {
        self.collector.spans_received()
    }

    /// Ends it, and with it all that it kept.
    pub async fn stop(self) -> anyhow::Result<()> {
        let _ = self.stop.send(());
        self.task.await.context("the collector broke")?
    }
}

/// The settings of a collector on this port of loopback, whatever the environment says of addresses.
///
/// Of other sites' pages none may ask, unless the environment names some: this collector is for the person who started it.
pub fn config(port: u16) -> collector::Config {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let port = port.to_string();
    let fixed = [
        "hop",
        "--listen-addr",
        &address.to_string(),
        "--query-port",
        &port,
    ];
    let (Settings { mut config }, matches) = settings::read_with_sources(fixed.map(Into::into));
    if matches.value_source("query_allowed_origins") == Some(ValueSource::DefaultValue) {
        config.query_allowed_origins = ["127.0.0.1", "localhost"]
            .map(|host| format!("http://{host}:{port}"))
            .into();
    }
    config
}
