//! Texts of every page, and words of the analysis.

pub const PAIRS: &[(&str, &str)] = &[
    ("Skip to the content", "본문으로 건너뛰기"),
    ("Views", "화면"),
    ("Traces", "트레이스"),
    ("The latest traces", "최근 트레이스"),
    ("no service", "이름 없는 서비스"),
    ("no name", "이름 없음"),
    ("outside", "외부"),
    (
        "An id is up to 32 digits of hex, 0 to 9 and a to f, and not all zeros; a span's is up to 16.",
        "id는 16진수(0-9, a-f) 32자리 이하이고 모두 0일 수 없습니다. span id는 16자리 이하입니다.",
    ),
    ("The trace {id} is gone.", "트레이스 {id}는 더 이상 없습니다."),
    (
        "The answer took too long: ask for less, or raise QUERY_TIMEOUT.",
        "응답이 너무 오래 걸렸습니다. 범위를 줄이거나 QUERY_TIMEOUT을 늘리세요.",
    ),
    (
        "Too many requests at once: ask again in a second.",
        "요청이 한꺼번에 너무 많습니다. 잠시 뒤 다시 시도하세요.",
    ),
    (
        "Something broke in the collector: ask again.",
        "컬렉터에서 문제가 생겼습니다. 다시 시도하세요.",
    ),
    ("No answer to this: {error}", "처리할 수 없는 요청입니다: {error}"),
    ("not reported", "보고 없음"),
    ("not ended", "끝나지 않음"),
    ("no time", "시각 없음"),
    ("and {count} more, in its JSON", "외 {count}개, JSON에 있음"),
];
