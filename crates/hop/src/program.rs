//! The command that starts this program, for commands that somebody is to enter.

/// `cargo run --` where cargo has started it, which cargo says in the environment.
pub fn program() -> &'static str {
    match std::env::var_os("CARGO") {
        Some(_) => "cargo run --",
        None => "hop",
    }
}
