//! The words of each language in one table.

use crate::Language;

/// The words for what is missing, and for the columns of tables.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Words {
    /// In place of a service that a span does not name.
    pub no_service: &'static str,
    /// In place of a name that a span does not have.
    pub no_name: &'static str,
    /// The caller of a span that has no parent id and names no other side.
    pub outside: &'static str,
    /// A side of a call that left no span, nor a name in another's.
    pub not_reported: &'static str,
    /// In place of the duration of a span that started and has none.
    pub not_ended: &'static str,
    /// In place of the duration of what has neither start nor duration.
    pub no_time: &'static str,
    /// Whose share of a wait is in no span.
    pub several_servers: &'static str,
    /// The client gave up, and the server went on.
    pub outlived: &'static str,
    /// Work on another clock cannot be taken off.
    pub clocks: &'static str,
    /// The columns of the hop table, after the call.
    pub hop_columns: [&'static str; 4],
    /// The meaning of the columns.
    pub hop_hint: &'static str,
    /// The mark of a span beside the first root.
    pub further_root: &'static str,
    /// The mark of a span at which a cycle was cut.
    pub cycle: &'static str,
    /// The mark of a span whose parent is not there.
    pub orphan: &'static str,
}

const ENGLISH: Words = Words {
    no_service: "no service",
    no_name: "no name",
    outside: "outside",
    not_reported: "not reported",
    not_ended: "not ended",
    no_time: "no time",
    several_servers: "several servers answered this call",
    outlived: "the server outlived its caller",
    clocks: "clocks disagree",
    hop_columns: ["client", "server", "network", "own work"],
    hop_hint: "network = client − server, there and back. own work = server without its calls.",
    further_root: "a further root",
    cycle: "a cycle, cut here",
    orphan: "its parent is missing",
};

const KOREAN: Words = Words {
    no_service: "이름 없는 서비스",
    no_name: "이름 없음",
    outside: "외부",
    not_reported: "보고 없음",
    not_ended: "끝나지 않음",
    no_time: "시각 없음",
    several_servers: "여러 서버가 이 호출에 응답",
    outlived: "서버가 호출한 쪽보다 오래 실행",
    clocks: "시계가 서로 다름",
    hop_columns: ["클라이언트", "서버", "네트워크", "자체 처리"],
    hop_hint: "네트워크 = 클라이언트 − 서버(왕복). 자체 처리 = 서버 시간에서 하위 호출을 뺀 것.",
    further_root: "또 다른 루트",
    cycle: "순환을 여기서 끊음",
    orphan: "부모 span이 없음",
};

impl Language {
    /// The words of the language.
    pub const fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Korean => &KOREAN,
        }
    }
}
