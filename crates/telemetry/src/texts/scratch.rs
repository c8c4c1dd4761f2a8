//! A buffer for each thread, used again and again: for a line, for a span.

use std::cell::Cell;

/// A buffer that has grown beyond this is given back.
const MAX_KEPT: usize = 16 * 1024;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Runs with an empty buffer. Whoever asks while it is in use, or while the thread ends, gets a fresh one.
pub(crate) fn with<T>(run: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    buffer.clear();
    let done = run(&mut buffer);
    if buffer.capacity() <= MAX_KEPT {
        // A thread that ends has no more use for it.
        let _ = BUFFER.try_with(|kept| kept.set(buffer));
    }
    done
}
