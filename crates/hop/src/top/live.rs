//! The live view: looks and keys in, rows of text out.

use std::time::Duration;

use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep},
};
use zipkin::{Language, TraceId};

use super::look::{Asked, Look};
use crate::{interrupts::Interrupts, stored::Stored};

/// The trace that is open.
mod open;

/// Rows, keys and what they do.
mod view;

/// One row of a list.
mod row;

/// Rows that fit.
mod fit;

/// Words, in English and Korean.
mod words;

/// The terminal itself.
mod terminal;

use open::Opened;
use terminal::Terminal;
use view::View;

/// A server is asked for at most this part of the time: a tenth.
const REST: u32 = 9;

/// Shows what is there until a key or a signal ends it.
///
/// # Errors
/// The terminal cannot be set up or written.
pub async fn run(stored: Stored, asked: Asked, every: Duration, language: Language) -> anyhow::Result<()> {
    let interrupts = Interrupts::listen()?;
    let mut view = View::new(&stored.url().to_string(), language);
    let (ask, asks) = watch::channel(None);
    let (seen, mut looks) = mpsc::channel(1);
    tokio::spawn(look_again_and_again(stored, asked, asks, every, seen));
    let mut terminal = Terminal::open()?;
    let mut keys = terminal::keys();
    let mut clock = tokio::time::interval(Duration::from_secs(1));
    loop {
        terminal.show(&mut view)?;
        tokio::select! {
            Some(look) = looks.recv() => view.take(look),
            Some(key) = keys.recv() => {
                if view.press(key, terminal.height()).is_break() {
                    return Ok(());
                }
                ask.send_if_modified(|open| std::mem::replace(open, view.open()) != view.open());
            }
            _ = clock.tick() => {}
            () = interrupts.at_least(1) => return Ok(()),
        }
    }
}

/// All that a look brings.
type Seen = anyhow::Result<(Look, Option<Opened>)>;

async fn look_again_and_again(
    stored: Stored,
    asked: Asked,
    mut open: watch::Receiver<Option<TraceId>>,
    every: Duration,
    looks: mpsc::Sender<Seen>,
) {
    loop {
        let id = *open.borrow_and_update();
        let began = Instant::now();
        let seen = look(&stored, &asked, id).await;
        let took = began.elapsed();
        if looks.send(seen).await.is_err() {
            return;
        }
        tokio::select! {
            () = sleep(every.max(took * REST)) => {}
            changed = open.changed() => if changed.is_err() { return },
        }
    }
}

async fn look(stored: &Stored, asked: &Asked, id: Option<TraceId>) -> Seen {
    let opened = match id {
        Some(id) => Some(Opened::at(stored, id).await?),
        None => None,
    };
    Ok((Look::at(stored, asked).await?, opened))
}
