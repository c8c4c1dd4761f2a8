//! A build without the live view: a learner does not wait for its library.

use std::time::Duration;

use zipkin::Language;

use super::look::Asked;
use crate::stored::Stored;

/// Says how to get it.
pub async fn run(_: Stored, _: Asked, _: Duration, _: Language) -> anyhow::Result<()> {
    anyhow::bail!(
        "this build leaves the live view out: `cargo run -p hop --features top -- top`, a release and the image have it; \
         `hop top --json` prints one look"
    )
}
