//! The three services as child processes.

use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::{
    interrupts::Interrupts,
    up::{
        environment::Environment,
        lines::Lines,
        process::{Process, Start},
    },
};

/// The services from the edge inwards: the order in which they stop, so that none loses the one it calls.
pub const SERVICES: [&str; 3] = ["gateway", "orders", "inventory"];

/// Three running services.
#[derive(Debug)]
pub struct Processes([Process; 3]);

impl Processes {
    /// Starts all three. `again`: each that ends by itself is to be started again.
    pub fn start(environment: &Environment, lines: &Arc<Lines>, again: bool) -> anyhow::Result<Self> {
        let start = Arc::new(Start {
            program: std::env::current_exe().context("this program has no path")?,
            environment: environment.clone(),
            lines: Arc::clone(lines),
            again,
        });
        let [gateway, orders, inventory] = SERVICES;
        Ok(Self([
            Process::start(Arc::clone(&start), 0, gateway)?,
            Process::start(Arc::clone(&start), 1, orders)?,
            Process::start(start, 2, inventory)?,
        ]))
    }

    /// The middle one: its caller and its callee stay.
    pub fn id_of_orders(&self) -> Option<u32> {
        let [_, orders, _] = &self.0;
        orders.id()
    }

    /// Starts each again that ends by itself; resolves when that is over for one of them,
    /// with what there is to say about it.
    pub async fn kept_running(&mut self) -> anyhow::Error {
        let [gateway, orders, inventory] = &mut self.0;
        tokio::select! {
            over = gateway.kept_running() => over,
            over = orders.kept_running() => over,
            over = inventory.kept_running() => over,
        }
    }

    /// Stops the edge first, and none before its caller has had time to finish. A further interrupt kills what is left.
    pub async fn stop(mut self, interrupts: &Interrupts) -> anyhow::Result<()> {
        let impatient = interrupts.count() + 1;
        tokio::select! {
            () = self.stop_in_order() => Ok(()),
            () = interrupts.at_least(impatient) => {
                // Dropped, they are killed.
                drop(self);
                bail!("killed at once; spans that were not sent yet are lost");
            }
        }
    }

    async fn stop_in_order(&mut self) {
        for process in &mut self.0 {
            process.begin_to_stop().await;
        }
        // Processes that are left wait for the server of spans, each on its own: it is away for all of them.
        for process in &mut self.0 {
            process.stop().await;
        }
    }
}
