//! The sentences in Korean. Names of services take no particle that depends on how they end.

use super::sentence::{Apart, CannotTell, DoubtKind, Part, Sentence};
use crate::{
    Language,
    words::{self, grouped, or},
};

const NO_SERVICE: &str = Language::Korean.words().no_service;

/// In words.
pub fn sentence(said: &Sentence) -> String {
    match said {
        Sentence::CannotTell(why) => cannot_tell(*why).into(),
        Sentence::Went {
            time,
            whole,
            most,
            then,
        } => {
            let then = then
                .as_ref()
                .map(|then| format!(" 그다음으로 긴 것은 {}입니다.", spent(then)));
            format!(
                "{} 동안 {}{}",
                part(*time, *whole),
                did(most),
                then.unwrap_or_default()
            )
        }
        Sentence::NPlusOne {
            caller,
            callee,
            count,
            took,
        } => format!(
            "{}에서 {} 호출을 {}번 차례로 했고 모두 {} 걸렸습니다. 호출 하나로 묶을 수 있을지 확인하세요(N+1).",
            name(caller),
            name(callee),
            grouped(count),
            duration(*took)
        ),
        Sentence::Sequential {
            caller,
            callees,
            others,
            took,
        } => {
            let callees: Vec<&str> = callees.iter().map(String::as_str).collect();
            let all = callees.into_iter().chain(others.then_some("그 밖의 서비스"));
            format!(
                "{}에서 {} 호출을 차례로 했고 모두 {} 걸렸습니다. 앞 호출의 응답이 필요하지 않다면 동시에 호출할 수 있습니다.",
                name(caller),
                all.collect::<Vec<_>>().join(", "),
                duration(*took)
            )
        }
        Sentence::Retries {
            callee,
            tries,
            failures,
            timed_out,
        } => {
            let how = if *timed_out { "시간 초과로 " } else { "" };
            let failed = if failures == tries {
                "모두".to_owned()
            } else {
                format!("{failures}번은")
            };
            format!(
                "{} 호출을 {tries}번 시도했고 {failed} {how}실패했습니다.",
                name(callee)
            )
        }
        Sentence::QueueWait { time, whole, queue } => {
            format!(
                "{} 동안 {}에서 대기했습니다.",
                part(*time, *whole),
                or(queue, "큐")
            )
        }
        Sentence::NamedWait {
            time,
            whole,
            service,
            name: work,
        } => format!(
            "{} 동안 {}의 “{work}” 단계에서 대기했습니다.",
            part(*time, *whole),
            name(service)
        ),
        Sentence::PlaceWait {
            waiting,
            calls,
            callee,
            longest,
            places,
        } => format!(
            "{} 호출 {calls}개 중 {waiting}개가 차례를 기다렸습니다(최대 {}). 락이거나, 한 번에 {places}개만 처리하는 풀 또는 큐입니다.",
            name(callee),
            duration(*longest)
        ),
        Sentence::SlowBody {
            caller,
            callee,
            longer,
        } => format!(
            "{}의 응답 본문이 늦게 왔습니다. {}에서 헤더를 받은 뒤 마지막 본문까지 적어도 {} 더 걸렸습니다.",
            name(callee),
            name(caller),
            duration(*longer)
        ),
        Sentence::CacheMiss {
            service,
            callee,
            took,
        } => format!(
            "{}의 캐시에 값이 없었습니다. {} 호출에 {} 걸렸습니다.",
            name(service),
            name(callee),
            duration(*took)
        ),
        Sentence::GaveUp {
            caller,
            callee,
            after,
            went_on,
        } => {
            let went_on = went_on.map(|longer| {
                format!(
                    " {}에서는 그 뒤로도 {} 더 처리했습니다.",
                    name(callee),
                    duration(longer)
                )
            });
            format!(
                "{}에서 {} 호출을 {} 만에 포기했습니다.{}",
                name(caller),
                name(callee),
                duration(*after),
                went_on.unwrap_or_default()
            )
        }
        Sentence::Failed { .. }
        | Sentence::LostContext { .. }
        | Sentence::OwnTrace { .. }
        | Sentence::IdsCut { .. }
        | Sentence::NoServer { .. }
        | Sentence::LostSpans { .. } => broken(said),
        Sentence::Clock(apart) => format!("{}.", clocks(apart)),
        Sentence::Doubt { kind, count } => doubt(*kind, *count),
        Sentence::Clocks { apart, more } => {
            let apart: Vec<String> = apart.iter().map(clocks).collect();
            let more = (*more > 0).then(|| format!(". 그 밖에 {}쌍이 더 있습니다", grouped(more)));
            format!("{}{}", apart.join(". "), more.unwrap_or_default())
        }
        Sentence::Early {
            count,
            by,
            is_one_clock,
        } => {
            let most = if *count > 1 { "최대 " } else { "" };
            let why = match is_one_clock {
                true => "같은 시계의 시각이므로, 부모가 잘못되었거나 시계가 조정되었습니다",
                false => "시계가 서로 다릅니다",
            };
            format!(
                "span {}개가 부모 span보다 {most}{} 먼저 시작했습니다. {why}",
                grouped(count),
                duration(*by)
            )
        }
        Sentence::Spread { across: None, .. } => {
            "시계가 서로 달라, 다른 서비스끼리 시각을 비교할 수 없습니다".into()
        }
        Sentence::Spread {
            across: Some(across),
            whole,
        } => format!(
            "이 시계대로라면 span이 {}에 걸쳐 있지만 실제로는 {} 걸렸습니다. 다른 서비스끼리 시각을 비교할 수 없습니다",
            duration(*across),
            duration(*whole)
        ),
        Sentence::Differs {
            spent,
            name,
            before,
            after,
        } => differs(&position(spent, name), *before, *after),
        Sentence::OtherRoots => "이전과 이후 트레이스의 루트가 서로 다릅니다.".into(),
        Sentence::NothingDiffers => "트레이스들 사이의 편차보다 크게 달라진 위치가 없습니다.".into(),
    }
}

/// A position of a trace, by what its time was spent on.
pub fn position(spent: &Part, of: &str) -> String {
    let of = or(of, Language::Korean.words().no_name);
    match spent {
        Part::Work(service) | Part::WorkOrUnknown(service) => format!("{}의 “{of}” 자체 처리", name(service)),
        Part::Network(caller, callee) => format!("{} → {} 네트워크", name(caller), name(callee)),
        Part::WaitFor(caller, callee) => {
            format!("{}에서 {}의 응답 대기", name(caller), or(callee, "호출한 곳"))
        }
    }
}

fn differs(what: &str, before: Option<u64>, after: Option<u64>) -> String {
    match (before, after) {
        (None, after) => format!(
            "{what}: 이전에는 없었고, 이후에 {} 걸립니다.",
            duration(after.unwrap_or_default())
        ),
        (Some(before), None) => format!("{what}: 이전에 {} 걸렸고, 이후에는 없습니다.", duration(before)),
        (Some(before), Some(after)) => format!(
            "{what}: {} {}(이전 {}, 이후 {}).",
            duration(after.abs_diff(before)),
            if after > before {
                "길어졌습니다"
            } else {
                "짧아졌습니다"
            },
            duration(before),
            duration(after)
        ),
    }
}

/// Failures, and spans that did not arrive.
fn broken(said: &Sentence) -> String {
    match said {
        Sentence::LostContext { service, caller } => format!(
            "{}에서 {}의 컨텍스트가 끊겼습니다. 호출을 받았는데도 span에 부모가 없습니다.",
            name(service),
            name(caller)
        ),
        Sentence::OwnTrace {
            service,
            caller,
            trace_id,
        } => format!(
            "{}에서 {}의 컨텍스트가 끊겼습니다. 호출을 받는 동안 새 트레이스 {trace_id}를 시작했습니다.",
            name(service),
            name(caller)
        ),
        Sentence::IdsCut {
            service,
            caller,
            trace_id,
        } => {
            let rest = trace_id
                .as_ref()
                .map(|id| format!(" 나머지는 트레이스 {id}에 있습니다."));
            format!(
                "{}에서 {}의 128비트 trace id를 64비트로 줄입니다. 그 뒤로는 id가 16자리입니다.{}",
                name(service),
                name(caller),
                rest.unwrap_or_default()
            )
        }
        Sentence::NoServer { service, caller } => format!(
            "{}에서 {}에 응답했는데 그 span이 없습니다. 기록 여부를 다시 정했거나(샘플링), 컨텍스트가 끊겼거나, span이 유실되었거나 아직 전송되지 않았습니다.",
            name(service),
            name(caller)
        ),
        Sentence::LostSpans { count } => {
            let lost = grouped(count);
            format!("span이 적어도 {lost}개 유실되었습니다. 빈 곳 주변의 수치는 실제보다 큽니다.")
        }
        Sentence::Failed { service, remote, why } => {
            let why = if why.is_empty() {
                String::new()
            } else {
                format!(": {why}")
            };
            match remote {
                Some(remote) => format!("{}의 {remote} 호출이 실패했습니다{why}.", name(service)),
                None => format!("{}에서 실패했습니다{why}.", name(service)),
            }
        }
        _ => String::new(),
    }
}

const fn cannot_tell(why: CannotTell) -> &'static str {
    match why {
        CannotTell::NoTimes => "알 수 없습니다. 시각이 있는 span이 없습니다.",
        CannotTell::NotEnded => "알 수 없습니다. 루트 span이 끝나지 않았습니다.",
        CannotTell::NoTime => "알 수 없습니다. 루트 span에 시각이 없습니다.",
    }
}

/// The work that was done in the time.
fn did(part: &Part) -> String {
    match part {
        Part::Network(caller, callee) => {
            format!("{} → {} 네트워크를 오갔습니다.", name(caller), name(callee))
        }
        Part::WaitFor(caller, callee) => format!(
            "{}에서 {}의 응답을 기다렸습니다.",
            name(caller),
            or(callee, "호출한 곳")
        ),
        Part::Work(service) => format!("{}에서 자체 처리를 했습니다.", name(service)),
        Part::WorkOrUnknown(service) => format!(
            "{}에서 자체 처리를 했거나, 시간을 알 수 없는 하위 span을 기다렸습니다.",
            name(service)
        ),
    }
}

/// The same as a noun.
fn spent(part: &Part) -> String {
    match part {
        Part::Network(caller, callee) => format!("{} → {} 네트워크 시간", name(caller), name(callee)),
        Part::WaitFor(caller, callee) => {
            format!(
                "{}에서 {}의 응답을 기다린 시간",
                name(caller),
                or(callee, "호출한 곳")
            )
        }
        Part::Work(service) => format!("{}의 자체 처리 시간", name(service)),
        Part::WorkOrUnknown(service) => format!(
            "{}의 자체 처리 시간 또는 시간을 알 수 없는 하위 span을 기다린 시간",
            name(service)
        ),
    }
}

fn clocks(apart: &Apart) -> String {
    let (caller, callee) = (name(&apart.caller), name(&apart.callee));
    let Some((low, high, is_ahead)) = apart.by else {
        return format!(
            "{caller} → {callee} 호출들의 시각이 서로 어긋납니다. 그 사이에 시계가 조정되었습니다"
        );
    };
    let side = if is_ahead { "빠릅니다" } else { "느립니다" };
    let [low, high] = [low, high].map(duration);
    let by = if low == high { low } else { format!("{low}~{high}") };
    format!("{callee}의 시계가 {caller}의 시계보다 {by} {side}")
}

fn doubt(kind: DoubtKind, count: usize) -> String {
    let count = grouped(count);
    let rest = match kind {
        DoubtKind::MissingParent => {
            "개의 부모가 트레이스에 없습니다. 부모 span이 유실되었거나 다른 곳에 저장되었습니다"
        }
        DoubtKind::SecondRoot => {
            "개가 첫 루트와 별개로 부모 없이 있습니다. 컨텍스트가 끊겼거나, trace id를 다시 썼거나, span이 자기 자신을 부모로 지정했습니다"
        }
        DoubtKind::Cycle => "개가 자신의 하위 span 아래에 있습니다. 그 자리에서 순환을 끊었습니다",
        DoubtKind::DuplicateId => {
            "개의 id가 다른 span과 같습니다. 한쪽 아래에 있는 span이 다른 쪽에 속할 수 있습니다"
        }
        DoubtKind::Unfinished => {
            "개가 끝나지 않았거나, 끝났다는 기록이 유실되었거나, duration이 0으로 보내졌습니다(Zipkin은 0을 값이 없는 것으로 봅니다)"
        }
        DoubtKind::LongerThanParent => "개가 자신을 기다리던 span보다 오래 걸렸습니다",
        DoubtKind::Late => "개가 부모 span이 끝난 뒤에 시작했습니다",
        DoubtKind::NoServer => {
            return format!(
                "응답을 받은 호출 {count}개에 서버 쪽 span이 없습니다. 추적하지 않는 서비스이거나, 기록하지 않았거나, 유실되었습니다"
            );
        }
        DoubtKind::Clock => "개가 부모 span보다 먼저 시작했습니다. {why}",
    };
    format!("span {count}{rest}")
}

fn part(time: u64, whole: u64) -> String {
    format!("{} 중 {}", duration(whole), duration(time))
}

fn duration(micros: u64) -> String {
    words::duration_in(micros, Language::Korean)
}

fn name(service: &str) -> &str {
    or(service, NO_SERVICE)
}
