//! Ctrl-C, SIGTERM and a closed terminal, counted: the first asks for an end, the next for one at once.

use std::io;

use tokio::sync::watch;

/// Counts from [`Interrupts::listen`] on, so that none is missed while nobody waits.
#[derive(Clone, Debug)]
pub struct Interrupts(watch::Receiver<u32>);

impl Interrupts {
    /// Takes over what would have ended the process.
    pub fn listen() -> io::Result<Self> {
        let (count, interrupts) = watch::channel(0);
        let mut signals = Signals::new()?;
        tokio::spawn(async move {
            loop {
                signals.next().await;
                count.send_modify(|count| *count += 1);
            }
        });
        Ok(Self(interrupts))
    }

    /// Interrupts so far.
    pub fn count(&self) -> u32 {
        *self.0.borrow()
    }

    /// Resolves when there were this many.
    pub async fn at_least(&self, number: u32) {
        // It fails only when the counting task is gone, and that ends with the runtime.
        let _ = self.0.clone().wait_for(|count| *count >= number).await;
    }
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        let [interrupt, terminate, hangup] = kinds.map(signal);
        Ok(Self([interrupt?, terminate?, hangup?]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC, tokio::signal::windows::CtrlBreak);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        Ok(Self(ctrl_c()?, ctrl_break()?))
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}
