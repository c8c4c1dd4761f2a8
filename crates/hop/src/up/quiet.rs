//! Everything that `hop up` starts, for a command with a screen of its own.

use std::sync::Arc;

use crate::{
    interrupts::Interrupts,
    ports::{Offset, Ports},
    screen::Screen,
    up::{
        collecting::{self, Collecting},
        processes::Processes,
        sampling::Sampling,
        show::Show,
    },
};

/// The collector and three services, which end with this.
pub struct Quiet {
    collecting: Collecting,
    processes: Processes,
}

impl Quiet {
    /// Starts all at the ports of this offset, and waits until they answer.
    pub async fn start(offset: Offset) -> anyhow::Result<Self> {
        let ports = Ports::at(offset, true);
        ports.check_free().await?;
        let config = collecting::config(ports.collector.unwrap_or_default(), offset);
        let collecting = Collecting::start(&config).await?;
        // Its lines are held, and never shown.
        let screen = Arc::new(Screen::passing());
        let show = Show::new(screen, offset, None, None, Sampling::read(Some(&config)))?;
        show.lines().keep_in(collecting.collector());
        let processes = Processes::start(show.environment(), show.lines(), false)?;
        show.all_answer().await?;
        Ok(Self {
            collecting,
            processes,
        })
    }

    /// Stops all, the edge first.
    pub async fn stop(self, interrupts: &Interrupts) -> anyhow::Result<()> {
        let stopped = self.processes.stop(interrupts).await;
        self.collecting.stop().await?;
        stopped
    }
}
