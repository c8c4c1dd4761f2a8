//! Between the answer and the store: batches that were accepted wait here, for one thread that stores them. What waits is
//! bounded, from the first byte of a body on: who finds no room is told to come again.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use zipkin::Span;

/// Bytes that bodies, and the spans they become, may take before they are stored. The largest batch of the shortest spans takes 150 MB.
pub const ROOM: usize = 256 << 20;

/// Batches that may wait.
const BATCHES: usize = 4096;

/// The way into the store.
pub struct Intake {
    room: Arc<Semaphore>,
    queue: Mutex<Queue>,
    stored: watch::Receiver<u64>,
    thread: JoinHandle<()>,
}

struct Queue {
    sender: SyncSender<Batch>,
    sent: u64,
}

struct Batch {
    spans: Vec<Span>,
    // Given back once they are stored.
    _room: Room,
}

/// Some of the room, until it is dropped.
pub struct Room {
    all: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
}

/// There is no room.
#[derive(Debug)]
pub struct Full;

impl Intake {
    /// Starts the thread, which `store`s one batch after the other.
    pub fn start(store: impl FnMut(Vec<Span>) + Send + 'static) -> Self {
        Self::with_room(ROOM, store)
    }

    fn with_room(bytes: usize, store: impl FnMut(Vec<Span>) + Send + 'static) -> Self {
        let (sender, batches) = sync_channel(BATCHES);
        let (count, stored) = watch::channel(0);
        Self {
            room: Arc::new(Semaphore::new(bytes)),
            queue: Mutex::new(Queue { sender, sent: 0 }),
            stored,
            thread: thread::spawn(move || store_all(&batches, &count, store)),
        }
    }

    /// No room yet, to grow as bytes come.
    pub fn room(&self) -> Room {
        Room {
            all: self.room.clone(),
            taken: None,
        }
    }

    /// Hands a batch to the store. It is there as soon as those before it are.
    pub fn push(&self, spans: Vec<Span>, room: Room) -> Result<(), Full> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = Batch { spans, _room: room };
        queue.sender.try_send(batch).map_err(|_| Full)?;
        queue.sent += 1;
        Ok(())
    }

    /// Waits until all is stored that was pushed before.
    pub async fn caught_up(&self) {
        let sent = self.queue.lock().unwrap_or_else(PoisonError::into_inner).sent;
        // It fails when the thread is gone, and with it what waited.
        let _ = self.stored.clone().wait_for(|&stored| stored >= sent).await;
    }

    /// Whether batches are still stored.
    pub fn is_well(&self) -> bool {
        !self.thread.is_finished()
    }
}

impl Room {
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

fn store_all(batches: &Receiver<Batch>, stored: &watch::Sender<u64>, mut store: impl FnMut(Vec<Span>)) {
    for Batch { spans, _room } in batches {
        store(spans);
        stored.send_modify(|stored| *stored += 1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use zipkin::{SpanId, TraceId, decode};

    use super::*;

    fn span() -> Vec<Span> {
        vec![Span::new(TraceId::new(1), SpanId::new(2))]
    }

    #[test]
    fn the_largest_batch_finds_room() {
        let largest = 3 * crate::api::MAX_BYTES + decode::MAX_SPANS * size_of::<Span>();
        assert!(largest < ROOM, "{largest}");
    }

    #[tokio::test]
    async fn room_is_bounded_and_given_back_once_stored() {
        let (go_on, may_go_on) = channel::<()>();
        let intake = Intake::with_room(100, move |_| may_go_on.recv().unwrap());
        let mut room = intake.room();
        room.grow(40).unwrap();
        room.grow(60).unwrap();
        assert!(intake.room().grow(1).is_err());
        intake.push(span(), room).unwrap();
        assert!(intake.room().grow(1).is_err());
        go_on.send(()).unwrap();
        intake.caught_up().await;
        drop(intake.room.acquire_many(100).await.unwrap());
    }

    #[tokio::test]
    async fn batches_are_bounded_and_stored_in_their_order() {
        let (go_on, may_go_on) = channel::<()>();
        let (seen, order) = channel();
        let intake = Intake::start(move |spans| {
            may_go_on.recv().unwrap();
            seen.send(spans.len()).unwrap();
        });
        let pushed = (0..2 * BATCHES)
            .take_while(|&spans| {
                intake
                    .push(vec![span().remove(0); spans % 3], intake.room())
                    .is_ok()
            })
            .count();
        // The thread may have taken one out.
        assert!((BATCHES..=BATCHES + 1).contains(&pushed), "{pushed}");
        for _ in 0..pushed {
            go_on.send(()).unwrap();
        }
        intake.caught_up().await;
        assert!(order.try_iter().eq((0..pushed).map(|spans| spans % 3)));
    }

    #[tokio::test]
    async fn a_store_that_broke_is_noticed() {
        let intake = Intake::start(|_| panic!("on purpose"));
        assert!(intake.is_well());
        intake.push(span(), intake.room()).unwrap();
        intake.caught_up().await;
        while intake.is_well() {
            thread::yield_now();
        }
        assert!(intake.push(span(), intake.room()).is_err());
    }
}
