//! A limit of pace: so many at once, and so many a second after that.

use std::time::Instant;

/// Room for messages that fills with time.
#[derive(Clone, Debug)]
pub struct Pace {
    at_once: f64,
    a_second: f64,
    room: f64,
    at: Instant,
}

impl Pace {
    /// Full room.
    pub fn new(at_once: u32, a_second: f64, now: Instant) -> Self {
        let at_once = f64::from(at_once);
        Self {
            at_once,
            a_second,
            room: at_once,
            at: now,
        }
    }

    /// Whether one more may come now.
    pub fn allows(&mut self, now: Instant) -> bool {
        let filled = now.saturating_duration_since(self.at).as_secs_f64() * self.a_second;
        self.room = (self.room + filled).min(self.at_once);
        self.at = now;
        let allowed = self.room >= 1.0;
        if allowed {
            self.room -= 1.0;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn room_is_used_up_and_fills_with_time() {
        let start = Instant::now();
        let mut pace = Pace::new(2, 1.0, start);
        let allowed = [0, 0, 0, 1, 1, 9, 9, 9].map(|second| pace.allows(start + Duration::from_secs(second)));
        assert_eq!(allowed, [true, true, false, true, false, true, true, false]);
    }
}
