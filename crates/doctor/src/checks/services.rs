//! The three services, and the faults that are on in them.

use std::time::Duration;

use ask::{
    request::{self, Place, SHORT},
    server,
};
use faults::control::{PATH, Report};
use http::HeaderMap;
use probe::{Evidence, Said};
use tokio::time::timeout;

use crate::finding::Finding;

const LIMIT: Duration = Duration::from_secs(2);

/// Whether each answered at all.
pub fn health(evidence: &Evidence) -> Option<Finding> {
    let silent = evidence.hops.iter().filter_map(|hop| {
        let is_silent = hop.knocks.iter().all(|knock| knock.ending.is_err());
        let reason = hop.knocks.iter().find_map(|knock| knock.ending.as_ref().err())?;
        is_silent.then(|| format!("{} ({}): {reason}", hop.name, hop.url))
    });
    let silent: Vec<String> = silent.collect();
    match silent.len() {
        0 => Finding::good("health", ""),
        3 => Finding::bad(
            "health",
            Said::new(
                format!(
                    "none of them answers: `hop up` starts everything. {}",
                    silent.join("; ")
                ),
                format!(
                    "세 서비스 모두 응답하지 않습니다. `hop up`이 모두 띄웁니다. {}",
                    silent.join("; ")
                ),
            ),
        ),
        _ => Finding::bad("health", silent.join("; ")),
    }
}

/// Which faults are on.
pub async fn faults(ports: [u16; 3]) -> Option<Finding> {
    let (mut on, mut answered, mut is_mystery) = (Vec::new(), 0, false);
    for port in ports {
        if let Some(report) = report(port).await {
            answered += 1;
            is_mystery |= report.mystery;
            on.extend(
                report
                    .faults
                    .iter()
                    .map(|listed| format!("{}: {}", report.service, listed.fault)),
            );
        }
    }
    if is_mystery {
        let text = Said::new(
            "a mystery is on: find out its faults, or `hop fault clear` takes them off",
            "미스터리가 진행 중입니다. 고장을 찾아내거나 `hop fault clear`로 끕니다",
        );
        return Finding::warning("faults", text);
    }
    match (answered, on.is_empty()) {
        (0, _) => Finding::skipped(
            "faults",
            Said::new(
                "no service takes faults at its port here",
                "여기 포트에서 고장 설정을 받는 서비스가 없습니다",
            ),
        ),
        (_, true) => Finding::good("faults", ""),
        (_, false) => Finding::warning(
            "faults",
            Said::new(
                format!("{}. `hop fault clear` takes all off", on.join("; ")),
                format!("{}. `hop fault clear`로 모두 끕니다", on.join("; ")),
            ),
        ),
    }
}

async fn report(port: u16) -> Option<Report> {
    let place = Place::on(&server::local(port).ok()?, PATH).ok()?;
    let client = request::client().ok()?;
    let answer = timeout(LIMIT, request::get(&client, &place, HeaderMap::new(), SHORT)).await;
    serde_json::from_slice(&answer.ok()?.ok()?.body).ok()
}
