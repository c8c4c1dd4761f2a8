//! The time and memory of a process, as Linux tells them in `/proc`. Elsewhere there is nothing to read, and the answer is none.

use std::fs;
use std::ops::Add;
use std::path::Path;

/// CPU time and memory of some processes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Nanoseconds of CPU, in the program and in the kernel, of all threads.
    pub cpu_ns: u64,
    /// The share of the thread called `exporter`.
    pub exporter_ns: u64,
    /// Resident memory in KiB.
    pub resident_kib: u64,
}

impl Usage {
    /// The usage of one process. `schedstat` counts nanoseconds, where `stat` has ticks of 10 ms.
    pub fn of(process: u32) -> Option<Self> {
        let process = Path::new("/proc").join(process.to_string());
        let mut usage = Self {
            resident_kib: resident_kib(&fs::read_to_string(process.join("status")).ok()?)?,
            ..Self::default()
        };
        for thread in fs::read_dir(process.join("task")).ok()?.flatten() {
            let read = |name| fs::read_to_string(thread.path().join(name));
            // A thread may have ended since the folder was listed.
            let (Ok(times), Ok(name)) = (read("schedstat"), read("comm")) else {
                continue;
            };
            let cpu_ns: u64 = times.split_whitespace().next()?.parse().ok()?;
            usage.cpu_ns += cpu_ns;
            if name.trim() == "exporter" {
                usage.exporter_ns += cpu_ns;
            }
        }
        Some(usage)
    }
}

impl Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            cpu_ns: self.cpu_ns + other.cpu_ns,
            exporter_ns: self.exporter_ns + other.exporter_ns,
            resident_kib: self.resident_kib + other.resident_kib,
        }
    }
}

fn resident_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_in_kib() {
        let status = "Name:\tbench\nVmPeak:\t   90000 kB\nVmRSS:\t   12345 kB\n";
        assert_eq!(resident_kib(status), Some(12_345));
        assert_eq!(resident_kib("Name:\tbench\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_used_something() {
        let usage = Usage::of(std::process::id()).unwrap();
        assert!(usage.resident_kib > 0);
        assert_eq!(usage.exporter_ns, 0);
    }
}
