//! The live view: looks and keys in, rows of text out.

use std::time::Duration;

use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep},
};
use zipkin::Language;

use super::look::{Asked, Look};
use crate::{interrupts::Interrupts, stored::Stored};

/// Rows, keys and what they do.
mod view;

/// One row of a list.
mod row;

/// Words, in English and Korean.
mod words;

/// The terminal itself.
mod terminal;

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
    let (ask, asks) = watch::channel(asked);
    let (seen, mut looks) = mpsc::channel(1);
    tokio::spawn(look_again_and_again(stored, asks, every, seen));
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
                ask.send_if_modified(|asked| {
                    let is_new = asked.open != view.open();
                    asked.open = view.open();
                    is_new
                });
            }
            _ = clock.tick() => {}
            () = interrupts.at_least(1) => return Ok(()),
        }
    }
}

async fn look_again_and_again(
    stored: Stored,
    mut asks: watch::Receiver<Asked>,
    every: Duration,
    looks: mpsc::Sender<anyhow::Result<Look>>,
) {
    loop {
        let asked = asks.borrow_and_update().clone();
        let began = Instant::now();
        let look = Look::at(&stored, &asked).await;
        let took = began.elapsed();
        if looks.send(look).await.is_err() {
            return;
        }
        tokio::select! {
            () = sleep(every.max(took * REST)) => {}
            changed = asks.changed() => if changed.is_err() { return },
        }
    }
}
