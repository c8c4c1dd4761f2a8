//! Settings from arguments and environment: an empty variable is not set, an error names the variable that it is about,
//! and neither errors nor `--help` show a password.

use std::{
    collections::BTreeSet,
    env::var_os,
    ffi::OsString,
    io::{self, ErrorKind, Write as _},
    process::exit,
};

use clap::{
    Arg, ArgMatches, Command, Error,
    error::{ContextKind, ContextValue},
};

use crate::screen::note;

/// Which variable an error is about.
mod variable;

/// Help in the columns of a terminal.
mod columns;

use telemetry::config::redacted;

/// Reads them; ends the process where they ask for help or make no sense.
pub fn read<T: clap::Parser>(arguments: impl IntoIterator<Item = OsString>) -> T {
    read_with_sources(arguments).0
}

/// The same, with where each value came from.
pub fn read_with_sources<T: clap::Parser>(arguments: impl IntoIterator<Item = OsString>) -> (T, ArgMatches) {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    parse(&arguments).unwrap_or_else(|error| end(&error))
}

/// The names of all variables that this command or one of its subcommands reads.
pub fn variables(command: &Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(Arg::get_env);
    let own = own.map(|name| name.to_string_lossy().into_owned());
    own.chain(command.get_subcommands().flat_map(variables)).collect()
}

/// The names of all variables that are set.
pub fn set() -> Vec<String> {
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    set.filter_map(|(name, _)| name.into_string().ok()).collect()
}

fn parse<T: clap::Parser>(arguments: &[OsString]) -> Result<(T, ArgMatches), Error> {
    let mut command = as_set(T::command());
    let matches = command.try_get_matches_from_mut(arguments);
    let parsed = matches.and_then(|matches| Ok((T::from_arg_matches(&matches)?, matches)));
    parsed.map_err(|error| without_passwords(variable::named(error, &mut command, arguments), arguments))
}

/// An empty variable is one that is not set: the OpenTelemetry specification says so, and `${NAME:-}` in a compose
/// file makes many. A variable with a password stands in `--help` without its value.
fn as_set(command: Command) -> Command {
    let look = |arg: Arg| match arg.get_env().and_then(var_os) {
        Some(value) if value.is_empty() => arg.env(None::<&str>),
        Some(value) if hides(&value.to_string_lossy()) => arg.hide_env_values(true),
        _ => arg,
    };
    command.mut_args(look).mut_subcommands(as_set)
}

/// Whether something of this text is not shown.
fn hides(text: &str) -> bool {
    redacted(text) != text
}

/// An error repeats what was given.
fn without_passwords(mut error: Error, arguments: &[OsString]) -> Error {
    let context: Vec<_> = error
        .context()
        .map(|(kind, value)| (kind, value.clone()))
        .collect();
    for (kind, value) in context {
        let value = match value {
            ContextValue::String(text) if kind == ContextKind::InvalidValue => {
                ContextValue::String(value_without_password(&text, arguments))
            }
            ContextValue::String(text) => ContextValue::String(redacted(&text)),
            ContextValue::StyledStrs(tips) if tips.iter().any(|tip| hides(&tip.to_string())) => {
                ContextValue::None
            }
            other => other,
        };
        error.insert(kind, value);
    }
    error
}

/// A list is read piece by piece, and a piece may be one half of a password with a comma.
fn value_without_password(value: &str, arguments: &[OsString]) -> String {
    let mut wholes = arguments.iter().map(|argument| argument.to_string_lossy());
    if !hides(value) && !value.is_empty() && wholes.any(|whole| whole.contains(value) && hides(&whole)) {
        return "***".to_owned();
    }
    redacted(value)
}

/// As [`Error::exit`], but for help that cannot be written.
fn end(error: &Error) -> ! {
    let printed = print(error);
    match printed {
        Err(reason) if !error.use_stderr() && reason.kind() != ErrorKind::BrokenPipe => {
            note(&format!(
                "hop: standard output cannot be written: {}",
                reason.kind()
            ));
            exit(1)
        }
        _ => exit(error.exit_code()),
    }
}

/// As [`Error::print`], in lines that fit.
fn print(error: &Error) -> io::Result<()> {
    let text = |paints| {
        let rendered = error.render();
        let text = match paints {
            true => rendered.ansi().to_string(),
            false => rendered.to_string(),
        };
        columns::fit(&text)
    };
    if error.use_stderr() {
        let text = text(output::paints(&io::stderr()));
        return io::stderr().write_all(text.as_bytes());
    }
    let text = text(output::paints(&io::stdout()));
    io::stdout()
        .write_all(text.as_bytes())
        .and_then(|()| io::stdout().flush())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Parser, Debug)]
    struct Settings {
        #[arg(long, value_delimiter = ',')]
        urls: Vec<telemetry::HttpUrl>,
    }

    #[test]
    fn an_error_shows_no_password() {
        for (argument, kept) in [
            ("--urls=https://terry:secret@es", "https://***@es"),
            ("--urls=http://a:secret@es:99999,http://b", "***"),
            ("--urls=http://a:secret,2@es", "***"), // ends in a port called "secret"
            ("--urls=terry:secret@es", "***@es"),
            ("--urls=ftp://es/?key=secret", "ftp://es/?***"),
            ("http://terry:secret@es", "http://***@es"),
        ] {
            let error = parse::<Settings>(&["hop".into(), argument.into()]).unwrap_err();
            let text = error.to_string();
            assert!(!text.contains("secret") && text.contains(kept), "{text}");
        }
    }

    /// clap hands a command the value of a flag of all commands where it has its own of that id, and panics at its type.
    #[test]
    fn no_command_has_a_flag_by_the_id_of_one_of_all() {
        fn look(command: &clap::Command, above: &[String]) {
            let own = || {
                command
                    .get_arguments()
                    .filter(|argument| !argument.is_global_set())
            };
            for argument in own() {
                let id = argument.get_id().as_str();
                assert!(
                    !above.iter().any(|each| each == id),
                    "{}: {id}",
                    command.get_name()
                );
            }
            let of_all = command
                .get_arguments()
                .filter(|argument| argument.is_global_set());
            let of_all = of_all.map(|argument| argument.get_id().to_string());
            let below: Vec<String> = above.iter().cloned().chain(of_all).collect();
            command.get_subcommands().for_each(|each| look(each, &below));
        }
        let command = <crate::Cli as clap::CommandFactory>::command();
        look(&command, &[]);
        command.debug_assert();
    }

    #[test]
    fn every_variable_of_a_command_is_known() {
        let known = variables(&<crate::Cli as clap::CommandFactory>::command());
        for name in ["MDC_PROPAGATE", "QUERY_PORT", "ORDERS_URL", "ES_HOSTS"] {
            assert!(known.contains(name), "{name}");
        }
        assert!(!known.contains("OTEL_EXPORTER_JAEGER_ENDPOINT"));
    }
}
