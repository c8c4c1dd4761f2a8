//! Standard output: each text whole, colour only on a terminal, and a reader who left is an end, not a failure.

use std::{
    io::{self, IsTerminal as _},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use clap::builder::styling::{AnsiColor, Style};
use zipkin::Language;

/// Red: what failed.
pub const RED: Style = AnsiColor::Red.on_default();

/// Dim: what explains.
pub const DIM: Style = Style::new().dimmed();

/// Bold: headings.
pub const BOLD: Style = Style::new().bold();

/// Whether to paint.
#[derive(Clone, Copy, Debug)]
pub struct Paint(pub bool);

/// The pause between two looks whether anybody still reads.
const LOOK: Duration = Duration::from_millis(50);

/// Standard output.
#[derive(Debug)]
pub struct Screen {
    terminal: bool,
    waits: bool,
}

/// A terminal has 80 columns unless someone made it larger, and so does a page of a book.
const WIDTH: usize = 80;

/// In less, a table has no room for its figures.
const MIN_WIDTH: usize = 72;

/// In more, the eye loses the line.
const MAX_WIDTH: usize = 200;

/// The columns of the terminal, from `stty`: to ask the system itself takes unsafe code.
fn columns_of_terminal() -> Option<String> {
    let terminal = std::fs::File::open("/dev/tty").ok()?;
    let asked = std::process::Command::new("stty")
        .arg("size")
        .stdin(terminal)
        .output();
    let size = String::from_utf8(asked.ok()?.stdout).ok()?;
    size.split_whitespace().nth(1).map(str::to_owned)
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
    /// For a command that has an answer to give: it waits for a pager to take all of it.
    pub fn stdout() -> Self {
        Self {
            terminal: io::stdout().is_terminal(),
            waits: true,
        }
    }

    /// For a command that goes on: a reader that stands still misses lines, which are counted, and holds nothing up.
    pub fn passing() -> Self {
        Self {
            waits: false,
            ..Self::stdout()
        }
    }

    /// Whether a person reads along.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Columns of a line: those of `COLUMNS`, else of the terminal, else 80.
    pub fn width(&self) -> usize {
        let named = std::env::var("COLUMNS").ok();
        let own = named.or_else(|| {
            if self.terminal {
                columns_of_terminal()
            } else {
                None
            }
        });
        let columns = own.and_then(|columns| columns.trim().parse().ok());
        columns.unwrap_or(WIDTH).clamp(MIN_WIDTH, MAX_WIDTH)
    }

    /// Whether to paint.
    pub fn paint(&self) -> Paint {
        Paint(output::paints(&io::stdout()))
    }

    /// Writes the text and a line feed as one, so that lines of several writers never mix.
    pub fn say(&self, text: &str) {
        if self.waits {
            output::stdout().say_patiently(text);
        } else {
            output::stdout().say(text);
        }
    }

    /// Resolves when nobody reads any more, as after `hop up | head`.
    pub async fn closed(&self) {
        while output::stdout().failure().is_none() {
            tokio::time::sleep(LOOK).await;
        }
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
    output::stderr().say(text);
}

/// The thing that is waited for, in words of a language, which may change meanwhile.
#[derive(Debug)]
pub struct Awaited {
    language: Language,
    what: Mutex<String>,
}

impl Awaited {
    /// At first this.
    pub fn new(language: Language, what: &str) -> Self {
        let what = Mutex::new(what.to_owned());
        Self { language, what }
    }

    /// A whole trace.
    pub fn whole_trace(language: Language) -> Self {
        Self::new(language, whole_trace(language))
    }

    /// From now on a whole trace, of which this is missing.
    pub fn lacks(&self, missing: &str) {
        let whole = whole_trace(self.language);
        let what = match self.language {
            Language::English => format!("{whole}: {missing}"),
            Language::Korean => format!("{whole}({missing})"),
        };
        *self.what.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }

    /// The line that says so.
    fn text(&self, waited: u64) -> String {
        let what = self.what.lock().unwrap_or_else(PoisonError::into_inner);
        match self.language {
            Language::English => format!("  … waiting for {what} ({waited} s)"),
            Language::Korean => format!("  … 기다리는 중({waited}초): {what}"),
        }
    }
}

const fn whole_trace(language: Language) -> &'static str {
    match language {
        Language::English => "the whole trace",
        Language::Korean => "트레이스 전체",
    }
}

/// Waits, and says what for when that takes over a second: after 1, 2, 4, 8 … seconds.
pub async fn waiting<T>(what: &str, future: impl Future<Output = T>) -> T {
    waiting_for(&Awaited::new(Language::English, what), future).await
}

/// The same in a language.
pub async fn waiting_in<T>(
    language: Language,
    english: &str,
    korean: &str,
    future: impl Future<Output = T>,
) -> T {
    let what = match language {
        Language::English => english,
        Language::Korean => korean,
    };
    waiting_for(&Awaited::new(language, what), future).await
}

/// The same for what may change meanwhile.
pub async fn waiting_for<T>(what: &Awaited, future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let (mut waited, mut pause) = (0, 1);
    loop {
        match tokio::time::timeout(std::time::Duration::from_secs(pause), future.as_mut()).await {
            Ok(done) => return done,
            Err(_) => {
                waited += pause;
                pause = waited;
                note(&what.text(waited));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_said_in_the_language() {
        for (language, expected) in [
            (Language::English, "  … waiting for the whole trace: b (3 s)"),
            (Language::Korean, "  … 기다리는 중(3초): 트레이스 전체(b)"),
        ] {
            let awaited = Awaited::whole_trace(language);
            awaited.lacks("b");
            assert_eq!(awaited.text(3), expected);
        }
    }
}
