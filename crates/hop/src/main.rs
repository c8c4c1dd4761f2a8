//! The binary. Everything is in the library beside it.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    hop::run(hop::Cli::read()).await
}
