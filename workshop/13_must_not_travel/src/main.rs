//! The orders service of this lesson. Your file is `exercise.rs`.

/// What you work on.
mod exercise;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    kit::hand::serve(exercise::routes).await
}
