//! The list of traces.

pub const PAIRS: &[(&str, &str)] = &[
    ("Latest traces", "최근 트레이스"),
    ("Longest traces", "가장 오래 걸린 트레이스"),
    ("No list of traces", "트레이스 목록을 볼 수 없습니다"),
    (
        "Search is off (SEARCH_ENABLED=false). A trace can be seen at /traces/ and its id.",
        "검색이 꺼져 있습니다(SEARCH_ENABLED=false). 트레이스는 /traces/ 뒤에 id를 붙인 주소에서 볼 수 있습니다.",
    ),
    ("No trace matches.", "조건에 맞는 트레이스가 없습니다."),
    (
        "Take a condition away, or look further back.",
        "조건을 줄이거나 더 이전까지 찾아보세요.",
    ),
    ("Show the latest", "최근 트레이스 보기"),
    ("Perhaps you meant:", "이것을 찾으셨나요?"),
    ("traces of the service {service}", "{service} 서비스의 트레이스"),
    ("The services that have sent spans:", "span을 보낸 서비스 목록:"),
    ("Nothing here yet", "아직 트레이스가 없습니다"),
    (
        "A request through the three hops makes a trace:",
        "세 서비스를 거치는 요청을 보내면 트레이스가 생깁니다.",
    ),
    (
        "So does any span that you send here yourself:",
        "span을 직접 보내도 됩니다.",
    ),
    ("Look again", "다시 보기"),
    (
        "Nothing was searched for: a value above makes no sense.",
        "위의 값이 올바르지 않아 검색하지 않았습니다.",
    ),
    (
        "Live: new traces are counted here.",
        "실시간: 새 트레이스가 생기면 여기에 개수를 표시합니다.",
    ),
    ("{count} new: show them", "새 트레이스 {count}개 보기"),
    (
        "The {shown} longest of the latest {all} that match.",
        "조건에 맞는 최근 {all}개 중 가장 오래 걸린 {shown}개입니다.",
    ),
    ("Started", "시작"),
    ("Trace", "트레이스"),
    (
        "Duration, by the service that it was waited for",
        "걸린 시간(기다리게 한 서비스별)",
    ),
    ("Spans", "span"),
    ("Errors", "오류"),
    ("1 error", "오류 1개"),
    ("{count} errors", "오류 {count}개"),
    ("1 span", "span 1개"),
    ("{count} spans", "span {count}개"),
    ("and {count} more services", "그 밖의 서비스 {count}개"),
    (
        "A bar that ends in a gap is longer than the scale: one outlier would flatten the others.",
        "끝이 끊긴 막대는 눈금보다 깁니다. 유난히 긴 것 하나 때문에 나머지가 납작해지지 않게 줄여 그렸습니다.",
    ),
    (
        "Duration over time: a dot opens its trace",
        "시간에 따른 소요 시간: 점을 누르면 트레이스가 열립니다",
    ),
    (
        "Duration on a logarithmic scale, over time: a dot opens its trace",
        "시간에 따른 소요 시간(로그 눈금): 점을 누르면 트레이스가 열립니다",
    ),
    ("in the future", "미래"),
    ("{n} s ago", "{n}초 전"),
    ("{n} min ago", "{n}분 전"),
    ("{n} h ago", "{n}시간 전"),
    ("{n} d ago", "{n}일 전"),
    ("Find", "찾기"),
    ("Search", "검색"),
    (
        "A trace id or its first 8 digits, a traceparent or b3 header, a log line, a tag or several: http.status_code=500 and minDuration=5ms",
        "트레이스 id나 그 앞 8자리, traceparent나 b3 헤더, 로그 한 줄, 태그 조건: http.status_code=500 and minDuration=5ms",
    ),
    ("Order", "정렬"),
    ("Latest first", "최근 순"),
    ("Longest first", "오래 걸린 순"),
    ("More conditions", "조건 더 보기"),
    ("Service", "서비스"),
    ("Called service", "호출받는 서비스"),
    ("Span name", "span 이름"),
    ("At least", "최소 시간"),
    ("At most", "최대 시간"),
    ("Within the last", "최근 기간"),
    ("Traces at most", "최대 개수"),
    (
        "The form offers the first {shown} of {all} services.",
        "서비스 {all}개 중 처음 {shown}개만 목록에 나옵니다.",
    ),
    ("All of them, as JSON", "JSON으로 모두 보기"),
    ("And: {conditions}", "추가 조건: {conditions}"),
    ("from {from} to {to} (UTC)", "{from}부터 {to}까지(UTC)"),
    (
        "An id of zeros alone is no trace: whoever sent it had none.",
        "모두 0인 id는 트레이스가 아닙니다. 보낸 쪽에 트레이스가 없었다는 뜻입니다.",
    ),
    (
        "\"{value}\" is no duration. Write 5ms, 2s, or microseconds as a number.",
        "\"{value}\"은(는) 시간 길이가 아닙니다. 5ms, 2s처럼 쓰거나 마이크로초를 숫자로 쓰세요.",
    ),
    (
        "\"{value}\" is no length of time. Write 15m, 1h, 2d, or milliseconds as a number.",
        "\"{value}\"은(는) 기간이 아닙니다. 15m, 1h, 2d처럼 쓰거나 밀리초를 숫자로 쓰세요.",
    ),
    (
        "\"{value}\" is no moment. Write milliseconds since 1970.",
        "\"{value}\"은(는) 시각이 아닙니다. 1970년부터 센 밀리초로 쓰세요.",
    ),
    (
        "\"{value}\" is no number of traces. Write 1 or more.",
        "\"{value}\"은(는) 트레이스 개수가 아닙니다. 1 이상의 숫자를 쓰세요.",
    ),
    (
        "At most needs at least, too: the shortest duration.",
        "최대 시간을 쓰려면 최소 시간도 필요합니다.",
    ),
    (
        "At most is below at least.",
        "최대 시간이 최소 시간보다 짧습니다.",
    ),
    (
        "The time from there to there is empty: the start is not before the end.",
        "기간이 비어 있습니다. 시작이 끝보다 앞서야 합니다.",
    ),
];
