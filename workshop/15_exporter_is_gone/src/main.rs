//! The orders service of this lesson. Your file is `exercise.rs`.

/// The hop that you work on.
mod exercise;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    exercise::serve().await
}
