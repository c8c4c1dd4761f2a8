//! Why a mystery does not begin, or ends early, in the reader's language.

use zipkin::Language::{self, English, Korean};

use crate::part::Service;

/// A reason.
#[derive(Clone, Copy, Debug)]
pub enum Refused<'a> {
    /// Traces are asked for at this address, and no service runs.
    NoServices(&'a str),
    /// Faults are on in this service already.
    FaultsOn(Service),
    /// Only so many services run.
    SomeServices(usize),
    /// The traffic has left no trace.
    NoTrace,
    /// Ctrl-C, before a fault was on.
    Interrupted,
    /// Ctrl-C, after it.
    GivenUp,
}

impl Refused<'_> {
    /// The reason as a sentence without a full stop.
    pub fn text(self, language: Language) -> String {
        match (self, language) {
            (Self::NoServices(url), English) => {
                format!("no services run that take faults; start them with `hop up --zipkin-url {url}`")
            }
            (Self::NoServices(url), Korean) => {
                format!("고장을 켤 서비스가 떠 있지 않습니다. `hop up --zipkin-url {url}`로 띄우세요")
            }
            (Self::FaultsOn(service), English) => format!(
                "faults are on in {service} already: a mystery that is under way, or what `hop fault set` left; `hop fault clear` takes them off"
            ),
            (Self::FaultsOn(service), Korean) => format!(
                "{service}에 이미 고장이 켜져 있습니다. 다른 미스터리가 진행 중이거나 `hop fault set`으로 켠 것이 남아 있습니다. `hop fault clear`로 끌 수 있습니다"
            ),
            (Self::SomeServices(there), English) => {
                format!("{there} of 3 services take faults; `hop up` starts all")
            }
            (Self::SomeServices(there), Korean) => {
                format!("서비스 셋 가운데 {there}개만 떠 있습니다. `hop up`으로 모두 띄우세요")
            }
            (Self::NoTrace, English) => {
                "no trace of the traffic has arrived: `hop doctor` says why".to_owned()
            }
            (Self::NoTrace, Korean) => {
                "요청의 트레이스가 하나도 도착하지 않았습니다. 이유는 `hop doctor`로 알 수 있습니다"
                    .to_owned()
            }
            (Self::Interrupted, English) => "interrupted".to_owned(),
            (Self::Interrupted, Korean) => "중단했습니다".to_owned(),
            (Self::GivenUp, English) => "interrupted; the faults are taken off".to_owned(),
            (Self::GivenUp, Korean) => "중단했습니다. 고장은 모두 껐습니다".to_owned(),
        }
    }
}
