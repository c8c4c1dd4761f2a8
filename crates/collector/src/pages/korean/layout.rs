//! Texts of every page, and words of the analysis.

pub const PAIRS: &[(&str, &str)] = &[
    ("Skip to the content", "본문으로 건너뛰기"),
    ("Views", "화면"),
    ("Traces", "트레이스"),
    ("The latest traces", "최근 트레이스"),
    ("no service", "이름 없는 서비스"),
    ("no name", "이름 없음"),
    ("outside", "외부"),
    ("not reported", "보고 없음"),
    ("not ended", "끝나지 않음"),
    ("no time", "시각 없음"),
    ("and {count} more, in its JSON", "외 {count}개, JSON에 있음"),
];
