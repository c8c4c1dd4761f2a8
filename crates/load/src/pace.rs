//! A thread that gives a permit for each request at the moment when it is due. The runtime's own timer wakes up to a
//! millisecond late, which would be most of what a fast server takes.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use crate::schedule::Schedule;

/// Sleeps are no longer, so that an end is noticed soon.
const NAP: Duration = Duration::from_millis(50);

/// Sleeps are no shorter: above 1000 a second, requests of one millisecond leave together.
const SHORTEST: Duration = Duration::from_millis(1);

/// Requests that are due, as permits.
#[derive(Debug)]
pub struct Pace {
    /// One permit for each request that is due and not taken. Closed when no more will come.
    pub due: Semaphore,
    /// The number of requests that were given out.
    pub given: AtomicU64,
    is_over: AtomicBool,
}

impl Pace {
    /// Begins to give permits.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn start(schedule: &Schedule, start: Instant) -> io::Result<Arc<Self>> {
        let pace = Arc::new(Self {
            due: Semaphore::new(0),
            given: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        });
        let (schedule, paced) = (schedule.clone(), Arc::clone(&pace));
        thread::Builder::new()
            .name("pace".to_owned())
            .spawn(move || paced.run(&schedule, start))?;
        Ok(pace)
    }

    /// Gives no more.
    pub fn end(&self) {
        self.is_over.store(true, Relaxed);
        self.due.close();
    }

    fn run(&self, schedule: &Schedule, start: Instant) {
        for number in 0..schedule.count() {
            let due = schedule.due(number);
            while let Some(left) = due.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) {
                if self.is_over.load(Relaxed) {
                    return;
                }
                thread::sleep(left.clamp(SHORTEST, NAP));
            }
            self.given.store(number + 1, Relaxed);
            self.due.add_permits(1);
        }
    }
}
