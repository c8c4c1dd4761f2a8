//! Work that may take long: off the threads that answer others, a few pieces at a time, and over soon after nobody
//! waits for it.

use std::{
    any::Any,
    num::NonZero,
    sync::{Arc, Weak},
    thread,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task,
};

/// Pieces of work at a time, at least: a long one must not keep the short ones waiting.
const MIN_PLACES: usize = 2;

/// A trace of more packed bytes is summed up or drawn while no other such trace is: half a million spans take 700 MB meanwhile.
pub const VAST: usize = if cfg!(test) { 1 << 20 } else { 4 << 20 };

/// Ends a value on a thread of its own: that of half a million pieces of heap takes a good part of the time in which they were made,
/// and the answer is there already.
pub fn end_later<T: Send + 'static>(value: T) {
    drop(task::spawn_blocking(move || drop(value)));
}

/// The places where long work is done; a clone is another handle to the same.
#[derive(Clone)]
pub struct Work {
    places: Arc<Semaphore>,
    vast: Arc<Semaphore>,
}

/// The asker of some work. A working thread cannot be stopped from outside: it looks here, every few milliseconds.
pub struct Asker(Weak<()>);

/// Nobody waits for the answer any more: the client hung up, or has been told that it took too long.
#[derive(Debug)]
pub struct Gone;

/// Why some work has no result.
#[derive(Debug)]
pub enum Unfinished {
    /// Nobody waits for it any more.
    Gone,
    /// The task that did it broke.
    Broken,
}

/// Some work, and a result of some type.
type Boxed = Box<dyn FnOnce(&Asker) -> Result<Box<dyn Any + Send>, Gone> + Send>;

/// Memory of long answers on their way to readers that may be slow.
#[derive(Clone)]
pub struct AnswerMemory {
    all: usize,
    free: Arc<Semaphore>,
}

impl AnswerMemory {
    const BYTES: usize = 128 << 20;

    /// All of it is free.
    pub fn new() -> Self {
        Self::of(Self::BYTES)
    }

    /// Room for so many bytes.
    pub fn of(bytes: usize) -> Self {
        Self {
            all: bytes,
            free: Arc::new(Semaphore::new(bytes)),
        }
    }

    /// Some of it for a trace, if that much is free. A trace that is larger than most of it takes most of it: the answer that has
    /// the trace takes some, too.
    pub fn take_for_trace(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        self.take(self.for_trace(bytes))
    }

    /// The same, once that much is free.
    pub async fn wait_for_trace(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(self.for_trace(bytes).max(1)).ok()?;
        self.free.clone().acquire_many_owned(bytes).await.ok()
    }

    fn for_trace(&self, bytes: usize) -> usize {
        bytes.min(self.all - self.all / 4)
    }

    /// Some of it, if that much is free; all of it at most.
    pub fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes.min(self.all).max(1)).ok()?;
        self.free.clone().try_acquire_many_owned(bytes).ok()
    }
}

impl Work {
    /// As many places as the machine has cores.
    pub fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            places: Arc::new(Semaphore::new(cores.max(MIN_PLACES))),
            vast: Arc::new(Semaphore::new(1)),
        }
    }

    /// The one place for work on a [`VAST`] trace, to be held until it is over.
    pub async fn vast(&self) -> Option<OwnedSemaphorePermit> {
        // It fails when the semaphore is closed, which this one never is.
        self.vast.clone().acquire_owned().await.ok()
    }

    /// Does the work once there is a place for it. An asker who no longer awaits the answer is [`Gone`] for the work.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Asker) -> Result<T, Gone> + Send + 'static,
    ) -> Result<T, Unfinished> {
        let boxed = |result: T| -> Box<dyn Any + Send> { Box::new(result) };
        let done = self.run_boxed(Box::new(move |asker| work(asker).map(boxed)));
        let result = done.await?.downcast().map_err(|_| Unfinished::Broken)?;
        Ok(*result)
    }

    /// The same without a type for each piece of work: a task is compiled once, and not for each of thirty askers.
    async fn run_boxed(&self, work: Boxed) -> Result<Box<dyn Any + Send>, Unfinished> {
        // Lives as long as this future.
        let waits = Arc::new(());
        let asker = Asker::of(&waits);
        // It fails when the semaphore is closed, which this one never is.
        let place = self.places.clone().acquire_owned().await;
        let done = task::spawn_blocking(move || {
            let _place = place;
            asker.still_waits()?;
            work(&asker)
        });
        done.await
            .map_err(|_| Unfinished::Broken)?
            .map_err(|Gone| Unfinished::Gone)
    }
}

impl Asker {
    /// Somebody who waits as long as this lives.
    pub fn of(waits: &Arc<()>) -> Self {
        Self(Arc::downgrade(waits))
    }

    /// Fails once nobody waits any more.
    pub fn still_waits(&self) -> Result<(), Gone> {
        if self.0.strong_count() == 0 {
            Err(Gone)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
impl Asker {
    /// Somebody who never goes.
    pub fn patient() -> Self {
        let waits = Arc::new(());
        let asker = Self::of(&waits);
        std::mem::forget(waits);
        asker
    }

    /// Somebody who has gone.
    pub fn gone() -> Self {
        Self(Weak::new())
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, time::Duration};

    use tokio::{sync::oneshot, time::timeout};

    use super::*;

    #[tokio::test]
    async fn work_ends_soon_after_nobody_waits() {
        let (begun, begin) = oneshot::channel();
        let (ended, end) = channel();
        let work = Work::new();
        let endless = work.run(move |asker| {
            begun.send(()).unwrap();
            while asker.still_waits().is_ok() {
                thread::yield_now();
            }
            ended.send(()).unwrap();
            Ok(())
        });
        tokio::select! {
            _ = endless => panic!("the work ended by itself"),
            begun = begin => begun.unwrap(),
        }
        end.recv_timeout(Duration::from_secs(5)).unwrap();
    }

    #[tokio::test]
    async fn work_that_finds_no_place_waits_and_is_not_begun_for_nobody() {
        let work = Work {
            places: Arc::new(Semaphore::new(1)),
            vast: Arc::new(Semaphore::new(1)),
        };
        let (go_on, may_go_on) = channel::<()>();
        let first = work.run(move |_| {
            may_go_on.recv().unwrap();
            Ok(1)
        });
        let impatient = timeout(
            Duration::from_millis(10),
            work.run(|_| -> Result<(), _> { panic!("begun") }),
        );
        let (first, impatient) = tokio::join!(first, async {
            let impatient = impatient.await;
            go_on.send(()).unwrap();
            impatient
        });
        assert_eq!((first.unwrap(), impatient.is_err()), (1, true));
        assert_eq!(work.run(|_| Ok(2)).await.unwrap(), 2);
    }
}
