//! CPU time and load, as Linux tells them in `/proc`. Elsewhere they are zero, and not known.

use std::{fs, thread, time::Duration};

/// One tick of `/proc/PID/stat`, wherever Linux runs.
const TICK: Duration = Duration::from_millis(10);

/// Cores, system and load.
pub fn described() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{cores} cores, {system} {processor}. {}", load())
}

/// The load now.
pub fn load() -> String {
    match fs::read_to_string("/proc/loadavg") {
        Ok(text) => {
            let three: Vec<&str> = text.split_whitespace().take(3).collect();
            format!("Load of the last 1, 5 and 15 minutes: {}.", three.join(", "))
        }
        Err(_) => "The load is not known here.".to_owned(),
    }
}

/// CPU time of all processes that this one has started, and that have ended, with theirs.
pub fn children_cpu() -> Duration {
    cpu("self", 15..17)
}

/// CPU time of a process, and of those that it has started and that have ended, with theirs.
pub fn tree_cpu(process: u32) -> Duration {
    cpu(&process.to_string(), 13..17)
}

fn cpu(process: &str, fields: std::ops::Range<usize>) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    TICK * ticks(&stat, fields)
}

/// The sum of some fields, counted from zero. The second is a name in brackets, which may have blanks.
fn ticks(stat: &str, fields: std::ops::Range<usize>) -> u32 {
    let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let numbers = rest.split_whitespace().skip(fields.start - 2).take(fields.len());
    numbers.filter_map(|number| number.parse::<u32>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_read_behind_a_name_with_blanks() {
        // proc_pid_stat(5): utime, stime, cutime and cstime are fields 14 to 17, counted from one.
        let stat = "7 (a ) b) S 1 7 7 0 -1 0 1 2 3 4 100 20 3000 400 20 0 1 0";
        assert_eq!(ticks(stat, 13..17), 3520);
        assert_eq!(ticks(stat, 15..17), 3400);
        assert_eq!(ticks("", 15..17), 0);
    }
}
