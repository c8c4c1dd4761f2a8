//! The limit of open files: each connection is one.

use std::fs;

/// As many as the system says (`ulimit -n`). Only Linux says it without a system call of its own; elsewhere it is what
/// macOS allows by default.
pub fn may_be_open() -> usize {
    const MACOS_DEFAULT: usize = 256;
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    soft_limit(&limits).unwrap_or(MACOS_DEFAULT)
}

fn soft_limit(limits: &str) -> Option<usize> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(usize::MAX),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_read_as_linux_writes_it() {
        let limits = |soft: &str| {
            format!(
                "Limit                     Soft Limit           Hard Limit           Units\n\
                 Max processes             95500                95500                processes\n\
                 Max open files            {soft}                 1048576              files\n"
            )
        };
        for (soft, files) in [("64", Some(64)), ("unlimited", Some(usize::MAX)), ("?", None)] {
            assert_eq!(soft_limit(&limits(soft)), files, "{soft}");
        }
        assert_eq!(soft_limit(""), None);
    }
}
