//! Standard output: one write a text, colour only on a terminal, and a reader who left is an end, not a failure.

use std::io::{self, IsTerminal as _, Write as _};

use clap::builder::styling::{AnsiColor, Style};
use tokio::sync::watch;

/// Red: what failed.
pub const RED: Style = AnsiColor::Red.on_default();

/// Dim: what explains.
pub const DIM: Style = Style::new().dimmed();

/// Bold: headings.
pub const BOLD: Style = Style::new().bold();

/// Whether to paint.
#[derive(Clone, Copy, Debug)]
pub struct Paint(pub bool);

/// Standard output.
#[derive(Debug)]
pub struct Screen {
    terminal: bool,
    closed: watch::Sender<bool>,
}

/// The colour of the service that appeared as this one: the same in the waterfall and in the log lines.
pub fn service_colour(index: usize) -> Style {
    let colour = match index % 6 {
        0 => AnsiColor::Cyan,
        1 => AnsiColor::Magenta,
        2 => AnsiColor::Green,
        3 => AnsiColor::Yellow,
        4 => AnsiColor::Blue,
        _ => AnsiColor::BrightCyan,
    };
    colour.on_default()
}

impl Screen {
    /// Looks at what standard output is.
    pub fn stdout() -> Self {
        Self {
            terminal: io::stdout().is_terminal(),
            closed: watch::Sender::new(false),
        }
    }

    /// Whether a person reads along.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether to paint: on a terminal that knows colours, unless `NO_COLOR` is set (<https://no-color.org>).
    pub fn paint(&self) -> Paint {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        // An old Windows console prints escape sequences as they are; Windows Terminal and ssh name themselves.
        let knows = !cfg!(windows) || set("WT_SESSION") || set("TERM");
        Paint(self.terminal && knows && !dumb && !set("NO_COLOR"))
    }

    /// Writes the text and a line feed at once, so that lines of several writers never mix.
    pub fn say(&self, text: &str) {
        if *self.closed.borrow() {
            return;
        }
        let mut out = io::stdout().lock();
        let written = out.write_all(format!("{text}\n").as_bytes());
        if written.and_then(|()| out.flush()).is_err() {
            self.closed.send_replace(true);
        }
    }

    /// Resolves when nobody reads any more, as after `hop up | head`.
    pub async fn closed(&self) {
        // It fails only when the sender is gone, and the sender is here.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }
}

impl Paint {
    /// The text in this style, or as it is.
    pub fn style(self, style: Style, text: &str) -> String {
        if self.0 {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// Writes a line about what goes on to standard error, where it is in nobody's pipe.
pub fn note(text: &str) {
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Waits, and says what for when that takes over a second: after 1, 2, 4, 8 … seconds.
pub async fn waiting<T>(what: &str, future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let (mut waited, mut pause) = (0, 1);
    loop {
        match tokio::time::timeout(std::time::Duration::from_secs(pause), future.as_mut()).await {
            Ok(done) => return done,
            Err(_) => {
                waited += pause;
                pause = waited;
                note(&format!("  … waiting for {what} ({waited} s)"));
            }
        }
    }
}
