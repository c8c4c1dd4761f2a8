//! `/compare`: two traces or two windows side by side, and the hop that makes the difference.

use axum::{extract::State, http::StatusCode, response::Response};
use zipkin::analysis::{Comparison, compare};

use super::{
    layout::{broken, whole},
    markup::{Attribute, Text},
    reader::Reader,
    twin,
};
use crate::{Collector, clock::now_ms, error::Error, params::Params};

/// One side.
mod side;

/// The rows of the positions.
mod positions;

use side::{Side, Unread};

/// The outcome of a comparison.
enum Outcome {
    /// Nothing was asked for.
    Unasked,
    /// The side of this name makes no sense, or has no traces, for this reason.
    Unread(&'static str, Unread),
    /// The root of one side does not say when it ran.
    NoTimes,
    /// The number of traces on each side, and the differences.
    Compared([usize; 2], Comparison),
}

/// `GET /compare`
pub async fn page(State(collector): State<Collector>, reader: Reader, params: Params) -> Response {
    let title = reader.say("Compare");
    let outcome = match outcome(&collector, &params).await {
        Ok(outcome) => outcome,
        Err(error) => return broken(&reader, title, error),
    };
    let status = match outcome {
        Outcome::Unread(_, Unread::Senseless(_)) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let body = match &outcome {
        Outcome::Unasked => offers(&reader),
        Outcome::Unread(..) => String::new(),
        Outcome::NoTimes => format!(
            "<p class=\"empty\">{}</p>",
            reader.say("The root of one side does not say when it ran: nothing can be compared.")
        ),
        Outcome::Compared(counts, comparison) => {
            let comparison = comparison.clone().in_language(reader.language.into());
            positions::section(&reader, *counts, &comparison)
        }
    };
    let main = format!("<h1>{title}</h1>\n{}\n{body}", form(&reader, &params, &outcome));
    whole(&reader, status, title, &main)
}

/// `GET /compare.json`
pub async fn json(
    State(collector): State<Collector>,
    reader: Reader,
    params: Params,
) -> Result<Response, Error> {
    match outcome(&collector, &params).await? {
        Outcome::Compared(_, comparison) => Ok(twin::json(&comparison)),
        Outcome::Unread(name, unread) => Err(Error::InvalidParameter(format!(
            "{name}: {}",
            unread.words(&reader.for_a_program())
        ))),
        Outcome::Unasked => Err(Error::MissingParameter("before")),
        Outcome::NoTimes => Err(Error::InvalidParameter(
            "the root of one side does not say when it ran".to_owned(),
        )),
    }
}

async fn outcome(collector: &Collector, params: &Params) -> Result<Outcome, Error> {
    let text = |name| params.get(name).map(str::trim).unwrap_or_default();
    if text("before").is_empty() && text("after").is_empty() {
        return Ok(Outcome::Unasked);
    }
    let mut sides = Vec::new();
    for name in ["before", "after"] {
        let traces = match Side::parse(text(name), now_ms()) {
            Ok(side) => side.traces(collector, params.get("serviceName")).await?,
            Err(unread) => Err(unread),
        };
        match traces {
            Ok(traces) => sides.push(traces),
            Err(unread) => return Ok(Outcome::Unread(name, unread)),
        }
    }
    let Some((after, before)) = sides.pop().zip(sides.pop()) else {
        return Ok(Outcome::Unasked);
    };
    let counts = [before.len(), after.len()];
    let compared = collector.work(move |_, asker| {
        asker.still_waits()?;
        Ok(compare(&before, &after))
    });
    Ok(compared.await?.map_or(Outcome::NoTimes, |comparison| {
        Outcome::Compared(counts, comparison)
    }))
}

fn form(reader: &Reader, params: &Params, outcome: &Outcome) -> String {
    let field = |name: &str, label: &str, example: &str| {
        let mistake = match outcome {
            Outcome::Unread(wrong, unread) if *wrong == name => {
                format!(
                    r#"<p class="mistake" id="{name}-mistake">{}</p>"#,
                    Text(&unread.words(reader))
                )
            }
            _ => String::new(),
        };
        let described = if mistake.is_empty() {
            String::new()
        } else {
            format!(r#" aria-invalid="true" aria-describedby="{name}-mistake""#)
        };
        format!(
            r#"<div><label for="{name}">{label}</label><input id="{name}" name="{name}" value="{}" placeholder="{example}" autocomplete="off" spellcheck="false"{described}>{mistake}</div>"#,
            Attribute(params.get(name).unwrap_or_default()),
        )
    };
    format!(
        r#"<form class="compare" action="{}compare">
<p class="hint">{}</p>
<div class="sides">{}{}</div>
<button>{}</button>
</form>"#,
        reader.root,
        reader.say("Trace ids or their first digits, with commas between them; or a window of time, such as 30m..15m or 15m..now."),
        field("before", reader.say("Before"), "30m..15m"),
        field("after", reader.say("After"), "15m..now"),
        reader.say("Compare"),
    )
}

/// Comparisons that need no id.
fn offers(reader: &Reader) -> String {
    let windows = [
        (
            "30m..15m",
            "15m..now",
            reader.say("The last 15 minutes with the 15 before"),
        ),
        (
            "2h..1h",
            "1h..now",
            reader.say("The last hour with the one before"),
        ),
        (
            "2d..1d",
            "1d..now",
            reader.say("The last day with the one before"),
        ),
    ];
    let links = windows.map(|(before, after, text)| {
        format!(
            r#"<li><a href="{}compare?before={before}&amp;after={after}">{text}</a></li>"#,
            reader.root
        )
    });
    format!("<ul class=\"offers\">{}</ul>", links.concat())
}
