//! Requests at a low rate until somebody has answered, each with a trace.

use std::time::Duration;

use anyhow::anyhow;
use load::{Common, Mix, Plan, Report, Schedule, Written};
use tokio::{sync::oneshot, task::JoinHandle};

use super::ground::{Ground, now_us};

/// Requests a second: enough to count, and few enough for calls that wait for one place.
const RATE: f64 = 6.0;

/// An hour: who looks longer begins anew.
const LONGEST: Duration = Duration::from_secs(3_600);

/// Longer than the services' own deadlines.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Spans leave a service within 200 ms.
const SETTLE: Duration = Duration::from_millis(700);

/// Requests under way.
#[derive(Debug)]
pub struct Traffic {
    stop: oneshot::Sender<()>,
    running: JoinHandle<Report>,
}

impl Traffic {
    /// Begins.
    pub async fn start(ground: &Ground, seed: u64) -> anyhow::Result<Self> {
        let routes = ["3*/orders/{order}", "/users/{user}"].map(str::parse);
        let routes: Result<Vec<_>, String> = routes.into_iter().collect();
        let users = ["terry", "minji", "ada"].map(str::to_owned);
        let plan = Plan {
            server: ground.chain.edge().url.clone(),
            service: ground.names.edge().to_owned(),
            mix: Mix::new(routes.map_err(|error| anyhow!(error))?, users.into(), seed),
            common: Common::default(),
            schedule: Schedule::new(&[RATE], LONGEST).map_err(|error| anyhow!(error))?,
            connections: 64,
            timeout: TIMEOUT,
            spans: Written::Roots,
            zipkin: ground.stored.url().clone(),
        };
        let running = load::start(plan).await?;
        let (stop, stopped) = oneshot::channel();
        let until = async {
            // Dropped, it ends as well.
            let _ = stopped.await;
        };
        Ok(Self {
            stop,
            running: tokio::spawn(running.until(until, |_, _| {})),
        })
    }

    /// Sends no more, and waits until all spans should have arrived. The time is that of the last request.
    pub async fn end(self) -> anyhow::Result<u64> {
        let last = now_us();
        let _ = self.stop.send(());
        self.running.await?;
        tokio::time::sleep(SETTLE).await;
        Ok(last)
    }
}
