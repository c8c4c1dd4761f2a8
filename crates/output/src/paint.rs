//! Whether to paint: on a terminal that knows colours, unless `NO_COLOR` is set (<https://no-color.org>).

use std::{env::var_os, io::IsTerminal};

/// Whether to paint on this stream.
///
/// ```
/// if output::paints(&std::io::stdout()) {
///     println!("\x1b[31mred\x1b[0m");
/// }
/// ```
pub fn paints(stream: &impl IsTerminal) -> bool {
    let set = |name| var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = var_os("TERM").is_some_and(|term| term == "dumb");
    // An old Windows console prints escape sequences as they are; Windows Terminal and ssh name themselves.
    let knows = !cfg!(windows) || set("WT_SESSION") || set("TERM");
    stream.is_terminal() && knows && !dumb && !set("NO_COLOR")
}
