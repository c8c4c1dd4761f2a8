//! Whether the server's spans arrive, looked at while requests are still sent: one that reports none is not waited for.

use std::time::{Duration, Instant};

use load::Report;
use tokio::{sync::watch, task::JoinHandle};
use zipkin::TraceId;

use crate::{screen::note, stored::Stored};

/// Our spans leave within 200 ms, those of OpenTelemetry's SDKs every five seconds.
const PATIENCE: Duration = Duration::from_secs(7);

/// The time between two looks.
const BETWEEN: Duration = Duration::from_millis(250);

/// A look at the first traces of a run, from the first answer on.
#[derive(Debug)]
pub struct Arrivals {
    first: watch::Sender<Vec<TraceId>>,
    /// Gone once spans have come.
    looking: Option<JoinHandle<bool>>,
}

impl Arrivals {
    /// Looks there.
    pub fn at(stored: &Stored) -> Self {
        let (first, ids) = watch::channel(Vec::new());
        let looking = Some(tokio::spawn(look(stored.clone(), ids)));
        Self { first, looking }
    }

    /// Takes the first traces that there are.
    pub fn tell(&self, report: &Report) {
        if report.answered() == 0 || !self.first.borrow().is_empty() {
            return;
        }
        let ids = report.slowest.iter().filter_map(|slow| slow.trace_id);
        self.first.send_replace(ids.collect());
    }

    /// Resolves when it is known that no span of the server comes; else never.
    pub async fn none_come(&mut self) {
        if let Some(looking) = &mut self.looking
            && matches!(looking.await, Ok(false))
        {
            return;
        }
        self.looking = None;
        std::future::pending().await
    }
}

/// Whether a span that is not the load's own arrives in time.
async fn look(stored: Stored, mut ids: watch::Receiver<Vec<TraceId>>) -> bool {
    let Ok(ids) = ids.wait_for(|ids| !ids.is_empty()).await.map(|ids| ids.clone()) else {
        return true;
    };
    let since = Instant::now();
    loop {
        for id in &ids {
            match stored.trace(*id).await {
                Ok(trace) if trace.as_ref().is_some_and(has_server) => return true,
                Ok(_) => {}
                Err(error) => {
                    note(&format!(
                        "hop: traces cannot be asked for: {error:#}; --no-spans does without"
                    ));
                    return false;
                }
            }
        }
        if since.elapsed() > PATIENCE {
            note(&format!(
                "hop: no span of the server has arrived at {} within {} s: its traces are not waited for, and --no-spans writes none",
                stored.url(),
                PATIENCE.as_secs()
            ));
            return false;
        }
        tokio::time::sleep(BETWEEN).await;
    }
}

fn has_server(trace: &zipkin::Waterfall) -> bool {
    trace.services.iter().any(|service| service != load::SERVICE)
}
