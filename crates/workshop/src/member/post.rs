//! One message on its way to the board.

use std::{fmt, time::Duration};

use reqwest::{Client, StatusCode, header::CONTENT_TYPE, redirect::Policy};

use super::Joined;
use crate::told::Told;

/// A board on the same network answers in milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest part of a refusal that is shown, in characters.
const WORDS: usize = 200;

/// The reason why a message did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// No answer.
    Away,
    /// The board's status, and its words.
    Refused(StatusCode, String),
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away => f.write_str("no answer"),
            Self::Refused(status, words) => write!(f, "{status}: {words}"),
        }
    }
}

/// Posts it.
///
/// # Errors
/// No answer, or a refusal.
pub async fn post(joined: &Joined, told: &Told) -> Result<(), Undelivered> {
    let away = |_| Undelivered::Away;
    // No proxy, and no other server than the one that was joined.
    let builder = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(PATIENCE);
    let client = builder.build().map_err(away)?;
    let body = serde_json::to_string(told).unwrap_or_default();
    let request = client
        .post(format!("{}/told", joined.board))
        .bearer_auth(&joined.token)
        .header(CONTENT_TYPE, "application/json")
        .body(body);
    let mut answer = request.send().await.map_err(away)?;
    if answer.status().is_success() {
        return Ok(());
    }
    let first = answer.chunk().await.ok().flatten().unwrap_or_default();
    let words: String = String::from_utf8_lossy(&first).chars().take(WORDS).collect();
    Err(Undelivered::Refused(answer.status(), output::clean(words.trim())))
}
