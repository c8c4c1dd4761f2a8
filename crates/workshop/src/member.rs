//! The learner's side of a board: what is told, and the task that tells it. A board that is away costs nothing: the work goes
//! on, and each message says the whole state, so the next one that arrives makes good for those that did not.

use std::{path::Path, sync::Arc, time::Duration};

use tokio::{sync::watch, time::timeout};

use crate::told::{State, Told};

/// The board that was joined.
mod joined;

/// One message on its way.
mod post;

pub use joined::Joined;
pub use post::{Undelivered, post};

/// A board that is there takes a few milliseconds; a command that ends waits no longer than this.
const LAST_WAIT: Duration = Duration::from_millis(250);

/// The state is said again this often, so that the board knows who is still there.
const BEAT: Duration = Duration::from_secs(20);

/// A function that says that the board is away, or refuses.
pub type Say = Arc<dyn Fn(&Undelivered) + Send + Sync>;

/// Tells the board in the background.
#[derive(Debug)]
pub struct Teller {
    joined: Joined,
    latest: watch::Sender<Latest>,
    done: watch::Receiver<u64>,
}

/// The latest message, numbered.
#[derive(Clone, Debug, Default)]
struct Latest {
    number: u64,
    told: Option<Told>,
}

impl Teller {
    /// Begins, where a board was joined. `say` is called once, at the first message that does not arrive.
    ///
    /// # Errors
    /// A file of a board that cannot be read.
    pub fn begin(path: &Path, say: Say) -> anyhow::Result<Option<Self>> {
        let Some(joined) = Joined::load(path)? else {
            return Ok(None);
        };
        let (latest, messages) = watch::channel(Latest::default());
        let (finished, done) = watch::channel(0);
        tokio::spawn(tell_on(joined.clone(), messages, finished, say));
        Ok(Some(Self { joined, latest, done }))
    }

    /// Tells the learner's state in the lesson of this id, at once and in the background.
    pub fn tell(&self, lesson: &str, state: State, message: &str) {
        let told = self.joined.told(lesson, state, message);
        self.latest.send_modify(|latest| {
            latest.number += 1;
            latest.told = Some(told);
        });
    }

    /// Gives the last message a moment. A command ends after this, whatever the board does.
    pub async fn settle(&self) {
        let number = self.latest.borrow().number;
        let mut done = self.done.clone();
        let _ = timeout(LAST_WAIT, done.wait_for(|done| *done >= number)).await;
    }
}

async fn tell_on(
    joined: Joined,
    mut messages: watch::Receiver<Latest>,
    finished: watch::Sender<u64>,
    say: Say,
) {
    let mut has_said = false;
    loop {
        let Latest { number, told } = messages.borrow_and_update().clone();
        if let Some(told) = told {
            let posted = post(&joined, &told).await;
            if let (Err(undelivered), false) = (posted, has_said) {
                has_said = true;
                say(&undelivered);
            }
            finished.send_replace(number);
        }
        tokio::select! {
            changed = messages.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(BEAT) => {}
        }
    }
}
