//! The store and its counters, shared by all handlers: a clone is another handle to the same spans.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::timeout,
};
use zipkin::{
    DecodeError, Query, Span, SpanRef, TraceId, TraceIdPrefix,
    decode::{
        Format,
        otlp::{Encoding, Report},
    },
};

use crate::{
    Config,
    intake::{Full, Intake, Reservation},
    lines::{Line, Lines},
    metrics::{Counts, Metrics},
    store::{Batch, Spans, Store},
    work::{AnswerMemory, Asker, Gone, Unfinished, VAST, Work},
};

/// Batches that are unpacked at a time. Ten megabytes of the shortest spans become 200 in memory.
const MAX_UNPACKING: usize = 2;

/// More ids than these nobody can mean: a few more digits tell them apart.
pub(crate) const MAX_IDS: usize = 20;

/// Why a batch was not accepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// The body is no list of spans.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// More batches came than could be stored.
    #[error(transparent)]
    Full(#[from] Full),
    /// None of its spans can be kept.
    #[error("{0}")]
    All(String),
}

/// A collector: takes spans, keeps them, answers questions about them.
#[derive(Clone)]
pub struct Collector {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    store: Arc<Store>,
    intake: Intake,
    lines: Arc<Lines>,
    stopping: watch::Sender<bool>,
    metrics: Metrics,
    many_services: AtomicBool,
    unpacking: Arc<Semaphore>,
    work: Work,
    answer_memory: AnswerMemory,
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Collector")
    }
}

impl Collector {
    /// An empty collector, which keeps spans in memory alone.
    pub fn new(config: &Config) -> Self {
        Self::with(Store::new(config), config)
    }

    /// A collector with the spans of its folder, if it has one.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        Ok(Self::with(Store::open(config)?, config))
    }

    fn with(store: Store, config: &Config) -> Self {
        Self::of(store, config, Work::new(), AnswerMemory::new())
    }

    /// An empty collector apart from this one, with the same places for long work and the same memory for long answers.
    pub(crate) fn beside(&self, config: &Config) -> Self {
        let Shared {
            work, answer_memory, ..
        } = &*self.shared;
        Self::of(Store::new(config), config, work.clone(), answer_memory.clone())
    }

    #[cfg(test)]
    pub(crate) fn with_answer_memory(store: Store, config: &Config, answer_memory: AnswerMemory) -> Self {
        Self::of(store, config, Work::new(), answer_memory)
    }

    fn of(store: Store, config: &Config, work: Work, answer_memory: AnswerMemory) -> Self {
        let store = Arc::new(store);
        let intake = Intake::start({
            let store = store.clone();
            move |batch| store.add(batch)
        });
        let shared = Shared {
            config: config.clone(),
            store,
            intake,
            lines: Arc::new(Lines::new(config.logs_max_bytes)),
            stopping: watch::Sender::new(false),
            metrics: Metrics::default(),
            many_services: AtomicBool::new(false),
            unpacking: Arc::new(Semaphore::new(MAX_UNPACKING)),
            work,
            answer_memory,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Spans in the batches that were accepted, whether they are still kept or not.
    pub fn spans_received(&self) -> u64 {
        self.metrics().spans()
    }

    /// The spans of a trace as they came; none when it is not known. See [`Self::caught_up`].
    pub fn trace(&self, id: TraceId) -> Vec<Span> {
        self.store()
            .trace(id)
            .map(|spans| spans.to_vec())
            .unwrap_or_default()
    }

    /// Keeps a log line of any of our formats. `source` is the service where the line names none.
    pub fn log(&self, source: Option<&str>, text: &str) {
        if self.lines().are_kept() {
            Line::read(text, source)
                .into_iter()
                .for_each(|line| self.lines().push(line));
        }
    }

    /// Keeps the records of a request of OpenTelemetry's protocol, and says how many there were.
    pub(crate) fn accept_logs(&self, encoding: Encoding, body: &[u8]) -> Result<usize, DecodeError> {
        // Read twice: none is kept of a request that is refused, and no more than may be kept is ever held.
        encoding.each_log(body, |_| ())?;
        encoding.each_log(body, |record| self.lines().push(Line::of_record(record)))
    }

    /// The log lines that are kept.
    pub(crate) fn lines(&self) -> &Arc<Lines> {
        &self.shared.lines
    }

    /// Takes a batch, but for the traces that COLLECTOR_SAMPLE_RATE leaves out. It is stored soon.
    pub(crate) fn accept(
        &self,
        format: Format,
        body: &[u8],
        reservation: Reservation,
    ) -> Result<(), Refused> {
        let read = |found: &mut dyn FnMut(&SpanRef<'_>)| Ok(format.each(body, found)?);
        self.take(&self.metrics().http, body.len(), reservation, |()| 0, read)
    }

    /// Takes a request of OpenTelemetry's protocol, likewise, and but for spans that have no ids.
    pub(crate) fn accept_otlp(
        &self,
        encoding: Encoding,
        body: &[u8],
        reservation: Reservation,
    ) -> Result<Report, Refused> {
        let read = |found: &mut dyn FnMut(&SpanRef<'_>)| {
            let report = encoding.each(body, found)?;
            if report.spans == 0 && report.rejected > 0 {
                return Err(Refused::All(report.message));
            }
            Ok(report)
        };
        let rejected = |report: &Report| report.rejected;
        self.take(&self.metrics().otlp, body.len(), reservation, rejected, read)
    }

    fn take<T>(
        &self,
        counts: &Counts,
        bytes: usize,
        mut reservation: Reservation,
        rejected: impl FnOnce(&T) -> usize,
        read: impl FnOnce(&mut dyn FnMut(&SpanRef<'_>)) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        counts.received(bytes);
        let (mut spans, mut sampled) = (0, 0);
        let mut batch = Batch::with_capacity(bytes / 2);
        let read = read(&mut |span| {
            spans += 1;
            if span.debug || self.samples(span.trace_id) {
                sampled += 1;
                batch.push(span);
            }
        })?;
        reservation.grow(batch.heap())?;
        self.intake().push(batch, reservation)?;
        counts.accepted(spans + rejected(&read), sampled);
        Ok(read)
    }

    /// Waits until all is stored that was accepted before.
    pub async fn caught_up(&self) {
        self.intake().caught_up().await;
    }

    /// Lets bodies that are still on their way come to an end.
    pub(crate) fn stop(&self) {
        self.shared.stopping.send_replace(true);
    }

    /// Waits until the collector is told to stop.
    pub(crate) async fn stopping(&self) {
        // It fails when there is no sender any more, and we have one.
        let _ = self
            .shared
            .stopping
            .subscribe()
            .wait_for(|&stopping| stopping)
            .await;
    }

    pub(crate) fn intake(&self) -> &Intake {
        &self.shared.intake
    }

    /// The spans that are kept.
    pub(crate) fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Ids of spans that begin with these digits, [`MAX_IDS`] at most.
    pub(crate) fn ids(&self, digits: TraceIdPrefix) -> Vec<TraceId> {
        self.store().ids(digits, MAX_IDS)
    }

    /// Work on the spans that may take long, off the threads that answer others. It ends soon after nobody awaits it.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store, &Asker) -> Result<T, Gone> + Send + 'static,
    ) -> Result<T, Unfinished> {
        let store = self.shared.store.clone();
        self.shared.work.run(move |asker| work(&store, asker)).await
    }

    /// The one place for work on a vast trace, if that is what it is for.
    pub(crate) async fn alone_if(&self, is_vast: bool) -> Option<OwnedSemaphorePermit> {
        if is_vast {
            self.shared.work.vast().await
        } else {
            None
        }
    }

    /// Memory of long answers on their way.
    pub(crate) fn answer_memory(&self) -> &AnswerMemory {
        &self.shared.answer_memory
    }

    /// The results of `read` for the traces that a query finds, latest first; none without search.
    pub(crate) async fn search<T: Send + 'static>(
        &self,
        query: Query,
        read: impl FnOnce(Vec<Spans>, &Asker) -> Result<T, Gone> + Send + 'static,
    ) -> Result<T, Unfinished> {
        if !self.config().search_enabled {
            return self.work(|_, asker| read(Vec::new(), asker)).await;
        }
        let found = self.work(move |store, asker| {
            let keys = store.search(&query, asker)?;
            let has_vast = keys
                .iter()
                .filter_map(|&key| store.found(key))
                .any(|spans| spans.end() > VAST && !spans.is_outlined());
            Ok((keys, has_vast))
        });
        let (keys, has_vast) = found.await?;
        let alone = self.alone_if(has_vast).await;
        let answer = move |store: &Store, asker: &Asker| {
            let _alone = alone;
            // Those that have gone meanwhile are left out.
            read(
                keys.into_iter().filter_map(|key| store.found(key)).collect(),
                asker,
            )
        };
        self.work(answer).await
    }

    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// A place among the few batches that are unpacked at a time: a small body may hold many spans.
    pub(crate) async fn unpacking(&self) -> Result<OwnedSemaphorePermit, Full> {
        let limit = self.config().query_timeout.duration();
        match timeout(limit, self.shared.unpacking.clone().acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Full),
        }
    }

    /// Whether the last list of services had more than three names: then Zipkin lets browsers keep names for a while.
    pub(crate) fn many_services(&self) -> &AtomicBool {
        &self.shared.many_services
    }

    // As zipkin2.collector.CollectorSampler: the same traces in every collector that has the same rate.
    fn samples(&self, id: TraceId) -> bool {
        let distance = (id.low() as i64).checked_abs().unwrap_or(i64::MAX);
        distance <= (i64::MAX as f64 * self.shared.config.collector_sample_rate) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_sample_rate_leaves_traces_out_by_id_but_no_debug_span() {
        let collector = Collector::new(&Config {
            collector_sample_rate: 0.5,
            ..Config::default()
        });
        let list = br#"[{"traceId":"3fffffffffffffff","id":"1"},{"traceId":"7fffffffffffffff","id":"1"},
            {"traceId":"8000000000000000","id":"1","debug":true}]"#;
        let reservation = collector.intake().reservation();
        collector.accept(Format::JsonV2, list, reservation).unwrap();
        collector.caught_up().await;
        assert_eq!(collector.spans_received(), 3);
        assert_eq!(collector.trace(TraceId::new(0x3fff_ffff_ffff_ffff)).len(), 1);
        assert_eq!(collector.trace(TraceId::new(0x7fff_ffff_ffff_ffff)).len(), 0);
        assert_eq!(collector.trace(TraceId::new(0x8000_0000_0000_0000)).len(), 1);
    }
}
