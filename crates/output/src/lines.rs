//! Lines on their way to one reader.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::sink::Sink;

/// Room for lines that wait, in bytes.
const ROOM: usize = 2 * 1024 * 1024;

/// Pauses before a stream that must not be waited for is tried again.
const PAUSES: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(64)];

/// A line as it goes out; nothing where it stays as it is.
type Rewrite = fn(&[u8]) -> Option<Vec<u8>>;

/// Lines on their way to one reader. Each is written whole, in the order in which they came.
pub struct Lines {
    name: &'static str,
    state: Mutex<State>,
    /// There is work for the thread.
    work: Condvar,
    /// Nothing waits any more.
    idle: Condvar,
    report: OnceLock<fn(u64)>,
    rewrite: OnceLock<Rewrite>,
}

struct State {
    prompt: Option<Box<dyn Write + Send>>,
    /// The thread's, which takes it when it starts.
    patient: Option<Box<dyn Write + Send>>,
    has_thread: bool,
    waiting: VecDeque<Vec<u8>>,
    /// Bytes of those that wait.
    bytes: usize,
    /// The thread has a line in hand.
    is_writing: bool,
    /// The thread has something to say of dropped lines.
    is_reporting: bool,
    /// Lines are refused until those that wait are written, so that a gap is one gap, with its count at its place.
    is_overflowing: bool,
    dropped: u64,
    /// Those of them that nobody was told of.
    untold: u64,
    failure: Option<ErrorKind>,
}

impl Lines {
    /// Lines to this sink.
    pub(crate) fn to(name: &'static str, sink: Sink) -> Arc<Self> {
        let state = State {
            prompt: sink.prompt,
            patient: Some(sink.patient),
            has_thread: false,
            waiting: VecDeque::new(),
            bytes: 0,
            is_writing: false,
            is_reporting: false,
            is_overflowing: false,
            dropped: 0,
            untold: 0,
            failure: None,
        };
        Arc::new(Self {
            name,
            state: Mutex::new(state),
            work: Condvar::new(),
            idle: Condvar::new(),
            report: OnceLock::new(),
            rewrite: OnceLock::new(),
        })
    }

    /// Writes a line, which ends in a line break, without waiting for a reader. Whether it was taken: written, or put where it
    /// waits; otherwise it is dropped and counted.
    pub fn write(self: &Arc<Self>, line: &[u8]) -> bool {
        let rewritten = self.rewrite.get().and_then(|rewrite| rewrite(line));
        let mut rest = rewritten.as_deref().unwrap_or(line);
        let mut state = self.lock();
        if state.is_idle()
            && let Some(prompt) = &mut state.prompt
        {
            let written = write_what_fits(prompt, &mut rest);
            match written {
                Ok(()) => return self.written(&mut state),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return state.lose(Some(error.kind())),
            }
        }
        self.put(&mut state, rest)
    }

    /// The same for a text without its line break.
    pub fn say(self: &Arc<Self>, text: &str) -> bool {
        self.write(format!("{text}\n").as_bytes())
    }

    /// Writes a line and waits until the reader has room for it, however long that takes. False when there is no reader.
    pub fn write_patiently(self: &Arc<Self>, line: &[u8]) -> bool {
        let is_taken = self.write(line);
        let state = self.idle.wait_while(self.lock(), |state| !state.is_idle());
        is_taken && state.unwrap_or_else(PoisonError::into_inner).failure.is_none()
    }

    /// The same for a text without its line break: an answer, which waits until a pager has taken it.
    pub fn say_patiently(self: &Arc<Self>, text: &str) -> bool {
        self.write_patiently(format!("{text}\n").as_bytes())
    }

    /// Calls this, on a thread of its own, with the number of lines that are missing, once the reader is back. Otherwise a plain
    /// line says it.
    pub fn report_with(&self, report: fn(u64)) {
        // The first one stays.
        let _ = self.report.set(report);
    }

    /// Passes each line through this, on the thread that writes it, before it goes out: to leave something out, for example. Nothing
    /// stands for a line that stays as it is.
    pub fn rewrite_with(&self, rewrite: Rewrite) {
        // The first one stays.
        let _ = self.rewrite.set(rewrite);
    }

    /// Lines that were dropped so far.
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// Whether nothing waits for the reader.
    pub fn is_idle(&self) -> bool {
        self.lock().is_idle()
    }

    /// Why the last line could not be written, where it could not.
    pub fn failure(&self) -> Option<ErrorKind> {
        self.lock().failure
    }

    /// Says nothing of the lines that were dropped so far: for a caller who says himself why, or knows that nobody misses them.
    pub fn forgive(&self) {
        self.lock().untold = 0;
    }

    /// Waits until nothing waits for the reader, or time is up.
    pub(crate) fn wait(&self, end: Instant) {
        let left = end.saturating_duration_since(Instant::now());
        let waited = self
            .idle
            .wait_timeout_while(self.lock(), left, |state| !state.is_quiet());
        drop(waited);
    }

    /// The last word on lines that are still not written, or were dropped without a word.
    pub(crate) fn last_word(&self) -> Option<String> {
        let mut state = self.lock();
        let left = state.waiting.len() as u64 + u64::from(state.is_writing);
        let lost = mem::take(&mut state.untold) + left;
        let why = state
            .failure
            .map_or("nobody read it".to_owned(), |failure| failure.to_string());
        (lost > 0).then(|| format!("{lost} lines did not reach {}: {why}\n", self.name))
    }

    fn written(self: &Arc<Self>, state: &mut State) -> bool {
        state.failure = None;
        if state.untold > 0 {
            self.wake(state);
        }
        true
    }

    /// Keeps a line, or the rest of one that was begun, for the thread.
    fn put(self: &Arc<Self>, state: &mut State, line: &[u8]) -> bool {
        // One line alone has room, whatever its length.
        let has_room = state.waiting.is_empty() || state.bytes + line.len() <= ROOM;
        if state.is_overflowing || !has_room {
            state.is_overflowing = true;
            return state.lose(None);
        }
        if !self.wake(state) {
            return state.lose(None);
        }
        state.bytes += line.len();
        state.waiting.push_back(line.to_vec());
        true
    }

    /// Wakes the thread, which starts when it is needed for the first time. The system may have none to give.
    fn wake(self: &Arc<Self>, state: &mut State) -> bool {
        if !state.has_thread {
            let lines = self.clone();
            let thread = thread::Builder::new().name(self.name.to_owned());
            state.has_thread = thread.spawn(move || lines.run()).is_ok();
        }
        self.work.notify_one();
        state.has_thread
    }

    /// The thread: writes what waits, at the reader's pace.
    fn run(self: Arc<Self>) {
        let Some(mut patient) = self.lock().patient.take() else {
            return;
        };
        loop {
            match self.next() {
                Work::Line(line) => {
                    let written = write_all(&mut patient, &line);
                    let mut state = self.lock();
                    state.is_writing = false;
                    match written {
                        Ok(()) => state.failure = None,
                        Err(error) => _ = state.lose(Some(error.kind())),
                    }
                }
                Work::Report(report, missing) => {
                    report(missing);
                    self.lock().is_reporting = false;
                }
            }
        }
    }

    fn next(&self) -> Work {
        let mut state = self.lock();
        loop {
            if let Some(line) = state.waiting.pop_front() {
                state.bytes -= line.len();
                state.is_writing = true;
                return Work::Line(line);
            }
            state.is_overflowing = false;
            if state.has_news() {
                let missing = mem::take(&mut state.untold);
                if let Some(report) = self.report.get() {
                    state.is_reporting = true;
                    return Work::Report(*report, missing);
                }
                state.is_writing = true;
                let said = format!("{missing} lines are missing here: nobody read them\n");
                return Work::Line(said.into_bytes());
            }
            self.idle.notify_all();
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Work {
    Line(Vec<u8>),
    Report(fn(u64), u64),
}

impl State {
    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && !self.is_writing
    }

    /// Whether nothing is under way, nor about to be.
    fn is_quiet(&self) -> bool {
        self.is_idle() && !self.is_reporting && !self.has_news()
    }

    /// Whether the reader is back and does not know what it has missed.
    fn has_news(&self) -> bool {
        self.untold > 0 && self.failure.is_none()
    }

    /// A line that is not written.
    fn lose(&mut self, failure: Option<ErrorKind>) -> bool {
        self.failure = failure.or(self.failure);
        self.dropped += 1;
        self.untold += 1;
        false
    }
}

/// Leaves in `rest` what there was no room for.
fn write_what_fits(out: &mut impl Write, rest: &mut &[u8]) -> io::Result<()> {
    while !rest.is_empty() {
        match out.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => *rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Writes all, also to a stream that somebody else has told not to wait.
fn write_all(out: &mut impl Write, mut rest: &[u8]) -> io::Result<()> {
    let [mut pause, longest] = PAUSES;
    loop {
        match write_what_fits(out, &mut rest) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(pause);
                pause = (pause * 2).min(longest);
            }
            Err(error) => return Err(error),
            Ok(()) => return out.flush(),
        }
    }
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
