//! The client of the stage.

use std::time::Duration;

/// An answer takes longer only where something hangs; the gateway gives up after two seconds.
const PATIENCE: Duration = Duration::from_secs(8);

/// A client that heeds no proxy: hops are neighbours.
pub fn client() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?)
}
