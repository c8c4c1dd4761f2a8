//! `hop health`: whether one part answers, for a person, a script or a container's health check.

use anyhow::ensure;
use reqwest::header::HeaderMap;

use crate::{draw::text::clean, request, screen::Screen};

/// Whom to ask.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address of the part; http:// and /health are added where they are missing.
    #[arg(value_parser = address)]
    url: reqwest::Url,

    /// Print what the part says of itself.
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop health http://127.0.0.1:8081
  hop health 127.0.0.1:9411
  hop health http://127.0.0.1:8082 --json   how many spans ended, were sent or dropped

Exits with 0 when the part answers that it is up, else with 1.";

fn address(text: &str) -> Result<reqwest::Url, String> {
    let url = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    url.parse()
        .map_err(|error| format!("{error}; an address such as http://127.0.0.1:8081 is needed"))
}

/// Asks once.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let mut url = args.url;
    if url.path() == "/" {
        url.set_path("/health");
    }
    let answer = request::get(&request::client()?, url.as_str(), HeaderMap::new()).await?;
    let body = String::from_utf8_lossy(&answer.body);
    ensure!(
        answer.status.is_success(),
        "{url} answers {}: {}",
        answer.status,
        clean(&body)
    );
    Screen::stdout().say(&if args.json {
        body.into_owned()
    } else {
        format!("{url} is up")
    });
    Ok(())
}
