//! `hop call`: one request to the gateway, and its trace once that is whole.

use anyhow::{Context as _, anyhow};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use zipkin::TraceId;

use crate::{
    caller::Caller,
    draw::text::{self, clean},
    report,
    request::{self, Answer, parse_base_url},
    screen::{Screen, waiting},
    stored::{Arrived, Stored},
    whole::{self, Expected},
};

/// What to ask, and of whom.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Path and query
    #[arg(default_value = "/orders/1")]
    path: String,

    /// Who asks: the header userid
    #[arg(long, default_value = "terry", value_parser = parse_value)]
    user: HeaderValue,

    /// A further header; may be repeated, and beats --user
    #[arg(short = 'H', long = "header", value_name = "K: V", value_parser = parse_header)]
    headers: Vec<(HeaderName, HeaderValue)>,

    /// Where the gateway is
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8081", value_parser = parse_base_url)]
    gateway: String,

    /// Who has the traces
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:9411", value_parser = parse_base_url)]
    zipkin_url: String,

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
  hop call -H 'X-B3-Sampled: 0'                  not recorded: no trace will come
  hop call -H 'traceparent: 00-463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-01'
  hop call --gateway http://127.0.0.1:8181 --zipkin-url http://127.0.0.1:9511
                                                 what `hop up --port-offset 100` started

Exits with 0 when an answer of any status came and its trace is whole, or was never wanted.";

/// Sends the request, waits for its trace, shows both.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    let stored = Stored::at(&args.zipkin_url)?;
    let headers = headers(&args);
    let caller = Caller::read(&headers);
    let earlier = match caller.trace_id {
        Some(id) => stored.trace(id).await?.as_ref().map_or(0, whole::roots),
        None => 0,
    };
    let url = format!("{}/{}", args.gateway, args.path.trim_start_matches('/'));
    let answer = request::get(&request::client()?, &url, headers).await?;
    if !args.json {
        screen.say(&first_lines(&url, &answer));
    }
    let id = trace_id(&answer).with_context(|| format!("{url} names no trace: is it the gateway?"))?;
    let arrived = match &caller.denied_by {
        Some(header) => Arrived {
            trace: stored.trace(id).await?,
            missing: Some(format!(
                "the request forbids recording ({header}), so no trace will come"
            )),
        },
        None => {
            let expected = Expected {
                roots: earlier + 1,
                caller_spans: caller.span_ids,
                services: &[],
            };
            waiting("the whole trace", stored.whole_trace(id, &expected)).await?
        }
    };
    show(&screen, &args, &answer, &arrived, &stored.page(id).await);
    match (arrived.missing, caller.denied_by) {
        (Some(missing), None) => Err(anyhow!("trace {id} is not whole: {missing}")),
        _ => Ok(()),
    }
}

/// The status, the time and the body of an answer.
pub fn first_lines(url: &str, answer: &Answer) -> String {
    let took = u64::try_from(answer.took.as_micros()).ok();
    let body = String::from_utf8_lossy(&answer.body);
    format!(
        "GET {} → {} in {}\n{}",
        clean(url),
        answer.status,
        text::duration(took),
        clean(body.trim_end())
    )
}

/// The trace that the answer belongs to.
pub fn trace_id(answer: &Answer) -> Option<TraceId> {
    TraceId::parse(answer.headers.get("x-trace-id")?.to_str().ok()?).ok()
}

fn show(screen: &Screen, args: &Args, answer: &Answer, arrived: &Arrived, page: &str) {
    if args.json {
        return screen.say(&as_json(answer, arrived).to_string());
    }
    match (&arrived.trace, &arrived.missing) {
        (Some(trace), _) => screen.say(&format!("\n{}\n\n{page}", report::text(trace, screen.paint()))),
        (None, Some(missing)) => screen.say(&format!("\nNo trace: {missing}.")),
        (None, None) => {}
    }
}

fn as_json(answer: &Answer, arrived: &Arrived) -> Value {
    let body = serde_json::from_slice(&answer.body);
    json!({
        "status": answer.status.as_u16(),
        "tookUs": u64::try_from(answer.took.as_micros()).ok(),
        "body": body.unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&answer.body))),
        "traceId": trace_id(answer).map(|id| id.to_string()),
        "missing": arrived.missing,
        "trace": arrived.trace.as_ref().map(report::json),
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

fn parse_header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
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
