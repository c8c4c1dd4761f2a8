//! How many connections there may be, and which has to go: the one that has rested for longest, whether it never asked or
//! only asks seldom.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How long a connection that was sent away may take to go, and how often another is sent.
const MOMENT: Duration = Duration::from_millis(10);
const TRIES: usize = 2;

/// The places for connections.
pub struct Places {
    count: usize,
    free: Arc<Semaphore>,
    resting: Mutex<Resting>,
    busy: AtomicUsize,
}

/// Connections on which no request is under way, by the order in which they came to rest.
#[derive(Default)]
struct Resting {
    last: u64,
    connections: BTreeMap<u64, Arc<Notify>>,
}

/// The place of one connection, until it is dropped.
pub struct Place {
    places: Arc<Places>,
    state: Mutex<State>,
    leave: Arc<Notify>,
    _taken: OwnedSemaphorePermit,
}

enum State {
    /// A request is under way.
    Busy,
    /// The answer was handed to the connection, which has not written all of it.
    Answered,
    /// Since this turn.
    Resting(u64),
    /// Nobody has looked whether a request came.
    Fresh,
}

impl Places {
    /// So many places, all free.
    pub fn new(count: usize) -> Arc<Self> {
        Arc::new(Self {
            count,
            free: Arc::new(Semaphore::new(count)),
            resting: Mutex::default(),
            busy: AtomicUsize::new(0),
        })
    }

    /// A place, if need be of the connection that has rested for longest. None where all have requests under way.
    pub async fn take(self: &Arc<Self>) -> Option<Arc<Place>> {
        for _ in 0..TRIES {
            if let Ok(taken) = self.free.clone().try_acquire_owned() {
                return Some(self.place(taken));
            }
            if self.busy() >= self.count {
                return None;
            }
            self.send_one_away();
            if let Ok(Ok(taken)) = timeout(MOMENT, self.free.clone().acquire_owned()).await {
                return Some(self.place(taken));
            }
        }
        None
    }

    /// A place, as [`Self::take`]; where all have requests under way, the first that is over in time gives its place.
    pub async fn take_within(self: &Arc<Self>, patience: Duration) -> Option<Arc<Place>> {
        if let Some(place) = self.take().await {
            return Some(place);
        }
        let taken = timeout(patience, self.free.clone().acquire_owned()).await;
        Some(self.place(taken.ok()?.ok()?))
    }

    /// Requests under way.
    pub fn busy(&self) -> usize {
        self.busy.load(Relaxed)
    }

    fn place(self: &Arc<Self>, taken: OwnedSemaphorePermit) -> Arc<Place> {
        Arc::new(Place {
            places: self.clone(),
            state: Mutex::new(State::Fresh),
            leave: Arc::default(),
            _taken: taken,
        })
    }

    fn send_one_away(&self) {
        let longest = lock(&self.resting).connections.pop_first();
        if let Some((_, leave)) = longest {
            leave.notify_one();
        }
    }
}

impl Place {
    /// A request came.
    pub fn begin(&self) {
        match std::mem::replace(&mut *lock(&self.state), State::Busy) {
            State::Resting(turn) => _ = lock(&self.places.resting).connections.remove(&turn),
            // The next request came before the last answer had left.
            State::Busy | State::Answered => return,
            State::Fresh => {}
        }
        self.places.busy.fetch_add(1, Relaxed);
    }

    /// The request is over; its answer may not have left.
    pub fn answered(&self) {
        *lock(&self.state) = State::Answered;
    }

    /// All that was answered has left, or nothing was asked.
    pub fn rest(&self) {
        let mut state = lock(&self.state);
        if let State::Answered = *state {
            self.places.busy.fetch_sub(1, Relaxed);
        }
        if let State::Answered | State::Fresh = *state {
            let mut resting = lock(&self.places.resting);
            resting.last += 1;
            let turn = resting.last;
            resting.connections.insert(turn, self.leave.clone());
            *state = State::Resting(turn);
        }
    }

    /// Whether a request is under way, or its answer.
    pub fn is_busy(&self) -> bool {
        matches!(*lock(&self.state), State::Busy | State::Answered)
    }

    /// Resolves when another connection needs the place.
    pub async fn is_needed(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        match *lock(&self.state) {
            State::Resting(turn) => _ = lock(&self.places.resting).connections.remove(&turn),
            State::Busy | State::Answered => _ = self.places.busy.fetch_sub(1, Relaxed),
            State::Fresh => {}
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_longest_rest_makes_room_and_no_request_does() {
        let places = Places::new(3);
        let [busy, first, second] = [(); 3].map(|()| places.take());
        let (busy, first, second) = (busy.await.unwrap(), first.await.unwrap(), second.await.unwrap());
        for place in [&busy, &first, &second] {
            place.rest();
        }
        busy.begin();
        // A rest begins again after each answer.
        first.begin();
        first.answered();
        assert!(first.is_busy());
        first.rest();
        let leaving = tokio::spawn(async move {
            second.is_needed().await;
        });
        let third = places.take().await.unwrap();
        leaving.await.unwrap();
        third.begin();
        let leaving = tokio::spawn(async move {
            first.is_needed().await;
        });
        let fourth = places.take().await.unwrap();
        leaving.await.unwrap();
        fourth.begin();
        assert!(places.take().await.is_none());
        assert_eq!(places.busy(), 3);
    }
}
