//! Which variable an error is about. clap names the flag alone, which nobody has typed where the value was in the environment.

use std::{env::var_os, ffi::OsString};

use clap::{
    Arg, Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};
use output::clean;

/// The longest value that an error repeats.
const SHOWN: usize = 100;

/// The error with the names of variables beside flags.
pub fn named(mut error: Error, command: &mut Command, arguments: &[OsString]) -> Error {
    if error.kind() == ErrorKind::InvalidUtf8 {
        return match not_text(command) {
            Some(name) => command.error(ErrorKind::InvalidUtf8, format!("{name} is not UTF-8")),
            None => error,
        };
    }
    match error.get(ContextKind::InvalidArg).cloned() {
        Some(ContextValue::String(flag)) => {
            if let Some(arg) = find(command, &flag).filter(|arg| !is_given(arg, arguments)) {
                name_one(&mut error, &flag, arg);
            }
        }
        Some(ContextValue::Strings(flags)) => {
            let flags = flags.into_iter().map(|flag| with_name(command, flag));
            let flags = ContextValue::Strings(flags.collect());
            error.insert(ContextKind::InvalidArg, flags);
        }
        _ => {}
    }
    error
}

fn name_one(error: &mut Error, flag: &str, arg: &Arg) {
    let Some((name, value)) = arg.get_env().and_then(|name| Some((name, var_os(name)?))) else {
        return;
    };
    let name = name.to_string_lossy();
    let setting = if arg.is_hide_env_values_set() {
        error.insert(ContextKind::InvalidValue, ContextValue::String("***".to_owned()));
        format!("{name} ({flag})")
    } else {
        let value: String = value.to_string_lossy().chars().take(SHOWN).collect();
        format!("{name}={} ({flag})", clean(&value))
    };
    error.insert(ContextKind::InvalidArg, ContextValue::String(setting));
}

fn with_name(command: &Command, flag: String) -> String {
    match find(command, &flag).and_then(Arg::get_env) {
        Some(name) => format!("{flag} ({})", name.to_string_lossy()),
        None => flag,
    }
}

/// The argument that clap calls `--name <VALUE>`, of this command or a subcommand. A flag has the same variable wherever it stands.
fn find<'a>(command: &'a Command, flag: &str) -> Option<&'a Arg> {
    let long = flag.strip_prefix("--")?.split([' ', '=', '[']).next()?;
    let mut own = command.get_arguments();
    own.find(|arg| arg.get_long() == Some(long) && arg.get_env().is_some())
        .or_else(|| command.get_subcommands().find_map(|each| find(each, flag)))
}

/// An argument beats its variable.
fn is_given(arg: &Arg, arguments: &[OsString]) -> bool {
    let long = arg.get_long().unwrap_or_default();
    arguments.iter().any(|argument| {
        let text = argument.to_string_lossy();
        let name = text.strip_prefix("--").and_then(|text| text.split('=').next());
        name == Some(long)
    })
}

fn not_text(command: &Command) -> Option<String> {
    let mut names = command.get_arguments().filter_map(Arg::get_env);
    let is_text = |name: &&std::ffi::OsStr| var_os(name).is_none_or(|value| value.to_str().is_some());
    let name = names.find(|name| !is_text(name));
    name.map(|name| name.to_string_lossy().into_owned())
        .or_else(|| command.get_subcommands().find_map(not_text))
}
