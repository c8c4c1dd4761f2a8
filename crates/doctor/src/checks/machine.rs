//! The machine: memory, disk, files, loopback, clock, proxy.

use std::{
    collections::BTreeMap,
    fs,
    net::{Ipv4Addr, TcpListener},
    time::{Duration, SystemTime},
};

use probe::Said;

use crate::{
    finding::Finding,
    program::{self, Answer},
};

const MEMORY_KB: u64 = 300 * 1_024;
const DISK_KB: u64 = 1_024 * 1_024;
const FILES: u64 = 1_024;

/// All of them. `variables`: of this shell.
pub async fn check(variables: &BTreeMap<String, String>) -> Vec<Option<Finding>> {
    vec![
        memory(),
        disk().await,
        files(),
        loopback(),
        year(),
        proxy(variables),
    ]
}

/// A file that the kernel of Linux writes; elsewhere there is none, or it is somebody's own.
fn of_linux(path: &str) -> String {
    if !cfg!(target_os = "linux") {
        return String::new();
    }
    fs::read_to_string(path).unwrap_or_default()
}

fn not_said() -> Said {
    Said::new("this system does not say", "이 시스템은 알려 주지 않습니다")
}

fn memory() -> Option<Finding> {
    let text = of_linux("/proc/meminfo");
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let free = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    match free {
        None => Finding::skipped("memory", not_said()),
        Some(free) if free < MEMORY_KB => Finding::warning(
            "memory",
            Said::new(
                format!("{} MB are free: hop up needs some 100", free / 1_024),
                format!("{} MB 남음. hop up은 100 MB쯤 씁니다", free / 1_024),
            ),
        ),
        Some(free) => Finding::good("memory", left(format!("{} MB", free / 1_024))),
    }
}

fn left(free: String) -> Said {
    Said::new(format!("{free} are free"), format!("{free} 남음"))
}

async fn disk() -> Option<Finding> {
    let arguments = ["-c", "df -Pk . | tail -n 1"];
    let Answer::Said(line) = program::ask("sh", &arguments).await else {
        return Finding::skipped("disk", not_said());
    };
    let free = line
        .split_whitespace()
        .nth(3)
        .and_then(|free| free.parse::<u64>().ok());
    match free {
        None => Finding::skipped("disk", not_said()),
        Some(free) if free < DISK_KB => Finding::warning(
            "disk",
            Said::new(
                format!(
                    "{} MB are free: a build needs 1 GB, DATA_DIR what it is told",
                    free / 1_024
                ),
                format!(
                    "{} MB 남음. 빌드에는 1 GB, DATA_DIR에는 정해 준 만큼 필요합니다",
                    free / 1_024
                ),
            ),
        ),
        Some(free) => Finding::good("disk", left(format!("{} GB", free / 1_024 / 1_024))),
    }
}

fn files() -> Option<Finding> {
    let text = of_linux("/proc/self/limits");
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"));
    match line.and_then(|line| line.split_whitespace().next()) {
        None => Finding::skipped("open-files", not_said()),
        Some("unlimited") => Finding::good("open-files", Said::new("as many as it likes", "제한 없음")),
        Some(most) if most.parse::<u64>().is_ok_and(|most| most < FILES) => Finding::warning(
            "open-files",
            Said::new(
                format!("{most}: raise it with `ulimit -n 4096`"),
                format!("{most}개. `ulimit -n 4096`으로 올립니다"),
            ),
        ),
        Some(most) => Finding::good("open-files", most),
    }
}

fn loopback() -> Option<Finding> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, 0)) {
        Ok(_) => Finding::good("loopback", "127.0.0.1"),
        Err(error) => Finding::bad(
            "loopback",
            Said::new(
                format!("127.0.0.1 cannot be listened at: {error}"),
                format!("127.0.0.1에서 수신할 수 없음: {error}"),
            ),
        ),
    }
}

/// Microseconds of the first of January 2025.
const YEAR_2025: Duration = Duration::from_secs(1_735_689_600);

fn year() -> Option<Finding> {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    if since < YEAR_2025 {
        return Finding::bad(
            "clock-year",
            Said::new(
                "the clock is before 2025: set it, or run NTP",
                "시계가 2025년 이전입니다. 시계를 맞추거나 NTP를 켭니다",
            ),
        );
    }
    Finding::good("clock-year", "")
}

fn proxy(variables: &BTreeMap<String, String>) -> Option<Finding> {
    let of = |name: &str| {
        let upper = name.to_uppercase();
        variables.get(name).or_else(|| variables.get(&upper))
    };
    let spared = of("no_proxy").map_or("", String::as_str);
    let is_spared = |host: &str| {
        spared
            .split(',')
            .any(|one| one.trim() == host || one.trim() == "*")
    };
    match of("http_proxy") {
        None => Finding::good("proxy", ""),
        Some(_) if is_spared("127.0.0.1") && is_spared("localhost") => Finding::good(
            "proxy",
            Said::new("NO_PROXY spares 127.0.0.1", "NO_PROXY가 127.0.0.1을 제외합니다"),
        ),
        Some(_) => Finding::warning(
            "proxy",
            Said::new(
                "HTTP_PROXY is set, and NO_PROXY does not name 127.0.0.1 and localhost: hop does not care, but curl asks the proxy for your services",
                "HTTP_PROXY가 있는데 NO_PROXY에 127.0.0.1과 localhost가 없습니다. hop은 무시하지만 curl은 서비스를 프록시에 요청합니다",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn a_proxy_is_told_where_it_stands_before_loopback() {
        for (variables, verdict) in [
            (&[][..], Verdict::Good),
            (&[("HTTP_PROXY", "http://proxy:3128")], Verdict::Warning),
            (
                &[
                    ("http_proxy", "http://proxy:3128"),
                    ("no_proxy", "localhost, 127.0.0.1"),
                ],
                Verdict::Good,
            ),
            (
                &[("HTTP_PROXY", "x"), ("NO_PROXY", "localhost")],
                Verdict::Warning,
            ),
        ] {
            let variables = variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            assert_eq!(
                proxy(&variables.clone().collect()).unwrap().verdict,
                verdict,
                "{:?}",
                variables.collect::<Vec<_>>()
            );
        }
    }
}
