//! The attached faults of this process, and the parts of the service that they take hold of.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use faults::{Fault, Faults, Kind, Place, control::Report};
use tokio::{sync::watch, time::timeout};

/// The time for the door to open or shut.
const DOOR_LIMIT: Duration = Duration::from_secs(2);

static ATTACHED: OnceLock<Attached> = OnceLock::new();

/// The faults of this process, where it has any.
pub fn attached() -> Option<&'static Attached> {
    ATTACHED.get()
}

/// Attaches them for good; nothing where some are.
pub fn install(attached: Attached) -> Option<&'static Attached> {
    ATTACHED.set(attached).ok().and_then(|()| ATTACHED.get())
}

/// The faults of this process.
#[derive(Debug)]
pub struct Attached {
    /// The service, by its role.
    pub service: &'static str,
    /// Its name in traces and log lines.
    pub traced_as: String,
    /// Those that are on.
    pub faults: Faults,
    /// The service calls another.
    pub has_next_hop: AtomicBool,
    /// Spans pass by here on their way.
    pub has_spans: bool,
    /// Whether nobody listens at the service's port.
    pub is_shut: watch::Sender<bool>,
    /// Requests so far that had a fault of their own.
    own_faults: AtomicU64,
}

impl Attached {
    /// No fault is on.
    pub fn new(service: &'static str, traced_as: Option<&str>, has_spans: bool) -> Self {
        Self {
            service,
            traced_as: traced_as.unwrap_or(service).to_owned(),
            faults: Faults::default(),
            has_next_hop: AtomicBool::new(false),
            has_spans,
            is_shut: watch::Sender::new(false),
            own_faults: AtomicU64::new(0),
        }
    }

    /// The faults that are on.
    pub fn report(&self) -> Report {
        Report {
            traced_as: self.traced_as.clone(),
            ..self.faults.report(self.service)
        }
    }

    /// The number of a request that has a fault of its own.
    pub fn next_number(&self) -> u64 {
        self.own_faults.fetch_add(1, Relaxed)
    }

    /// Why the fault would do nothing here.
    pub fn why_not(&self, fault: &Fault) -> Option<String> {
        let (service, entry) = (self.service, fault.entry());
        let name = entry.name;
        if entry.place == Place::Call && !self.has_next_hop.load(Relaxed) {
            return Some(format!(
                "{service} calls no other service, and {name} is about calls"
            ));
        }
        let needs_spans = entry.place == Place::Spans || matches!(fault.kind(), Kind::Clock(_));
        (needs_spans && !self.has_spans).then(|| {
            format!("{name} needs spans that go to Zipkin over http:// (OTEL_TRACES_EXPORTER=zipkin), and those of {service} do not")
        })
    }

    /// Resolves once the service's port is as the faults have it.
    pub async fn settled(&self) {
        let mut is_shut = self.is_shut.subscribe();
        let is_meant = self.faults.are(is_refusing);
        // Where the service does not listen, as in a test of its router, nothing changes.
        let _ = timeout(DOOR_LIMIT, is_shut.wait_for(|is_shut| *is_shut == is_meant)).await;
    }
}

/// Whether these kinds shut the service's port.
pub fn is_refusing(kinds: &[&Kind]) -> bool {
    kinds.contains(&&Kind::Refuse)
}
