//! Words of the view, in English and Korean.

use zipkin::Language;

/// Texts of the view.
pub struct Words {
    pub pages: [&'static str; 3],
    pub columns: [&'static str; 5],
    pub keys: &'static str,
    pub keys_of_trace: &'static str,
    pub help: &'static str,
    pub no_traces: &'static str,
    pub no_lines: &'static str,
    pub keeps_no_lines: &'static str,
    pub nothing_found: &'static str,
    pub first_look: &'static str,
    pub gone: &'static str,
    pub lines: &'static str,
    /// So many traces, and so many with errors.
    pub counted: fn(usize, usize) -> String,
    pub paused: &'static str,
}

static ENGLISH: Words = Words {
    pages: ["1 traces", "2 hops", "3 logs"],
    columns: ["time UTC", "trace", "took", "spans", "root"],
    keys: "j k move  Enter open  / find  p pause  ? keys  q end",
    keys_of_trace: "j k scroll  Esc back  / find  p pause  ? keys  q end",
    help: "\
Keys
  1 2 3, Tab        traces, hops, logs
  j k, ↓ ↑          down, up
  PgDn PgUp         a screen down, up
  g G, Home End     first row (new ones are followed there), last row
  Enter             open the trace, or the trace of the log line
  Esc, Backspace    back
  /                 keep the rows that have a text; Enter ends it, Esc clears it
  p                 pause: what is shown stays
  ?                 these keys
  q, Ctrl-C         end

! marks an error. Bars have a logarithmic scale up to the longest trace.",
    no_traces: "No traces yet. In another terminal: hop call",
    no_lines: "No log lines yet. In another terminal: hop call",
    keeps_no_lines: "This server keeps no log lines, as no Zipkin does; the collector of `hop up` does.",
    nothing_found: "No row has this text. Esc shows all of them.",
    first_look: "Looking …",
    gone: "The server does not have this trace any more.",
    lines: "Log lines",
    counted: |traces, failed| match failed {
        0 => format!("traces: {traces}"),
        _ => format!("traces: {traces}, failed: {failed}"),
    },
    paused: "paused",
};

static KOREAN: Words = Words {
    pages: ["1 트레이스", "2 홉", "3 로그"],
    columns: ["시각 UTC", "트레이스", "소요 시간", "span", "루트"],
    keys: "j k 이동  Enter 열기  / 찾기  p 일시 정지  ? 키  q 종료",
    keys_of_trace: "j k 스크롤  Esc 뒤로  / 찾기  p 일시 정지  ? 키  q 종료",
    help: "\
키
  1 2 3, Tab        트레이스, 홉, 로그
  j k, ↓ ↑          아래로, 위로
  PgDn PgUp         한 화면 아래로, 위로
  g G, Home End     첫 행(새로운 행을 따라감), 마지막 행
  Enter             트레이스 열기, 로그에서는 그 줄의 트레이스 열기
  Esc, Backspace    뒤로
  /                 텍스트가 있는 행만 보기. Enter로 입력을 마치고 Esc로 지움
  p                 일시 정지: 화면이 바뀌지 않음
  ?                 키 목록
  q, Ctrl-C         종료

!는 오류 표시입니다. 막대는 가장 긴 트레이스까지의 로그 눈금입니다.",
    no_traces: "아직 트레이스가 없습니다. 다른 터미널에서: hop call",
    no_lines: "아직 로그가 없습니다. 다른 터미널에서: hop call",
    keeps_no_lines: "이 서버는 로그를 저장하지 않습니다. Zipkin은 저장하지 않고 `hop up`의 컬렉터는 저장합니다.",
    nothing_found: "이 텍스트가 있는 행이 없습니다. Esc를 누르면 모두 보입니다.",
    first_look: "불러오는 중 …",
    gone: "서버에 이 트레이스가 더 이상 없습니다.",
    lines: "로그",
    counted: |traces, failed| match failed {
        0 => format!("트레이스 {traces}개"),
        _ => format!("트레이스 {traces}개, 오류 {failed}개"),
    },
    paused: "일시 정지",
};

/// The words of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Korean => &KOREAN,
    }
}
