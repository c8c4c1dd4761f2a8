//! The binary. Everything is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = hop::Cli::read();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::stderr().say(&format!("hop: no threads to run on: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(hop::run(cli));
    // Dropped, it would wait for whatever still runs, and nothing does that anybody waits for.
    runtime.shutdown_background();
    code
}
