//! Times to places on the axis.

use crate::pages::reader::Reader;

/// Width of the bars' coordinate system.
pub const WIDTH: f64 = 1000.0;

/// The narrowest bar that is seen on a telephone.
const NARROWEST: f64 = 4.0;

/// The time that the axis shows, in microseconds since the start of the trace.
#[derive(Clone, Copy)]
pub struct Scale {
    from: u64,
    to: u64,
}

impl Scale {
    /// Of a time from its start to its end.
    pub fn of((from, to): (u64, u64)) -> Self {
        Self { from, to }
    }

    /// Where something is that ran at this time: its left end and its width; nothing where it is not in sight.
    pub fn place(self, start: u64, duration: u64) -> Option<(f64, f64)> {
        let end = start.saturating_add(duration);
        (self.from < self.to && start <= self.to && end >= self.from).then_some(())?;
        let per_micro = WIDTH / (self.to - self.from) as f64;
        let left = start.max(self.from) - self.from;
        let width = end.min(self.to).saturating_sub(start.max(self.from));
        let width = (width as f64 * per_micro).clamp(NARROWEST, WIDTH);
        Some(((left as f64 * per_micro).min(WIDTH - width), width))
    }

    /// Without times there is no axis.
    pub fn ticks(self, reader: &Reader) -> String {
        if self.from >= self.to {
            return String::new();
        }
        let width = (self.to - self.from) as f64;
        [0.0, 0.25, 0.5, 0.75, 1.0]
            .map(|part| reader.duration(self.from + (width * part) as u64))
            .map(|tick| format!("<span>{tick}</span>"))
            .concat()
    }
}
