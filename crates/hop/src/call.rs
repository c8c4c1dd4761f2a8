//! `hop call`: one request to the gateway, and its trace once that is whole.

use anyhow::{Context as _, bail, ensure};
use ask::{
    request::{self, Answer, Place, SHORT},
    server,
};
use output::clean;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::value::{RawValue, to_raw_value};
use service::BaseUrl;
use zipkin::{Language, TraceId, analysis::Beside, words};

use crate::{
    arrival::{Arrival, arrival, not_whole},
    caller::Caller,
    language::Spoken,
    report::{self, More},
    screen::{Awaited, Screen, waiting_for},
    stored::{Address, Arrived, Stored},
    whole::{self, Expected},
};

/// The path or URL that is asked for.
mod target;

pub use target::Target;

/// The request, and the service that it goes to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Path and query at the gateway; or a whole URL, and the service there is called
    #[arg(value_name = "PATH", default_value = "/orders/1")]
    target: Target,

    /// User who asks: the header userid
    #[arg(long, default_value = "terry", value_parser = parse_value)]
    user: HeaderValue,

    /// A further header; may be repeated, and beats --user
    #[arg(short = 'H', long = "header", value_name = "K: V", value_parser = parse_header)]
    headers: Vec<(HeaderName, HeaderValue)>,

    /// Where the gateway is [default: http://127.0.0.1:8081]
    #[arg(long, value_name = "URL", value_parser = server::parse)]
    gateway: Option<BaseUrl>,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: the answer, the hops in microseconds, the spans as Zipkin writes them
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop call                                       /orders/1 as terry
  hop call /users/terry
  hop call /orders/7 --user 김치
  hop call -H 'X-B3-Sampled: 0'                  not recorded: no trace comes
  hop call -H 'b3: 463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-1'
  hop call http://127.0.0.1:8082/orders/7        orders itself
  hop call --lang ko                             한국어로
  hop call --port-offset 100                     of `hop up --port-offset 100`
  hop call --gateway http://gateway:8081 --zipkin-url http://zipkin:9411

Exits with 0 when the answer is a success and its trace is whole, or was never
wanted. An answer such as 404 or 502 is shown with its trace, and then it exits
with 1.";

/// Sends the request, waits for its trace, shows both.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    let stored = Stored::of(&args.address)?;
    let headers = headers(&args);
    let caller = Caller::read(&headers);
    let earlier = match caller.trace_id {
        Some(id) => stored.trace(id).await?.as_ref().map_or(0, whole::roots),
        None => 0,
    };
    let place = place(&args)?;
    let answer = request::get(&request::client()?, &place, headers, SHORT).await?;
    if !args.json {
        screen.say(&first_lines(&place, &answer));
    }
    let id = trace_id(&answer)
        .with_context(|| format!("{} names no trace: is it one of our services?", place.shown()))?;
    let language = args.spoken.choose(args.json);
    let Arrival { arrived, beside } = arrived(&stored, id, &caller, earlier, language).await?;
    let more = More {
        beside,
        language,
        ..More::default()
    };
    if args.json {
        screen.say(&as_json(&answer, &arrived, more)?);
    } else if let Some(trace) = &arrived.trace {
        let page = stored.page(id).await;
        screen.say(&format!("\n{}\n\n{page}", report::text(trace, &more, &screen)));
    }
    match arrived.missing {
        Some(reason) if caller.denied_by.is_none() => bail!("{}", not_whole(id, &reason, language)),
        Some(reason) if !args.json => screen.say(&match language {
            Language::English => {
                format!("\nNo trace will come: {reason}.\nIts log lines have the id {id}.")
            }
            Language::Korean => {
                format!("\n트레이스는 남지 않습니다. {reason}.\n로그에는 id {id}가 있습니다.")
            }
        }),
        _ => {}
    }
    ensure!(answer.status.is_success(), "the answer was {}", answer.status);
    Ok(())
}

fn place(args: &Args) -> anyhow::Result<Place> {
    let own = || server::local(8081 + args.address.offset.value);
    let server = match (&args.target.server, &args.gateway) {
        (Some(_), Some(_)) => clap::Error::raw(
            clap::error::ErrorKind::ArgumentConflict,
            "a whole URL says where to ask, and so does --gateway: one of them is needed\n",
        )
        .exit(),
        (Some(server), None) | (None, Some(server)) => server.clone(),
        (None, None) => own()?,
    };
    Place::on(&server, &args.target.path)
}

/// No answer says whether its trace was recorded.
const fn whole_trace(language: Language) -> &'static str {
    match language {
        Language::English => "the whole trace; none comes from a service whose sampler leaves it out",
        Language::Korean => "트레이스 전체. 샘플링에서 제외한 서비스의 span은 오지 않습니다",
    }
}

/// The trace once it is whole; for a request that forbids recording, what is there at once.
async fn arrived(
    stored: &Stored,
    id: TraceId,
    caller: &Caller,
    earlier: usize,
    language: Language,
) -> anyhow::Result<Arrival> {
    if let Some(header) = &caller.denied_by {
        let header = clean(header);
        let missing = Some(match language {
            Language::English => format!("the request forbids recording ({header})"),
            Language::Korean => format!("요청이 기록하지 말라고 합니다({header})"),
        });
        let trace = stored.trace(id).await?;
        return Ok(Arrival {
            arrived: Arrived { trace, missing },
            beside: Beside::default(),
        });
    }
    let caller_spans = caller.span_ids.clone();
    let expected = Expected {
        roots: earlier + 1,
        caller_spans,
        services: Vec::new(),
        language,
    };
    let awaited = Awaited::new(language, whole_trace(language));
    waiting_for(&awaited, arrival(stored, id, &expected, &awaited)).await
}

/// The status, the time and the body of an answer.
pub fn first_lines(place: &Place, answer: &Answer) -> String {
    let took = u64::try_from(answer.took.as_micros()).ok();
    let body = String::from_utf8_lossy(&answer.body);
    format!(
        "GET {} → {} in {}\n{}",
        clean(place.shown()),
        answer.status,
        took.map_or_else(|| words::UNKNOWN.to_owned(), words::duration),
        clean(body.trim_end())
    )
}

/// The trace that the answer belongs to.
pub fn trace_id(answer: &Answer) -> Option<TraceId> {
    TraceId::parse(answer.headers.get("x-trace-id")?.to_str().ok()?).ok()
}

/// The answer and its trace, as `--json` prints them.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Called<'a> {
    status: u16,
    took_us: Option<u64>,
    /// As it came, in its own order; a string where it is no JSON.
    body: Box<RawValue>,
    trace_id: Option<String>,
    missing: Option<&'a str>,
    trace: Option<report::Report>,
}

fn as_json(answer: &Answer, arrived: &Arrived, more: More) -> serde_json::Result<String> {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let body =
        RawValue::from_string(text).or_else(|_| to_raw_value(&String::from_utf8_lossy(&answer.body)))?;
    serde_json::to_string(&Called {
        status: answer.status.as_u16(),
        took_us: u64::try_from(answer.took.as_micros()).ok(),
        body,
        trace_id: trace_id(answer).map(|id| id.to_string()),
        missing: arrived.missing.as_deref(),
        trace: arrived.trace.as_ref().map(|trace| report::json(trace, more)),
    })
}

fn headers(args: &Args) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in args.headers.iter().cloned() {
        headers.append(name, value);
    }
    headers.entry("userid").or_insert_with(|| args.user.clone());
    headers
}

/// Reads `K: V`, as curl does.
pub fn parse_header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("no colon; for example 'X-B3-Sampled: 0'")?;
    let name = name
        .trim()
        .parse()
        .map_err(|_| format!("{name:?} is no header name"))?;
    Ok((name, parse_value(value.trim())?))
}

/// As UTF-8, which is how the services read it.
fn parse_value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| "a header cannot hold control characters".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_curl_reads_them() {
        for (text, header) in [
            ("X-B3-Sampled: 0", Some(("x-b3-sampled", "0"))),
            ("b3:0", Some(("b3", "0"))),
            ("a: b: c", Some(("a", "b: c"))),
            ("userid: 김치", Some(("userid", "김치"))),
            ("userid:", Some(("userid", ""))),
            ("no colon", None),
            (": no name", None),
            ("a name: with a space", None),
            ("a: two\nlines", None),
        ] {
            let read = parse_header(text).ok();
            let read = read.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
            let header = header.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
            assert_eq!(read, header, "{text}");
        }
    }
}
