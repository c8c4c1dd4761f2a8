//! One side of a comparison: ids of traces, or a window of time.

use std::{str::FromStr, time::SystemTime};

use crate::{
    compare::window::{SEPARATOR, Window},
    trace::{Digits, parse_id},
};

/// The traces that are asked for.
#[derive(Clone, Debug)]
pub enum Side {
    /// Those with these ids.
    Ids(Vec<Digits>),
    /// Those that began in this time.
    Window(Window),
}

impl FromStr for Side {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(SEPARATOR) {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            let now_ms = now.map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or_default());
            return Window::parse(text, now_ms).map(Self::Window);
        }
        let ids: Result<Vec<Digits>, String> = text.split(',').map(parse_id).collect();
        ids.map(Self::Ids)
            .map_err(|error| format!("{error}; or a window of time, such as 30m..15m"))
    }
}
