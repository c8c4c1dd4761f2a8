//! The services' log lines, each behind the name of its service. The first report comes before them.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use collector::Collector;

use crate::{
    draw::text::{clean, pad},
    screen::{Screen, service_colour},
    up::short,
};

/// Lines of a service that are kept to say why it ended.
const TAIL: usize = 8;

/// Lines that wait for the first report. There are a dozen, unless a service is in trouble.
const HELD: usize = 1_000;

/// Takes lines from the services' readers and prints them.
#[derive(Debug)]
pub struct Lines {
    screen: Arc<Screen>,
    short: bool,
    /// The services' names in traces.
    names: [String; 3],
    state: Mutex<State>,
    /// Keeps them, too, for its pages.
    collector: OnceLock<Collector>,
}

#[derive(Debug)]
struct State {
    /// The lines that wait; nothing once they are released.
    held: Option<VecDeque<String>>,
    tails: HashMap<&'static str, VecDeque<String>>,
}

impl Lines {
    /// Holds all lines until [`Lines::release`]. With `short`, they come as logback JSON and are shown in short.
    pub fn hold(screen: Arc<Screen>, short: bool, names: [String; 3]) -> Self {
        let state = State {
            held: Some(VecDeque::new()),
            tails: HashMap::new(),
        };
        Self {
            screen,
            short,
            names,
            state: Mutex::new(state),
            collector: OnceLock::new(),
        }
    }

    /// From here on this collector keeps them, too. The first one stays.
    pub fn keep_in(&self, collector: &Collector) {
        self.collector.get_or_init(|| collector.clone());
    }

    /// Prints what was held, and from here on each line as it comes.
    pub fn release(&self) {
        let mut state = self.state();
        for line in state.held.take().unwrap_or_default() {
            self.screen.say(&line);
        }
    }

    /// Whether they wait for the first report.
    pub fn are_held(&self) -> bool {
        self.state().held.is_some()
    }

    /// A line of the service at this index of the chain.
    pub fn take(&self, index: usize, service: &'static str, line: &str) {
        if let Some(collector) = self.collector.get() {
            collector.log(self.names.get(index).map(String::as_str), line);
        }
        let shown = self.prefixed(index, service, line);
        let mut state = self.state();
        push(state.tails.entry(service).or_default(), TAIL, clean(line));
        match &mut state.held {
            Some(held) => push(held, HELD, shown),
            None => self.screen.say(&shown),
        }
    }

    /// The service's last lines, indented, as the end of a sentence about it.
    pub fn last_of(&self, service: &str) -> String {
        match self.state().tails.get(service) {
            Some(tail) => format!(
                "last lines of {service}:\n  {}",
                Vec::from(tail.clone()).join("\n  ")
            ),
            None => format!("{service} wrote nothing"),
        }
    }

    fn prefixed(&self, index: usize, service: &str, line: &str) -> String {
        let paint = self.screen.paint();
        let name = paint.style(service_colour(index), &pad(service, "inventory".len()));
        if self.short {
            format!("{name} {}", short::line(line, paint))
        } else {
            format!("{name} | {line}")
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn push(lines: &mut VecDeque<String>, most: usize, line: String) {
    if lines.len() == most {
        lines.pop_front();
    }
    lines.push_back(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_of_a_service_are_kept_apart() {
        let lines = Lines::hold(Arc::new(Screen::passing()), false, Default::default());
        for number in 0..=TAIL {
            lines.take(0, "gateway", &format!("line {number}"));
        }
        lines.take(1, "orders", "8082 is \u{7}taken");
        assert_eq!(
            lines.last_of("orders"),
            "last lines of orders:\n  8082 is \\u{7}taken"
        );
        assert!(
            lines
                .last_of("gateway")
                .starts_with("last lines of gateway:\n  line 1\n")
        );
        assert_eq!(lines.last_of("inventory"), "inventory wrote nothing");
    }
}
