//! The collector as a task of this process, so that it is there before the services and after them.

use std::{
    future::pending,
    net::{Ipv4Addr, SocketAddr},
};

use anyhow::{Context as _, anyhow};
use clap::parser::ValueSource;
use collector::{Collector, Listening};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{ports::Offset, settings};

/// A collector that listens.
pub struct Collecting {
    collector: Collector,
    stop: oneshot::Sender<()>,
    /// Gone once it was seen to end by itself.
    task: Option<JoinHandle<anyhow::Result<()>>>,
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
        let listening = Listening::bind(config).await?;
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            // Dropped is as good as sent.
            let _ = stopped.await;
        };
        let task = tokio::spawn(collector::serve(collector.clone(), listening, shutdown));
        Ok(Self {
            collector,
            stop,
            task: Some(task),
        })
    }

    /// Where it keeps what comes.
    pub fn collector(&self) -> &Collector {
        &self.collector
    }

    /// Spans that came so far.
    pub fn spans_received(&self) -> u64 {
        self.collector.spans_received()
    }

    /// Ends it, and with it all that it kept.
    pub async fn stop(self) -> anyhow::Result<()> {
        let _ = self.stop.send(());
        match self.task {
            Some(task) => task.await.context("the collector broke")?,
            None => Ok(()),
        }
    }
}

/// Resolves when the collector ends by itself, with what there is to say about it; never where there is none. It is not started
/// again: its traces were in the task that broke.
pub async fn broke(collecting: Option<&mut Collecting>) -> anyhow::Error {
    let Some(Collecting { task, .. }) = collecting else {
        return pending().await;
    };
    let ended = match task {
        Some(task) => task.await,
        None => return pending().await,
    };
    // A task that has ended cannot be waited for again.
    *task = None;
    let why = match ended {
        Ok(Ok(())) => anyhow!("nobody asked it to stop"),
        Ok(Err(error)) => error,
        Err(error) => error.into(),
    };
    why.context("the collector ended by itself")
}

/// The settings of a collector on this port of loopback, whatever the environment says of addresses.
///
/// Of other sites' pages none may ask, unless the environment names some: this collector is for the person who started it.
pub fn config(port: u16, offset: Offset) -> collector::Config {
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
    // An offset moves it like the others.
    if matches.value_source("otlp_port") == Some(ValueSource::DefaultValue) {
        config.otlp_port += offset.value;
    }
    if matches.value_source("query_allowed_origins") == Some(ValueSource::DefaultValue) {
        config.query_allowed_origins = ["127.0.0.1", "localhost"]
            .map(|host| format!("http://{host}:{port}"))
            .into();
    }
    config
}
