//! A bounded queue for one thread that takes all that waits at once. Waking a thread costs more than storing a small batch, so it is
//! not woken for each batch: once awake it lets more come, for a moment, unless somebody waits for it.

use std::{
    collections::VecDeque,
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The pause in which more batches may come. Nobody waits for it: see [`Queue::hurry`].
pub const MOMENT: Duration = Duration::from_millis(1);

/// Batches that wait, and the room for them.
pub struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    most: usize,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// Batches that were ever pushed.
    pushed: u64,
    is_asleep: bool,
    is_hurried: bool,
    is_closed: bool,
}

impl<T> Queue<T> {
    /// An empty queue, in which at most this many wait.
    pub fn new(most: usize) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            pushed: 0,
            is_asleep: false,
            is_hurried: false,
            is_closed: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            most,
        }
    }

    /// Adds one, unless there is no room, or nobody who takes it.
    pub fn push(&self, item: T) -> Result<(), T> {
        let mut state = self.state();
        if state.is_closed || state.waiting.len() >= self.most {
            return Err(item);
        }
        state.waiting.push_back(item);
        state.pushed += 1;
        let is_half_full = state.waiting.len() == self.most / 2;
        if mem::take(&mut state.is_asleep) || is_half_full {
            state.is_hurried |= is_half_full;
            self.changed.notify_one();
        }
        Ok(())
    }

    /// Has what waits taken without delay; how many were ever pushed.
    pub fn hurry(&self) -> u64 {
        let mut state = self.state();
        if !state.waiting.is_empty() && !mem::replace(&mut state.is_hurried, true) {
            self.changed.notify_one();
        }
        state.pushed
    }

    /// No more is pushed: what waits may still be taken.
    pub fn close(&self) {
        self.state().is_closed = true;
        self.changed.notify_one();
    }

    /// Takes some of what waits, in its order; none once the queue is closed and empty.
    pub fn take(&self) -> Option<VecDeque<T>> {
        let mut state = self.state();
        while state.waiting.is_empty() {
            if state.is_closed {
                return None;
            }
            state.is_asleep = true;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let may_grow = |state: &mut State<T>| !state.is_hurried && !state.is_closed;
        let waited = self.changed.wait_timeout_while(state, MOMENT, may_grow);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.is_hurried = false;
        Some(mem::take(&mut state.waiting))
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
