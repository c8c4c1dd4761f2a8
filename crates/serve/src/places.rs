//! The limit of connections, and the one that has to go: the one that has rested for longest, whether it never asked or
//! only asks seldom.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{
            AtomicBool, AtomicU64, AtomicUsize,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// The time for a connection that was sent away, and the pause until another is sent.
const MOMENT: Duration = Duration::from_millis(10);
const TRIES: usize = 2;

/// The places for connections.
pub struct Places {
    count: usize,
    free: Arc<Semaphore>,
    taken: Mutex<Taken>,
    busy: AtomicUsize,
    /// The next turn of those in which connections come to rest.
    turn: AtomicU64,
    stopping: AtomicBool,
}

/// The places that are taken.
#[derive(Default)]
struct Taken {
    last: u64,
    seats: BTreeMap<u64, Arc<Seat>>,
    /// The turns of the latest beats.
    beats: VecDeque<u64>,
}

/// A connection, for whoever sends it away. A request takes it without a lock: only the connection itself changes the state,
/// but for the step from rest to leaving.
struct Seat {
    state: AtomicU64,
    leave: Notify,
}

/// The place of one connection, until it is dropped.
pub struct Place {
    number: u64,
    seat: Arc<Seat>,
    places: Arc<Places>,
    _taken: OwnedSemaphorePermit,
}

/// Nobody has looked whether a request came.
const FRESH: u64 = 0;
/// A request is under way.
const BUSY: u64 = 1;
/// The answer was handed to the connection, which has not written all of it.
const ANSWERED: u64 = 2;
/// It was resting, and was told to go.
const LEAVING: u64 = 3;
/// The first turn: a connection rests since the turn that is its state.
const FIRST_TURN: u64 = 4;

impl Places {
    /// Beats after which a connection has rested for too long.
    pub const BEATS: u32 = 15;

    /// So many places, all free.
    pub fn new(count: usize) -> Arc<Self> {
        Arc::new(Self {
            count,
            free: Arc::new(Semaphore::new(count)),
            taken: Mutex::default(),
            busy: AtomicUsize::new(0),
            turn: AtomicU64::new(FIRST_TURN),
            stopping: AtomicBool::new(false),
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

    /// Sends those away that have rested for [`Self::BEATS`] beats. One clock for all, where each had one for each request.
    pub fn beat(&self) {
        let mut taken = lock(&self.taken);
        taken.beats.push_back(self.turn.load(Relaxed));
        if taken.beats.len() > Self::BEATS as usize
            && let Some(last) = taken.beats.pop_front()
        {
            for seat in taken.seats.values() {
                seat.send_away(|turn| turn < last);
            }
        }
    }

    /// Tells every connection that the server stops.
    pub fn stop(&self) {
        self.stopping.store(true, Release);
        for seat in lock(&self.taken).seats.values() {
            seat.leave.notify_one();
        }
    }

    fn place(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Arc<Place> {
        let seat = Arc::new(Seat {
            state: AtomicU64::new(FRESH),
            leave: Notify::new(),
        });
        let mut taken = lock(&self.taken);
        taken.last += 1;
        let number = taken.last;
        taken.seats.insert(number, seat.clone());
        Arc::new(Place {
            number,
            seat,
            places: self.clone(),
            _taken: permit,
        })
    }

    fn send_one_away(&self) {
        let taken = lock(&self.taken);
        let resting = taken.seats.values().filter_map(|seat| Some((seat.turn()?, seat)));
        if let Some((turn, seat)) = resting.min_by_key(|(turn, _)| *turn) {
            seat.send_away(|since| since == turn);
        }
    }
}

impl Seat {
    /// Since when the connection rests.
    fn turn(&self) -> Option<u64> {
        Some(self.state.load(Relaxed)).filter(|state| *state >= FIRST_TURN)
    }

    /// Sends it away where it rests since such a turn.
    fn send_away(&self, since: impl Fn(u64) -> bool) {
        let leaving = |state| (state >= FIRST_TURN && since(state)).then_some(LEAVING);
        if self.state.fetch_update(Relaxed, Relaxed, leaving).is_ok() {
            self.leave.notify_one();
        }
    }
}

impl Place {
    /// A request came.
    pub fn begin(&self) {
        // Where it was busy, the next request came before the last answer had left.
        if !matches!(self.seat.state.swap(BUSY, Relaxed), BUSY | ANSWERED) {
            self.places.busy.fetch_add(1, Relaxed);
        }
    }

    /// The request is over; its answer may not have left.
    pub fn answered(&self) {
        self.seat.state.store(ANSWERED, Relaxed);
    }

    /// All that was answered has left, or nothing was asked.
    pub fn rest(&self) {
        let state = self.seat.state.load(Relaxed);
        if state == ANSWERED {
            self.places.busy.fetch_sub(1, Relaxed);
        }
        if matches!(state, ANSWERED | FRESH) {
            let turn = self.places.turn.fetch_add(1, Relaxed);
            self.seat.state.store(turn, Relaxed);
        }
    }

    /// Whether a request is under way, or its answer.
    pub fn is_busy(&self) -> bool {
        matches!(self.seat.state.load(Relaxed), BUSY | ANSWERED)
    }

    /// Resolves when the connection is to go: another needs the place, it has rested for too long, or the server stops.
    pub async fn is_needed(&self) {
        self.seat.leave.notified().await;
    }

    /// Whether the server stops.
    pub fn is_stopping(&self) -> bool {
        self.places.stopping.load(Acquire)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.places.taken).seats.remove(&self.number);
        if self.is_busy() {
            self.places.busy.fetch_sub(1, Relaxed);
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

    #[tokio::test]
    async fn a_rest_of_fifteen_beats_ends_and_no_request_does() {
        let places = Places::new(3);
        let [busy, early, late] = [(); 3].map(|()| places.take());
        let (busy, early, late) = (busy.await.unwrap(), early.await.unwrap(), late.await.unwrap());
        busy.begin();
        early.rest();
        places.beat();
        late.rest();
        for _ in 1..Places::BEATS {
            places.beat();
            assert!(!is_told(&early).await);
        }
        places.beat();
        assert!(is_told(&early).await && !is_told(&late).await && !is_told(&busy).await);
        places.beat();
        assert!(is_told(&late).await);
        // Told, and asked all the same.
        late.begin();
        assert_eq!(places.busy(), 2);
        places.stop();
        assert!(is_told(&busy).await && busy.is_stopping());
    }

    async fn is_told(place: &Place) -> bool {
        timeout(Duration::ZERO, place.is_needed()).await.is_ok()
    }
}
