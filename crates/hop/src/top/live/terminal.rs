//! The terminal: its other screen, keys one by one, and as it was at the end.

use std::io::{self, Stdout, Write as _};

use crossterm::{
    cursor::{Hide, MoveTo, Show},
    event::{self, Event, KeyEvent, KeyEventKind},
    execute, queue,
    style::Print,
    terminal::{
        BeginSynchronizedUpdate, Clear, ClearType, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate,
        EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
    },
};
use tokio::sync::mpsc;

use super::view::View;
use crate::screen::{Paint, Screen};

/// A terminal that says no size.
const USUAL: (u16, u16) = (80, 24);

/// The terminal while it shows the view. Dropped, it is as it was.
pub struct Terminal {
    out: Stdout,
    paint: Paint,
    /// Rows as they stand there.
    shown: Vec<String>,
    size: (u16, u16),
}

impl Terminal {
    pub fn open() -> io::Result<Self> {
        let terminal = Self {
            out: io::stdout(),
            paint: Screen::stdout().paint(),
            shown: Vec::new(),
            size: (0, 0),
        };
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, DisableLineWrap, Hide)?;
        Ok(terminal)
    }

    /// Rows that fit.
    pub fn height(&self) -> usize {
        self.size.1.into()
    }

    /// Writes the rows that are others than before.
    pub fn show(&mut self, view: &mut View) -> io::Result<()> {
        let said = size().ok().filter(|(columns, rows)| *columns > 0 && *rows > 0);
        let size = said.unwrap_or(USUAL);
        if size != self.size {
            self.size = size;
            self.shown.clear();
            queue!(self.out, Clear(ClearType::All))?;
        }
        let rows = view.rows(size.0.into(), size.1.into(), self.paint);
        queue!(self.out, BeginSynchronizedUpdate)?;
        for (at, row) in (0_u16..).zip(&rows) {
            if self.shown.get(usize::from(at)) != Some(row) {
                queue!(
                    self.out,
                    MoveTo(0, at),
                    Print(row),
                    Clear(ClearType::UntilNewLine)
                )?;
            }
        }
        queue!(self.out, EndSynchronizedUpdate)?;
        self.shown = rows;
        self.out.flush()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _ = execute!(self.out, Show, EnableLineWrap, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

/// Keys as they are pressed, and nothing for a change of size: the next row that is shown asks for it.
pub fn keys() -> mpsc::Receiver<Option<KeyEvent>> {
    let (pressed, keys) = mpsc::channel(64);
    // Reading blocks. The thread ends with the process, or where the terminal is gone.
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            let key = match event {
                Event::Key(key) if key.kind != KeyEventKind::Release => Some(key),
                Event::Resize(..) => None,
                _ => continue,
            };
            if pressed.blocking_send(key).is_err() {
                return;
            }
        }
    });
    keys
}
