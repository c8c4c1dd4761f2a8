//! `hop completions` and `hop man` in a build that leaves them out: a learner does not wait for their libraries.

/// The way to a build that has them.
const WAY_OUT: &str = "this build leaves it out; build with `cargo build -p hop --features shell`, or use a release or the image";

/// Help of `completions`.
pub const COMPLETIONS_EXAMPLES: &str = "\
This build leaves it out. Releases and the image have it, and so has
  cargo run -p hop --features shell -- completions bash";

/// Help of `man`.
pub const MAN_EXAMPLES: &str = "\
This build leaves it out. Releases and the image have it, and so has
  cargo run -p hop --features shell -- man load";

/// Any shell.
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell: bash, zsh, fish or powershell
    shell: String,
}

/// Any command.
#[derive(Debug, clap::Args)]
pub struct Man {
    /// The command [default: hop itself]
    command: Option<String>,
}

/// Says how to get it.
pub fn completions(_: &Completions, _: clap::Command) -> anyhow::Result<String> {
    anyhow::bail!("{WAY_OUT}")
}

/// Says how to get it.
pub fn man(_: &Man, _: clap::Command) -> anyhow::Result<String> {
    anyhow::bail!("{WAY_OUT}")
}
