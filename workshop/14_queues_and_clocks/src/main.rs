//! Orders and the warehouse of this lesson: the same program, started twice. Your file is `exercise.rs`.

/// The hops that you work on.
mod exercise;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    kit::queue::serve(exercise::routes, exercise::work, exercise::WRONG_CLOCK).await
}
