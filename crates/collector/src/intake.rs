//! Between the answer and the store: batches that were accepted wait here, for one thread that stores them. What waits is
//! bounded, from the first byte of a body on: who finds no room is told to come again.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::store::Batch;

/// A bounded queue for one thread.
mod queue;

use queue::Queue;

/// Bytes that bodies, and the spans they become, may take before they are stored. The largest batch of the shortest spans takes 40 MB.
pub const MEMORY_BYTES: usize = 256 << 20;

/// Batches that may wait.
const BATCHES: usize = 4096;

/// The way into the store.
pub struct Intake {
    memory: Arc<Semaphore>,
    queue: Arc<Queue<Waiting>>,
    stored: watch::Receiver<u64>,
    thread: JoinHandle<()>,
}

struct Waiting {
    batch: Batch,
    // Given back once it is stored.
    _reservation: Reservation,
}

/// Some of the memory, until it is dropped.
pub struct Reservation {
    all: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
}

/// There is no memory left.
#[derive(Debug, thiserror::Error)]
#[error("no room for more spans")]
pub struct Full;

impl Intake {
    /// Starts the thread, which `store`s one batch after the other.
    pub fn start(store: impl FnMut(Batch) + Send + 'static) -> Self {
        Self::with_memory(MEMORY_BYTES, store)
    }

    fn with_memory(bytes: usize, store: impl FnMut(Batch) + Send + 'static) -> Self {
        let queue = Arc::new(Queue::new(BATCHES));
        let (count, stored) = watch::channel(0);
        Self {
            memory: Arc::new(Semaphore::new(bytes)),
            queue: queue.clone(),
            stored,
            thread: thread::spawn(move || store_all(&queue, &count, store)),
        }
    }

    /// Nothing yet, to grow as bytes come.
    pub fn reservation(&self) -> Reservation {
        Reservation {
            all: self.memory.clone(),
            taken: None,
        }
    }

    /// Hands a batch to the store. It is there as soon as those before it are.
    pub fn push(&self, batch: Batch, reservation: Reservation) -> Result<(), Full> {
        let waiting = Waiting {
            batch,
            _reservation: reservation,
        };
        if !self.is_well() {
            return Err(Full);
        }
        self.queue.push(waiting).map_err(|_| Full)
    }

    /// Waits until all is stored that was pushed before.
    pub async fn caught_up(&self) {
        let pushed = self.queue.hurry();
        // It fails when the thread is gone, and with it what waited.
        let _ = self.stored.clone().wait_for(|&stored| stored >= pushed).await;
    }

    /// Whether batches are still stored.
    pub fn is_well(&self) -> bool {
        !self.thread.is_finished()
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Reservation {
    /// Takes this much more.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        let bytes = u32::try_from(bytes).map_err(|_| Full)?;
        let more = self.all.clone().try_acquire_many_owned(bytes).map_err(|_| Full)?;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }

    /// Gives all of it back.
    pub fn clear(&mut self) {
        self.taken = None;
    }
}

fn store_all(queue: &Queue<Waiting>, stored: &watch::Sender<u64>, mut store: impl FnMut(Batch)) {
    while let Some(batches) = queue.take() {
        for Waiting { batch, _reservation } in batches {
            store(batch);
            stored.send_modify(|stored| *stored += 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use zipkin::{Span, SpanId, TraceId};

    use super::*;

    fn spans(count: usize) -> Batch {
        vec![Span::new(TraceId::new(1), SpanId::new(2)); count].into()
    }

    #[test]
    fn the_largest_batch_finds_room() {
        let shortest = r#"{"traceId":"1","id":"2"},"#.len();
        let largest = spans(crate::api::MAX_BYTES / shortest).heap() + crate::api::MAX_BYTES;
        assert!(largest < 40_000_000, "{largest}");
        assert!(largest < MEMORY_BYTES, "{largest}");
    }

    #[tokio::test]
    async fn room_is_bounded_and_given_back_once_stored() {
        let (go_on, may_go_on) = channel::<()>();
        let intake = Intake::with_memory(100, move |_| may_go_on.recv().unwrap());
        let mut reservation = intake.reservation();
        reservation.grow(40).unwrap();
        reservation.grow(60).unwrap();
        assert!(intake.reservation().grow(1).is_err());
        intake.push(spans(1), reservation).unwrap();
        assert!(intake.reservation().grow(1).is_err());
        go_on.send(()).unwrap();
        intake.caught_up().await;
        drop(intake.memory.acquire_many(100).await.unwrap());
    }

    #[tokio::test]
    async fn batches_are_bounded_and_stored_in_their_order() {
        let (go_on, may_go_on) = channel::<()>();
        let (seen, order) = channel();
        let intake = Intake::start(move |batch| {
            may_go_on.recv().unwrap();
            seen.send(batch.parts().count()).unwrap();
        });
        let pushed = (0..3 * BATCHES)
            .take_while(|&count| intake.push(spans(count % 3), intake.reservation()).is_ok())
            .count();
        // The thread may have taken as many.
        assert!((BATCHES..=2 * BATCHES).contains(&pushed), "{pushed}");
        for _ in 0..pushed {
            go_on.send(()).unwrap();
        }
        intake.caught_up().await;
        assert!(order.try_iter().eq((0..pushed).map(|count| count % 3)));
    }

    #[tokio::test]
    async fn nobody_waits_for_more_to_come() {
        let intake = Intake::start(drop);
        let mut quick = 0;
        for _ in 0..1_000 {
            let begun = std::time::Instant::now();
            intake.push(spans(1), intake.reservation()).unwrap();
            intake.caught_up().await;
            quick += usize::from(begun.elapsed() < queue::MOMENT);
        }
        // None would be, if they waited; on a busy machine some are not.
        assert!(quick >= 100, "{quick} of 1,000");
    }

    #[tokio::test]
    async fn a_store_that_broke_is_noticed() {
        let intake = Intake::start(|_| panic!("on purpose"));
        assert!(intake.is_well());
        intake.push(spans(1), intake.reservation()).unwrap();
        intake.caught_up().await;
        while intake.is_well() {
            thread::yield_now();
        }
        assert!(intake.push(spans(1), intake.reservation()).is_err());
    }
}
