//! The command that starts this program, for commands that somebody is to enter.

/// The program as cargo's users enter it.
const BY_CARGO: &str = "cargo run --";

/// `cargo run --` where cargo has started it, which cargo says in the environment.
pub fn program() -> &'static str {
    match std::env::var_os("CARGO") {
        Some(_) => BY_CARGO,
        None => "hop",
    }
}

/// A text in which commands stand between backticks, with each as the reader enters it.
pub fn entered(text: &str) -> String {
    entered_as(text, program())
}

fn entered_as(text: &str, program: &str) -> String {
    text.replace("`hop ", &format!("`{program} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_a_sentence_begin_as_the_readers_own() {
        let text = "hop: is it running? `hop up` starts everything";
        let expected = "hop: is it running? `cargo run -- up` starts everything";
        assert_eq!(entered_as(text, BY_CARGO), expected);
        assert_eq!(entered_as(text, "hop"), text);
    }
}
