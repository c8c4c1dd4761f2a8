//! Views over a window: every hop, who calls whom, two sides.

pub const PAIRS: &[(&str, &str)] = &[
    ("Hops", "홉"),
    ("Hop", "홉"),
    ("Dependencies", "의존 관계"),
    ("Compare", "비교"),
    ("15 min", "15분"),
    ("1 hour", "1시간"),
    ("1 day", "1일"),
    ("all", "전체"),
    ("Window of time", "기간"),
    (
        "Of many traces, the latest {count} were looked at.",
        "트레이스가 많아 최근 {count}개만 살펴봤습니다.",
    ),
    (
        "Large traces that were left out: {count}.",
        "큰 트레이스 {count}개는 제외했습니다.",
    ),
    (
        "A call's time is its client's wait, or the server's time where the client sent no span.",
        "호출 시간은 호출한 쪽이 기다린 시간입니다. 호출한 쪽의 span이 없으면 서버가 처리한 시간입니다.",
    ),
    (
        "No service was called in this window. Look at all of them, or send a request:",
        "이 기간에는 서비스 호출이 없습니다. 전체를 보거나 요청을 보내세요.",
    ),
    (
        "The {shown} slowest of {all}.",
        "{all}개 중 가장 느린 {shown}개입니다.",
    ),
    ("Calls", "호출"),
    ("How many took how long", "시간대별 호출 수"),
    ("Slowest", "가장 느린 것"),
    ("{n} a second", "초당 {n}회"),
    ("{n} a minute", "분당 {n}회"),
    ("{n} an hour", "시간당 {n}회"),
    ("less than 0.1 an hour", "시간당 0.1회 미만"),
    ("{n} % longer", "{n} % 길어짐"),
    ("{n} % shorter", "{n} % 짧아짐"),
    ("as before", "이전과 같음"),
    ("below {duration}", "{duration} 미만"),
    (
        "each span names its service",
        "모든 span에 서비스 이름이 있습니다",
    ),
    (
        "at most 10 internal spans of a service in a trace",
        "한 트레이스에서 서비스 하나의 내부 span이 10개 이하입니다",
    ),
    ("the parent of each span is there", "모든 span의 부모가 있습니다"),
    (
        "no trace begins with a client's span",
        "클라이언트 span으로 시작하는 트레이스가 없습니다",
    ),
    (
        "at most 20 spans of a trace took less than 5 ms",
        "5 ms보다 짧은 span이 한 트레이스에 20개 이하입니다",
    ),
    (
        "Partial: {judged} of the {all} rules can be judged by spans, so that the full score may be another.",
        "부분 점수: 규칙 {all}개 중 {judged}개만 span으로 판정할 수 있어, 전체 점수는 다를 수 있습니다.",
    ),
    ("How well each service is instrumented", "서비스별 계측 수준"),
    ("Score (partial)", "점수(부분)"),
    ("Rules", "규칙"),
    ("spans that fail: {count}", "어긋난 span {count}개"),
    (
        "The {shown} links with the most calls of {all}.",
        "{all}개 중 호출이 가장 많은 {shown}개입니다.",
    ),
    (
        "Wider lines are more calls; dashed red ones have errors, with their share. A service leads to its traces.",
        "선이 굵을수록 호출이 많습니다. 빨간 점선은 오류가 있는 호출이며 비율을 함께 적었습니다. 서비스를 누르면 그 트레이스가 나옵니다.",
    ),
    ("Who calls whom", "호출 관계"),
    (
        "No service called another in this window. Look at all of them, or send a request:",
        "이 기간에는 서비스 사이의 호출이 없습니다. 전체를 보거나 요청을 보내세요.",
    ),
    (
        "Drawing of who calls whom; the table below has the same",
        "호출 관계 그림. 아래 표에 같은 내용이 있습니다",
    ),
    ("1 call", "호출 1회"),
    ("{count} calls", "호출 {count}회"),
    ("{percent} % errors", "오류 {percent} %"),
    (
        "The root of one side does not say when it ran: nothing can be compared.",
        "한쪽의 루트 span에 시각이 없어 비교할 수 없습니다.",
    ),
    (
        "Trace ids or their first digits, with commas between them; or a window of time, such as 30m..15m or 15m..now.",
        "트레이스 id나 그 앞자리를 쉼표로 나열하거나, 30m..15m이나 15m..now처럼 기간을 쓰세요.",
    ),
    ("Before", "이전"),
    ("After", "이후"),
    ("Difference", "차이"),
    ("The last 15 minutes with the 15 before", "최근 15분과 그 앞 15분"),
    ("The last hour with the one before", "최근 1시간과 그 앞 1시간"),
    ("The last day with the one before", "최근 하루와 그 앞 하루"),
    (
        "\"{value}\" is neither trace ids nor a window. Write 463ac35c,9e658247 or 30m..15m; s, m, h and d are units, now is a moment.",
        "\"{value}\"은(는) 트레이스 id도 기간도 아닙니다. 463ac35c,9e658247이나 30m..15m처럼 쓰세요. 단위는 s, m, h, d이고 now는 지금입니다.",
    ),
    (
        "No trace of a size that can be compared begins with {digits}.",
        "{digits}(으)로 시작하면서 비교할 수 있는 크기의 트레이스가 없습니다.",
    ),
    (
        "No trace began in this window: take a longer one.",
        "이 기간에 시작한 트레이스가 없습니다. 기간을 늘려 보세요.",
    ),
    (
        "Traces: {before} before, {after} after. Times are medians.",
        "이전 {before}개, 이후 {after}개의 트레이스이며 시간은 중앙값입니다.",
    ),
    ("Answer", "결론"),
    ("Position in the trace", "트레이스 안의 위치"),
    ("Before above, after below", "위가 이전, 아래가 이후"),
    (
        "{count} roots are on one side alone, and are not compared.",
        "한쪽에만 있는 루트 {count}개는 비교하지 않았습니다.",
    ),
    ("Open a trace file", "트레이스 파일 열기"),
    (
        "JSON of Zipkin (version 1 or 2), Jaeger or OpenTelemetry, 64 MiB at most. It is kept apart from the live traces, in memory, for an hour; the four latest files are.",
        "Zipkin(버전 1, 2), Jaeger, OpenTelemetry의 JSON을 64 MiB까지 받습니다. 실시간 트레이스와 따로 메모리에 한 시간 보관하며, 최근 파일 네 개까지만 남깁니다.",
    ),
    ("File", "파일"),
    ("Open", "열기"),
    (
        "From a terminal; the address is in Location:",
        "터미널에서는 이렇게 보냅니다. 주소는 Location 헤더에 있습니다.",
    ),
    (
        "A page of another site may not send files here. Open this page itself, and choose the file.",
        "다른 사이트의 페이지에서는 파일을 보낼 수 없습니다. 이 페이지를 직접 열어 파일을 고르세요.",
    ),
    (
        "Another file is being read. Try again in a moment.",
        "다른 파일을 읽는 중입니다. 잠시 뒤 다시 시도하세요.",
    ),
    (
        "The file is too large: 64 MiB and 500,000 spans at most. Take some traces out of it.",
        "파일이 너무 큽니다. 64 MiB, span 500,000개까지입니다. 트레이스를 덜어 내세요.",
    ),
    (
        "The file did not come within a minute. Try again.",
        "1분 안에 파일을 다 받지 못했습니다. 다시 시도하세요.",
    ),
    ("No file was chosen.", "파일을 고르지 않았습니다."),
    ("The file has no spans.", "파일에 span이 없습니다."),
    (
        "The file is in none of these formats: Zipkin's is a list, OpenTelemetry's has resourceSpans, Jaeger's has data.",
        "읽을 수 있는 형식이 아닙니다. Zipkin 파일은 목록이고, OpenTelemetry 파일에는 resourceSpans가, Jaeger 파일에는 data가 있습니다.",
    ),
    (
        "This file is kept no more: files go after an hour, or for later ones. Open it again.",
        "이 파일은 더 이상 없습니다. 한 시간이 지나거나 새 파일이 오면 지워집니다. 다시 여세요.",
    ),
    ("The file cannot be read: {why}", "파일을 읽을 수 없습니다: {why}"),
    (
        "A file, apart from the live traces, until {time} UTC.",
        "실시간 트레이스와 따로 보관한 파일입니다. {time} UTC까지 남아 있습니다.",
    ),
    ("Live traces", "실시간 트레이스"),
];
