//! Variables of log lines.

use probe::Said;

use super::environment::{Variables, value};
use crate::finding::Verdict;

/// Requests have lines.
pub fn log_level(variables: &Variables) -> Option<(Verdict, Said)> {
    let filter = value(variables, "RUST_LOG")?;
    let bare = filter.split(',').find(|directive| !directive.contains('='))?;
    let is_quiet = ["off", "error", "warn"].contains(&bare.trim().to_lowercase().as_str());
    is_quiet.then(|| {
        (
            Verdict::Warning,
            Said::new(
                format!("RUST_LOG={filter} leaves out the lines of each request; spans stay"),
                format!("RUST_LOG={filter}: 요청의 로그가 나오지 않습니다. span은 남습니다"),
            ),
        )
    })
}

/// The format of lines exists.
pub fn log_format(variables: &Variables) -> Option<(Verdict, Said)> {
    let format = value(variables, "LOG_FORMAT")?;
    let is_known = ["text", "logback", "gcp", "ecs"].contains(&format);
    (!is_known).then(|| {
        (
            Verdict::Bad,
            Said::new(
                format!("LOG_FORMAT={format} is none of text, logback, gcp, ecs"),
                format!("LOG_FORMAT={format}: 쓸 수 있는 것은 text, logback, gcp, ecs입니다"),
            ),
        )
    })
}
