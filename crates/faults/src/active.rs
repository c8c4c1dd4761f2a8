//! The faults that are on, and which of them a request meets.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use tokio::sync::watch;

use crate::{
    control::{Listed, Report},
    fault::{Fault, MOST},
    hit::{Hit, Kept},
    kind::{Kind, Place},
};

/// The faults of one service.
#[derive(Debug)]
pub struct Faults {
    /// Whether there are any: the question that each request asks.
    is_any: AtomicBool,
    is_mystery: AtomicBool,
    active: RwLock<Arc<[Active]>>,
    changes: watch::Sender<()>,
}

/// Why faults are not put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mystery is on: answer it, or `hop fault clear` ends it")]
pub struct MysteryIsOn;

/// A fault that is on.
#[derive(Clone, Debug)]
struct Active {
    fault: Fault,
    kept: Arc<Kept>,
    /// No report names it.
    is_secret: bool,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            is_any: AtomicBool::new(false),
            is_mystery: AtomicBool::new(false),
            active: RwLock::new(Arc::new([])),
            changes: watch::Sender::new(()),
        }
    }
}

impl Faults {
    /// Puts these on beside those that are; one of the same kind and route takes the other's place. The numbers of requests begin
    /// at 0 for each.
    ///
    /// # Errors
    /// A mystery is on: its faults would be replaced, or would not be the only ones.
    pub fn set(&self, faults: Vec<Fault>, seed: u64) -> Result<(), MysteryIsOn> {
        if self.is_mystery.load(Relaxed) {
            return Err(MysteryIsOn);
        }
        self.put(faults, seed, false);
        Ok(())
    }

    /// The same with faults that somebody is to find out, or with none where they are in another service.
    ///
    /// # Errors
    /// A mystery is on: of two that begin at once, one begins.
    pub fn set_mystery(&self, faults: Vec<Fault>, seed: u64) -> Result<(), MysteryIsOn> {
        if self.is_mystery.swap(true, Relaxed) {
            return Err(MysteryIsOn);
        }
        self.put(faults, seed, true);
        Ok(())
    }

    fn put(&self, faults: Vec<Fault>, seed: u64, is_secret: bool) {
        let is_kept = |active: &&Active| !faults.iter().any(|fault| active.fault.is_replaced_by(fault));
        let mut active: Vec<Active> = self.active().iter().filter(is_kept).cloned().collect();
        active.extend(
            faults
                .into_iter()
                .map(|fault| Active::new(fault, seed, is_secret)),
        );
        active.truncate(MOST);
        self.replace(active.into());
    }

    /// Takes all off, and says how many there were.
    pub fn clear(&self) -> usize {
        let count = self.active().len();
        self.is_mystery.store(false, Relaxed);
        self.replace(Arc::new([]));
        count
    }

    /// Whether none is on.
    pub fn is_none(&self) -> bool {
        !self.is_any.load(Relaxed)
    }

    /// The faults at this place that a request of this path meets. Each counts the request as one that it is about.
    pub fn hits(&self, place: Place, path: &str) -> Vec<Hit> {
        self.hits_where(|fault| {
            fault.entry.place == place && fault.route.as_ref().is_none_or(|route| route.matches(path))
        })
    }

    /// The faults at these places that are of the whole service.
    pub fn hits_of_service(&self, places: &[Place]) -> Vec<Hit> {
        self.hits_where(|fault| places.contains(&fault.entry.place))
    }

    /// Resolves once the kinds that are on are as they should be.
    pub async fn until(&self, are_right: impl Fn(&[&Kind]) -> bool) {
        let mut changes = self.changes.subscribe();
        while !self.are(&are_right) {
            // The sender lives as long as this does.
            let _ = changes.changed().await;
        }
    }

    /// Whether the kinds that are on are as they should be.
    pub fn are(&self, are_right: impl Fn(&[&Kind]) -> bool) -> bool {
        let active = self.active();
        let kinds: Vec<&Kind> = active.iter().map(|active| &active.fault.kind).collect();
        are_right(&kinds)
    }

    /// The fault that is on, and the number of requests that met it.
    pub fn report(&self, service: &str) -> Report {
        Report {
            service: service.to_owned(),
            traced_as: service.to_owned(),
            faults: self
                .active()
                .iter()
                .filter(|active| !active.is_secret)
                .map(Active::listed)
                .collect(),
            mystery: self.is_mystery.load(Relaxed),
        }
    }

    fn hits_where(&self, is_about: impl Fn(&Fault) -> bool) -> Vec<Hit> {
        if self.is_none() {
            return Vec::new();
        }
        let active = self.active();
        let about = active.iter().filter(|active| is_about(&active.fault));
        let hit = |active: &Active| active.kept.hit(&active.fault.kind, active.fault.share);
        about.filter_map(hit).collect()
    }

    fn active(&self) -> Arc<[Active]> {
        let active = self.active.read().unwrap_or_else(PoisonError::into_inner);
        active.clone()
    }

    fn replace(&self, active: Arc<[Active]>) {
        let is_any = !active.is_empty();
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = active;
        self.is_any.store(is_any, Relaxed);
        self.changes.send_replace(());
    }
}

impl Active {
    fn new(fault: Fault, seed: u64, is_secret: bool) -> Self {
        let kept = Arc::new(Kept::new(fault.entry.name, &fault.kind, seed));
        Self {
            fault,
            kept,
            is_secret,
        }
    }

    fn listed(&self) -> Listed {
        let (seen, met) = self.kept.counts();
        Listed {
            fault: self.fault.to_string(),
            kind: self.fault.entry.name.to_owned(),
            shows: self.fault.entry.shows.to_owned(),
            seed: self.kept.seed,
            seen,
            met,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(faults: &Faults, text: &str, seed: u64) {
        faults.set(crate::parse([text]).unwrap(), seed).unwrap();
    }

    fn shown(faults: &Faults) -> Vec<String> {
        let report = faults.report("orders");
        report.faults.into_iter().map(|listed| listed.fault).collect()
    }

    #[test]
    fn faults_add_up_and_one_of_the_same_kind_and_route_is_replaced() {
        let faults = Faults::default();
        assert!(faults.is_none());
        set(&faults, "latency=300ms", 0);
        set(&faults, "error share=10%", 0);
        set(&faults, "latency=200ms", 0);
        set(&faults, "latency=100ms route=/users/*", 0);
        assert_eq!(
            shown(&faults),
            [
                "error=503 share=10%",
                "latency=200ms",
                "latency=100ms route=/users/*"
            ]
        );
        assert_eq!(faults.clear(), 3);
        assert!(faults.is_none() && shown(&faults).is_empty());
    }

    #[test]
    fn faults_of_a_mystery_are_in_no_report() {
        let faults = Faults::default();
        set(&faults, "latency=300ms", 0);
        faults.set_mystery(crate::parse(["hang"]).unwrap(), 7).unwrap();
        assert_eq!(shown(&faults), ["latency=300ms"]);
        assert!(faults.report("orders").mystery);
        assert_eq!(faults.hits(Place::Inside, "/").len(), 2);
        assert_eq!(faults.clear(), 2);
        assert!(!faults.report("orders").mystery);
        // The other services of the mystery say the same.
        faults.set_mystery(Vec::new(), 7).unwrap();
        assert!(faults.is_none() && faults.report("orders").mystery);
    }

    #[test]
    fn a_mystery_is_not_changed_until_it_is_cleared() {
        let faults = Faults::default();
        let parsed = |text| crate::parse([text]).unwrap();
        faults.set_mystery(parsed("network=300ms"), 8).unwrap();
        assert_eq!(faults.set(parsed("network=1ms"), 0), Err(MysteryIsOn));
        assert_eq!(faults.set_mystery(parsed("hang"), 19), Err(MysteryIsOn));
        assert!(shown(&faults).is_empty());
        assert_eq!(faults.clear(), 1);
        assert_eq!(faults.set(parsed("network=1ms"), 0), Ok(()));
    }

    #[test]
    fn one_seed_meets_the_same_requests_ten_times_out_of_ten() {
        let met = |seed| {
            let faults = Faults::default();
            set(&faults, "latency=300ms±50 share=20%", seed);
            let hits = (0..200).map(|_| faults.hits(Place::Inside, "/").first().map(|hit| hit.draw()));
            hits.collect::<Vec<_>>()
        };
        let first = met(7);
        assert!((20..60).contains(&first.iter().flatten().count()));
        for _ in 0..10 {
            assert_eq!(met(7), first);
        }
        assert_ne!(met(8), first);
    }

    #[test]
    fn a_request_counts_where_the_fault_is_about_it() {
        let faults = Faults::default();
        set(&faults, "hang route=/orders/{id}", 0);
        assert_eq!(faults.hits(Place::Inside, "/users/terry").len(), 0);
        assert_eq!(faults.hits(Place::Outside, "/orders/8").len(), 0);
        assert_eq!(faults.hits(Place::Inside, "/orders/8").len(), 1);
        let report = faults.report("orders");
        assert_eq!((report.faults[0].seen, report.faults[0].met), (1, 1));
    }

    #[tokio::test]
    async fn a_waiter_hears_of_a_change() {
        let faults = Arc::new(Faults::default());
        set(&faults, "exporter-blocked", 0);
        let waiting = {
            let faults = faults.clone();
            tokio::spawn(async move { faults.until(crate::signals::exporter_blocked::is_open).await })
        };
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        faults.clear();
        waiting.await.unwrap();
    }
}
