//! The concept that a failure is about, and one sentence that explains it.

use zipkin::Language;

/// The concept that a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Concept {
    /// Parents and children.
    ParentId,
    /// The number of spans.
    SpanCount,
    /// The side of a remote call.
    Kind,
    /// Service and name.
    Naming,
    /// Tags and annotations.
    Tags,
    /// The tag `error`.
    Errors,
    /// When spans begin and end.
    Timing,
    /// The headers that carry the trace.
    Propagation,
    /// Whether a trace is recorded.
    Sampling,
    /// Values that travel.
    Baggage,
    /// Headers of other kinds.
    Headers,
    /// Log lines.
    Logs,
    /// Values on log lines.
    Mdc,
    /// The HTTP answer.
    Answer,
    /// The expectation itself.
    Expectation,
}

impl Concept {
    /// The concept that a header belongs to.
    pub(crate) fn of_header(name: &str) -> Self {
        match name {
            "x-b3-sampled" | "x-b3-flags" => Self::Sampling,
            "b3" | "traceparent" | "tracestate" => Self::Propagation,
            "baggage" => Self::Baggage,
            _ if name.starts_with("x-b3-") => Self::Propagation,
            _ => Self::Headers,
        }
    }

    /// Its name for programs: a word in lower case that stays.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ParentId => "parent-id",
            Self::SpanCount => "span-count",
            Self::Kind => "kind",
            Self::Naming => "naming",
            Self::Tags => "tags",
            Self::Errors => "errors",
            Self::Timing => "timing",
            Self::Propagation => "propagation",
            Self::Sampling => "sampling",
            Self::Baggage => "baggage",
            Self::Headers => "headers",
            Self::Logs => "logs",
            Self::Mdc => "mdc",
            Self::Answer => "answer",
            Self::Expectation => "expectation",
        }
    }

    /// Its name, and one sentence that explains it.
    pub const fn explained(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english(),
            Language::Korean => self.korean(),
        }
    }

    const fn english(self) -> &'static str {
        match self {
            Self::ParentId => {
                "parent id: it names the span that caused this one, and comes with the caller's context."
            }
            Self::SpanCount => "span: one step of a trace. Each attempt and each call is a span of its own.",
            Self::Kind => "kind: CLIENT and SERVER are the two sides of a call; local work has none.",
            Self::Naming => {
                "name: low in variety, such as the route. The service is the process that recorded the span."
            }
            Self::Tags => "tag: a fact to search by, recorded while the span is at work.",
            Self::Errors => "error: the tag that marks a failed span; the status alone does not.",
            Self::Timing => {
                "timing: a span lasts from its start to its duration's end, by its own machine's clock."
            }
            Self::Propagation => {
                "propagation: the context travels in headers (B3, W3C); a hop that drops them begins a new trace."
            }
            Self::Sampling => "sampling: one decision for a trace, made once and passed on.",
            Self::Baggage => "baggage: values that travel with the request, to whoever is called.",
            Self::Headers => "header: a line of the request or the answer on the wire.",
            Self::Logs => "log line: it belongs to a trace by the ids that it carries.",
            Self::Mdc => "MDC: values of the request on each of its later log lines.",
            Self::Answer => "answer: tracing must not change it.",
            Self::Expectation => "expectation: it cannot be decided as it stands.",
        }
    }

    const fn korean(self) -> &'static str {
        match self {
            Self::ParentId => {
                "parent id: 이 span을 일으킨 span의 id이며, 호출한 쪽의 컨텍스트와 함께 옵니다."
            }
            Self::SpanCount => "span: 트레이스의 한 단계입니다. 시도마다, 호출마다 span이 하나씩 생깁니다.",
            Self::Kind => "kind: CLIENT와 SERVER는 호출의 양쪽이고, 로컬 작업에는 kind가 없습니다.",
            Self::Naming => {
                "이름: 경로 템플릿처럼 가짓수가 적어야 합니다. 서비스는 span을 기록한 프로세스입니다."
            }
            Self::Tags => "태그: 검색에 쓰는 값이며, span이 끝나기 전에 기록합니다.",
            Self::Errors => "error: 실패한 span을 표시하는 태그입니다. 상태 코드만으로는 표시되지 않습니다.",
            Self::Timing => "시간: span의 시작과 길이는 그 span을 기록한 장비의 시계로 잽니다.",
            Self::Propagation => {
                "전파: 컨텍스트는 헤더(B3, W3C)로 전달됩니다. 헤더를 빠뜨린 홉에서 새 트레이스가 시작됩니다."
            }
            Self::Sampling => "샘플링: 트레이스마다 한 번 결정하고, 그 결정을 다음 홉에 넘깁니다.",
            Self::Baggage => "배기지(baggage): 요청과 함께 호출받는 쪽으로 전달되는 값입니다.",
            Self::Headers => "헤더: 요청이나 응답에 실제로 실린 한 줄입니다.",
            Self::Logs => "로그: 로그에 담긴 id로 어느 트레이스의 로그인지 알 수 있습니다.",
            Self::Mdc => "MDC: 요청의 값을 그 뒤의 모든 로그에 남깁니다.",
            Self::Answer => "응답: 트레이싱이 응답을 바꾸면 안 됩니다.",
            Self::Expectation => "기대 조건: 이대로는 판정할 수 없습니다.",
        }
    }
}
