//! The list of traces.

pub const PAIRS: &[(&str, &str)] = &[
    ("Latest traces", "최근 트레이스"),
    ("No list of traces", "트레이스 목록을 볼 수 없습니다"),
    (
        "Search is off (SEARCH_ENABLED=false). A trace can be seen at /traces/ and its id.",
        "검색이 꺼져 있습니다(SEARCH_ENABLED=false). 트레이스는 /traces/ 뒤에 id를 붙인 주소에서 볼 수 있습니다.",
    ),
    ("That search makes no sense", "검색 조건이 올바르지 않습니다"),
    ("No trace matches.", "조건에 맞는 트레이스가 없습니다."),
    ("Show the latest", "최근 트레이스 보기"),
];
