//! `hop health`: whether one part answers, for a person, a script or a container's health check.

use anyhow::ensure;
use ask::{
    request::{self, Place, SHORT},
    server::with_scheme,
};
use reqwest::header::HeaderMap;
use telemetry::HttpUrl;

use crate::screen::Screen;

/// The part to ask.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address of the part; http:// and /health are added where they are missing
    #[arg(value_parser = address)]
    url: HttpUrl,

    /// Print what the part says of itself
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop health http://127.0.0.1:8081
  hop health 127.0.0.1:9411
  hop health http://127.0.0.1:8082 --json   spans ended, sent, dropped

Exits with 0 when the part answers that it is up, else with 1.";

fn address(text: &str) -> Result<HttpUrl, String> {
    let url: HttpUrl = with_scheme(text.trim())
        .parse()
        .map_err(|error| format!("{error}"))?;
    let mut health = url.as_url().clone();
    if health.path() == "/" {
        health.set_path("/health");
    }
    health.as_str().parse().map_err(|error| format!("{error}"))
}

/// Asks once.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let place = Place::from(&args.url);
    let answer = request::get(&request::client()?, &place, HeaderMap::new(), SHORT).await?;
    ensure!(answer.status.is_success(), answer.refusal(&place));
    Screen::stdout().say(&if args.json {
        String::from_utf8_lossy(&answer.body).into_owned()
    } else {
        format!("{} is up", place.shown())
    });
    Ok(())
}
