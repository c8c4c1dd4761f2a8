//! The desk in one terminal's hands: two that change it at once would save one lesson's work under another's name, or an empty file.

use std::{
    fs::{self, File, TryLockError},
    time::Duration,
};

use crate::places::Places;

/// The file that is locked. It stays where it is: a lock on a removed file holds nobody off.
const LOCK: &str = "terminal.lock";

/// The time between two looks at a lock that another terminal has.
const LOOK: Duration = Duration::from_millis(100);

/// The desk, until this is dropped, or the process ends.
#[derive(Debug)]
pub struct Held {
    /// None on file systems without locks: a learner there goes on as well as one can.
    _lock: Option<File>,
}

/// Takes the desk. `waits` is called once where another terminal has it.
pub async fn hold(places: &Places, waits: impl FnOnce()) -> Held {
    let Some(file) = lock_file(places) else {
        return Held { _lock: None };
    };
    let mut waits = Some(waits);
    loop {
        match file.try_lock() {
            Ok(()) => return Held { _lock: Some(file) },
            Err(TryLockError::Error(_)) => return Held { _lock: None },
            Err(TryLockError::WouldBlock) => {}
        }
        if let Some(waits) = waits.take() {
            waits();
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// A folder that cannot be written is an error of what comes next, with its own words.
fn lock_file(places: &Places) -> Option<File> {
    let mine = places.mine();
    fs::create_dir_all(&mine).ok()?;
    File::create(mine.join(LOCK)).ok()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn a_second_terminal_waits_for_the_first() {
        let root = std::env::temp_dir().join(format!("desk-held-{}", crate::random::id()));
        let places = Places::at(&root);
        let said = Cell::new(0);
        let say = || said.set(said.get() + 1);
        let first = hold(&places, say).await;
        assert_eq!(said.get(), 0, "nobody has it");
        let second = async {
            let _held = hold(&places, say).await;
            assert_eq!(said.get(), 1, "it was waited for");
        };
        let end = async {
            while said.get() == 0 {
                tokio::task::yield_now().await;
            }
            drop(first);
        };
        tokio::join!(second, end);
        fs::remove_dir_all(root).unwrap();
    }
}
