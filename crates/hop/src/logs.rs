//! `hop logs`: log lines from a pipe, of one trace, in any of our formats.

use std::io::{self, BufRead, IsTerminal as _, Read as _};

use anyhow::{bail, ensure};
use expect::LogLine;

use crate::{
    screen::{Screen, note},
    trace::{Digits, parse_id},
};

/// One line, shown.
pub(crate) mod line;

/// Longer lines are cut: nobody logs a megabyte in one.
const LONGEST: u64 = 1 << 20;

/// More lines than this are not put in order.
const MOST: usize = 100_000;

/// Whose lines, and how.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trace id or its first digits; without it, all lines
    #[arg(value_parser = parse_id)]
    id: Option<Digits>,

    /// Print lines as they come, not by time when the last one has come
    #[arg(short, long)]
    follow: bool,

    /// Print JSON, one object a line, whatever the format was
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  docker compose logs --no-log-prefix | hop logs 463ac35c
  docker compose logs | hop logs 463ac35c        with the name of the service
  docker compose logs -f --no-log-prefix | hop logs -f 463ac35c
  LOG_FORMAT=ecs hop up --once | hop logs --json

The formats text, logback, gcp and ecs are read, mixed as they come, and the
short lines of `hop up` on a terminal. Exits with 1 where no line has the id.";

/// Reads standard input to its end.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let input = io::stdin();
    ensure!(
        !input.is_terminal(),
        "lines are read from a pipe, as in `docker compose logs --no-log-prefix | hop logs ID`"
    );
    let screen = Screen::stdout();
    let show = |line: &LogLine| {
        screen.say(&if args.json {
            line::json(line)
        } else {
            line::text(line, screen.paint())
        });
    };
    let (found, kept) = read(input.lock(), &args, show)?;
    kept.iter().for_each(show);
    match &args.id {
        Some(id) if found == 0 => bail!("no line has a trace id that begins with {}", id.text()),
        _ => Ok(()),
    }
}

/// The number of lines that were found, and those that are still to be shown, by time.
fn read(mut input: impl BufRead, args: &Args, show: impl Fn(&LogLine)) -> io::Result<(usize, Vec<LogLine>)> {
    let (mut found, mut kept) = (0, Vec::new());
    let mut bytes = Vec::new();
    while next(&mut input, &mut bytes)? {
        let Some(line) = LogLine::read(&String::from_utf8_lossy(&bytes)) else {
            continue;
        };
        if !args.id.as_ref().is_none_or(|id| line.is_of(id.text())) {
            continue;
        }
        found += 1;
        if args.follow {
            show(&line);
        } else if kept.len() < MOST {
            kept.push(line);
        }
    }
    if !args.follow && found > MOST {
        note(&format!(
            "hop: the first {MOST} of {found} lines; -f shows all of them"
        ));
    }
    // Stable: lines of one time, and those without, stay as they came.
    kept.sort_by(|one, other| line::order(one).cmp(line::order(other)));
    Ok((found, kept))
}

/// The next line, cut where it is too long.
fn next(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<bool> {
    bytes.clear();
    let read = input.by_ref().take(LONGEST).read_until(b'\n', bytes)?;
    if read as u64 == LONGEST && bytes.last() != Some(&b'\n') {
        input.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = r#"
2026-11-24 07:17:19.097  INFO [gateway,463ac35c9f6413ad,a2fb4a1d1a96d312,true] 12 --- [main] gateway::routes : userId=terry getItem
orders-1  | {"timestamp":"2026-11-24T07:17:19.050Z","level":"WARN","mdc":{"traceId":"463ac35c9f6413ad","userId":"terry"},"logger":"orders","message":"slow"}
{"severity":"ERROR","time":"2026-11-24T07:17:19.010000Z","message":"no","serviceContext":{"service":"inventory"},"logging.googleapis.com/trace":"projects/p/traces/0000000000000000463ac35c9f6413ad"}
{"@timestamp":"2026-11-24T07:17:19.020Z","log.level":"INFO","message":"yes","service.name":"orders","trace.id":"463ac35c9f6413ad"}
{"@timestamp":"2026-11-24T07:17:19.000Z","log.level":"INFO","message":"another","service.name":"orders","trace.id":"563ac35c9f6413ad"}
no line of ours
"#;

    fn shown(id: Option<&str>, follow: bool) -> (usize, Vec<String>) {
        let args = Args {
            id: id.map(|id| parse_id(id).unwrap()),
            follow,
            json: false,
        };
        let streamed = std::cell::RefCell::new(Vec::new());
        let plain = |line: &LogLine| line::text(line, crate::screen::Paint(false));
        let show = |line: &LogLine| streamed.borrow_mut().push(plain(line));
        let (found, kept) = read(LINES.as_bytes(), &args, show).unwrap();
        let streamed = streamed.take();
        (
            found,
            streamed.into_iter().chain(kept.iter().map(plain)).collect(),
        )
    }

    #[test]
    fn lines_of_all_formats_stand_by_time() {
        let (found, lines) = shown(Some("463AC35C"), false);
        assert_eq!(
            lines,
            [
                "07:17:19.010 ERROR 463ac35c inventory no",
                "07:17:19.020 INFO  463ac35c orders yes",
                "07:17:19.050 WARN  463ac35c orders userId=terry slow",
                "07:17:19.097 INFO  463ac35c gateway userId=terry getItem",
            ]
        );
        assert_eq!(found, 4);
        assert_eq!(shown(Some("999"), false).0, 0);
    }

    #[test]
    fn lines_that_are_followed_stand_as_they_come() {
        let (_, lines) = shown(None, true);
        assert_eq!(lines.len(), 6);
        assert!(
            lines[0].contains("getItem") && lines[5] == "no line of ours",
            "{lines:?}"
        );
    }

    #[test]
    fn a_long_line_is_cut_and_the_next_one_read() {
        let input = format!("{}\nshort\n", "x".repeat(3 << 20));
        let mut input = input.as_bytes();
        let mut bytes = Vec::new();
        assert!(next(&mut input, &mut bytes).unwrap() && bytes.len() == 1 << 20);
        assert!(next(&mut input, &mut bytes).unwrap() && bytes == b"short\n");
        assert!(!next(&mut input, &mut bytes).unwrap());
    }
}
