//! `hop trace`: one stored trace, by its id or the first digits of it.

use anyhow::{Context as _, bail};
use serde_json::json;
use zipkin::{TraceId, TraceIdPrefix, Waterfall};

use crate::{
    report,
    screen::Screen,
    stored::{Address, Stored},
};

/// What to show, and who has it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trace id, as in the header x-trace-id and in log lines, or its first digits
    #[arg(value_parser = parse_id)]
    id: Digits,

    #[command(flatten)]
    address: Address,

    /// Print JSON: answer, doubts, hops and critical path in microseconds, the spans as Zipkin writes them
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop trace 463ac35c9f6413ad48485a3953bb6124
  hop trace 463ac35c                             as in short log lines; several such traces are listed
  hop trace 463ac35c9f6413ad48485a3953bb6124 --json
  hop trace 463ac35c9f6413ad --zipkin-url http://zipkin:9411

A Zipkin finds traces by their whole ids alone. Exits with 1 where there is no such trace, or more than one.";

/// 1 to 32 hex digits in lower case.
#[derive(Clone, Debug)]
pub struct Digits {
    text: String,
    /// The id that they are without any more digits.
    whole: Option<TraceId>,
}

impl Digits {
    /// The digits.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Asks for the trace and shows it.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    let stored = Stored::of(&args.address)?;
    let trace = match exactly(&stored, &args.id).await? {
        Some(trace) => trace,
        None => {
            let ids = beginning_with(&stored, &args.id).await?;
            let [id] = ids.as_slice() else {
                screen.say(&listed(&ids, args.json));
                bail!("{}", too_few(&ids, &args.id));
            };
            let found = stored.trace(*id).await?;
            found.with_context(|| format!("{} has no trace {id} any more", stored.url()))?
        }
    };
    if args.json {
        screen.say(&serde_json::to_string(&report::json(&trace))?);
    } else {
        screen.say(&report::text(&trace, &screen));
        screen.say(&format!("\n{}", stored.page(trace.trace_id).await));
    }
    Ok(())
}

/// The one trace with these digits; an error where there is none, or more than one.
pub async fn only(stored: &Stored, id: &Digits) -> anyhow::Result<Waterfall> {
    if let Some(trace) = exactly(stored, id).await? {
        return Ok(trace);
    }
    let ids = beginning_with(stored, id).await?;
    let [only] = ids.as_slice() else {
        bail!("{}", too_few(&ids, id));
    };
    let found = stored.trace(*only).await?;
    found.with_context(|| format!("{} has no trace {only} any more", stored.url()))
}

async fn exactly(stored: &Stored, id: &Digits) -> anyhow::Result<Option<Waterfall>> {
    match id.whole {
        Some(whole) => stored.trace(whole).await,
        None => Ok(None),
    }
}

fn too_few(ids: &[TraceId], digits: &Digits) -> String {
    format!(
        "{} traces begin with {}: more digits are needed",
        ids.len(),
        digits.text
    )
}

/// At least one id.
async fn beginning_with(stored: &Stored, id: &Digits) -> anyhow::Result<Vec<TraceId>> {
    let (url, digits) = (stored.url(), &id.text);
    match stored.ids(digits).await? {
        Some(ids) if ids.is_empty() => bail!("{url} has no trace {digits}"),
        Some(ids) => Ok(ids),
        None if matches!(digits.len(), 16 | 32) => bail!("{url} has no trace {digits}"),
        None => bail!(
            "{url} has no trace {digits}, and does not look for first digits, as no Zipkin does: the whole id is needed. \
             The header x-trace-id has it, and log lines have it unless `hop up` shortens them: `LOG_FORMAT=text hop up`"
        ),
    }
}

fn listed(ids: &[TraceId], as_json: bool) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if as_json {
        json!({ "traceIds": ids }).to_string()
    } else {
        ids.join("\n")
    }
}

/// Reads the digits of an id.
pub fn parse_id(text: &str) -> Result<Digits, String> {
    let text = text.trim().to_ascii_lowercase();
    let digits = TraceIdPrefix::parse(&text);
    match digits {
        Ok(digits) => Ok(Digits {
            whole: digits.whole(),
            text,
        }),
        Err(_) => Err("1 to 32 hex digits are needed, such as 463ac35c".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_hex_digits_in_either_case() {
        for (text, digits, whole) in [
            ("9E658247", "9e658247", Some(0x9e658247)),
            (
                " 463ac35c9f6413ad\n",
                "463ac35c9f6413ad",
                Some(0x463ac35c9f6413ad),
            ),
            ("000", "000", None),
        ] {
            let read = parse_id(text).unwrap();
            assert_eq!(
                (read.text.as_str(), read.whole),
                (digits, whole.map(TraceId::new))
            );
        }
        for text in ["", "0x1f", "9e65-8247", "…", "http://127.0.0.1", &"1".repeat(33)] {
            assert!(parse_id(text).is_err(), "{text}");
        }
    }
}
