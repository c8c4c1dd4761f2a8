//! The slowest requests, each with the answer of its trace.

use load::{Report, Slow};
use zipkin::analysis::analyse;

use crate::{
    screen::waiting,
    stored::Stored,
    whole::{self, Expected},
};

/// A slow request, and where its time went.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The request.
    pub slow: &'a Slow,
    /// The analysis' answer, or the reason why there is none.
    pub answer: String,
}

/// Asks for the trace of each.
pub async fn explained<'a>(report: &'a Report, stored: &Stored) -> Vec<Explained<'a>> {
    let asked = async {
        let mut explained = Vec::new();
        let mut is_reachable = true;
        for slow in &report.slowest {
            let answer = match is_reachable {
                true => answer(slow, stored).await,
                false => Err(None),
            };
            is_reachable &= answer.is_ok();
            let answer = answer.unwrap_or_else(|reason| reason.unwrap_or_default());
            explained.push(Explained { slow, answer });
        }
        explained
    };
    waiting("the traces of the slowest", asked).await
}

/// The answer; or that the server of the traces cannot be asked, and why.
async fn answer(slow: &Slow, stored: &Stored) -> Result<String, Option<String>> {
    let Some(id) = slow.trace_id else {
        return Ok("the answer names no trace".to_owned());
    };
    let arrived = stored.whole_trace(id, &Expected::default()).await;
    let arrived = arrived.map_err(|error| Some(format!("{error:#}")))?;
    let missing = arrived.missing.map(|missing| format!("not whole: {missing}"));
    let Some(trace) = arrived.trace else {
        return Err(missing);
    };
    let answer = analyse(&trace).answer;
    let is_whole = whole::missing(&trace, &Expected::default()).is_none();
    Ok(match missing.filter(|_| !is_whole) {
        Some(missing) => format!("{answer} ({missing})"),
        None => answer,
    })
}
