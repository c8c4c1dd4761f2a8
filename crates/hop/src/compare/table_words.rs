//! The words around a comparison, in each language.

use zipkin::{Language, words::count};

/// The words around a comparison.
pub struct Words {
    pub language: Language,
    /// The heading of the positions.
    pub path: &'static str,
    /// The headings of the figures.
    pub columns: [&'static str; 3],
    pub whole_root: &'static str,
    pub whole_of: fn(&str) -> String,
    pub only_before: &'static str,
    pub only_after: &'static str,
    /// So many positions of all are shown.
    pub rest: fn(usize, usize) -> String,
    /// So many traces before, and after.
    pub over: fn(usize, usize) -> String,
}

const ENGLISH: Words = Words {
    language: Language::English,
    path: "critical path",
    columns: ["before", "after", "difference"],
    whole_root: "the whole root",
    whole_of: |root| format!("the whole of {root}"),
    only_before: "Only before, and not compared",
    only_after: "Only after, and not compared",
    rest: |shown, all| format!("The first {shown} of {all}. All of them: --json"),
    over: |before, after| {
        let [before, after] = [before, after].map(|traces| count(traces, "trace"));
        format!("Over {before} before and {after} after.")
    },
};

const KOREAN: Words = Words {
    language: Language::Korean,
    path: "임계 경로",
    columns: ["이전", "이후", "차이"],
    whole_root: "루트 전체",
    whole_of: |root| format!("{root} 전체"),
    only_before: "이전에만 있어 비교하지 않은 루트",
    only_after: "이후에만 있어 비교하지 않은 루트",
    rest: |shown, all| format!("{all}개 중 처음 {shown}개입니다. 모두 보려면: --json"),
    over: |before, after| format!("이전 트레이스 {before}개, 이후 트레이스 {after}개."),
};

impl Words {
    /// Those of a language.
    pub const fn of(language: Language) -> Self {
        match language {
            Language::English => ENGLISH,
            Language::Korean => KOREAN,
        }
    }
}
