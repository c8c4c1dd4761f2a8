//! The learner's commands: `hop workshop`, and those below it.

use std::io;

use crate::{language::Lang, session::Session};

/// The current lesson, checked at each change.
mod watch;

/// One check.
mod once;

/// Hints, the solution, reset.
mod help;

/// Lessons, and where the learner is among them.
mod course;

/// For the instructor: every lesson proves itself.
mod verify;

/// Before the course.
mod prepare;

/// The instructor's board, and joining it.
mod board;

/// The arguments of `hop workshop`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Language of the texts [default: that of LC_ALL, LC_MESSAGES or LANG]
    #[arg(long, global = true, value_enum)]
    lang: Option<Lang>,

    /// The server that has your own traces, for lesson 01
    #[arg(
        id = "own_traces",
        long = "zipkin-url",
        global = true,
        value_name = "URL",
        default_value = "http://127.0.0.1:9411"
    )]
    zipkin_url: String,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Command {
    /// Check a lesson once: the current one, or the one named, which becomes the current one
    Run {
        /// Number or name, as in `list`
        lesson: Option<String>,
    },
    /// Go on to the next lesson; the work on this one is kept
    Next,
    /// Show the next hint; there are three
    Hint,
    /// Put the unsolved exercise back; the work is kept beside it
    Reset {
        /// Every lesson, and all progress
        #[arg(long)]
        all: bool,
    },
    /// Show the solution and why it is right: after passing, or after three tries
    Solution,
    /// List the lessons
    List,
    /// For instructors: prove that starters fail, solutions pass and wrong fixes are known by name
    Verify(verify::Args),
    /// Write the progress to a file
    Export {
        /// Where to
        file: std::path::PathBuf,
    },
    /// Take the progress from a file
    Import {
        /// Where from
        file: std::path::PathBuf,
    },
    /// For instructors: a page that shows who is at which lesson, and who is stuck
    #[command(after_help = board::EXAMPLES)]
    Board(board::Args),
    /// Join the instructor's board: it learns your lesson and its state
    #[command(after_help = board::JOIN_EXAMPLES)]
    Join(board::JoinArgs),
    /// Leave the board: your row goes, and nothing more is told
    Leave,
    /// Before the course: look for the toolchain, download what lessons need, build it once
    #[command(after_help = prepare::EXAMPLES)]
    Prepare(prepare::Args),
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop workshop                  the current lesson, checked each time you save
  hop workshop list             the lessons, and which are passed
  hop workshop run 4            check lesson 04 once; it becomes the current one
  hop workshop hint             a hint, then a clearer one, then a third
  hop workshop solution         after passing, or after three tries
  hop workshop --lang ko        한국어로
  hop workshop verify --all     for instructors: the lessons prove themselves
  hop workshop board            for instructors: who is where, and who is stuck
  hop workshop join URL         tell the instructor's board where you are
  hop workshop prepare          before the course, with a network
  hop mystery                   the capstone: which fault, and where?

Exit codes: 0 passed or done, 1 not passed or failed, 2 wrong usage.";

/// Does it.
///
/// # Errors
/// A lesson that is not passed, and whatever keeps a command from its work.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let session = Session::begin(args.lang, args.zipkin_url)?;
    let asked = args.command.clone();
    let done = tokio::select! {
        biased;
        done = command(&session, args.command) => done,
        // Dropped, a check kills its processes; a learner's that hangs would stay for ever.
        interrupted = interrupted() => match (interrupted, asked) {
            (Ok(()), None) => Ok(()),
            (Ok(()), Some(Command::Board(args))) => {
                args.say_ended(&session);
                Ok(())
            }
            (Ok(()), Some(_)) => Err(anyhow::anyhow!("interrupted")),
            (Err(error), _) => Err(error.into()),
        },
    };
    session.settle().await;
    done
}

/// Resolves at Ctrl-C; on Unix at SIGTERM and when the terminal closes, too.
async fn interrupted() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        let mut hung_up = signal(SignalKind::hangup())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
            _ = hung_up.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

async fn command(session: &Session, command: Option<Command>) -> anyhow::Result<()> {
    match command {
        None => watch::run(session).await,
        Some(Command::Run { lesson }) => once::run(session, lesson.as_deref()).await,
        Some(Command::Next) => course::next(session).await,
        Some(Command::Hint) => help::hint(session),
        Some(Command::Reset { all }) => help::reset(session, all).await,
        Some(Command::Solution) => help::solution(session),
        Some(Command::List) => course::list(session),
        Some(Command::Verify(args)) => verify::run(session, &args).await,
        Some(Command::Export { file }) => course::export(session, &file),
        Some(Command::Import { file }) => course::import(session, &file).await,
        Some(Command::Board(args)) => board::run(session, &args).await,
        Some(Command::Join(args)) => board::join(session, args).await,
        Some(Command::Leave) => board::leave(session).await,
        Some(Command::Prepare(args)) => prepare::run(session, &args).await,
    }
}
