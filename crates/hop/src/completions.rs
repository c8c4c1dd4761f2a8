//! `hop completions` and `hop man`: what a shell and `man` know of the commands, made by the commands themselves.

use clap_complete::Shell;

/// Examples for the help of `completions`.
pub const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  hop completions bash > ~/.local/share/bash-completion/completions/hop
  hop completions zsh > ~/.zfunc/_hop       with ~/.zfunc in fpath
  hop completions fish > ~/.config/fish/completions/hop.fish
  hop completions powershell >> $PROFILE";

/// Examples for the help of `man`.
pub const MAN_EXAMPLES: &str = "\
Examples:
  hop man                                   hop itself
  hop man load > hop-load.1                 one command
  hop man load | man -l -                   at once, where man reads files";

/// Which shell.
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

/// Which command.
#[derive(Debug, clap::Args)]
pub struct Man {
    /// The command [default: hop itself]
    command: Option<String>,
}

/// The script for a shell.
pub fn completions(args: &Completions, mut command: clap::Command) -> anyhow::Result<String> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "hop", &mut script);
    Ok(String::from_utf8(script)?)
}

/// The page of a command, as roff.
pub fn man(args: &Man, mut command: clap::Command) -> anyhow::Result<String> {
    command.build();
    let title = args
        .command
        .as_ref()
        .map_or_else(|| "hop".to_owned(), |name| format!("hop-{name}"));
    let shown = match &args.command {
        None => command,
        Some(name) => {
            let found = command.find_subcommand(name).cloned();
            found.ok_or_else(|| anyhow::anyhow!("hop has no command '{name}': `hop --help` lists them"))?
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(shown).title(title).render(&mut page)?;
    Ok(String::from_utf8(page)?)
}
