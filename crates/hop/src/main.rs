//! The binary. Everything is in the library beside it.

use clap::Parser as _;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    hop::run(hop::Cli::parse()).await
}
