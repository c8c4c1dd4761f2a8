//! The instructor's board, and the learner's two commands for it.

use std::{
    io::ErrorKind,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{anyhow, bail};
use serde_json::json;

use crate::{
    board::{self, Board, Choices, reachable},
    member::{Joined, Undelivered, post},
    random,
    session::Session,
    told::{State, label_fault},
};

/// With `--json`, the board is looked at this often, and said when it has changed.
const LOOK: Duration = Duration::from_secs(1);

/// The board's choices.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Where learners reach the board
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:9480")]
    listen_addr: SocketAddr,

    /// This machine's name in the join line, where the address is not right
    #[arg(long, value_name = "HOST", value_parser = host)]
    host: Option<String>,

    /// Let every machine on the network read the board, not this one alone
    #[arg(long)]
    open: bool,

    /// Minutes on one lesson after which a learner is shown as stuck
    #[arg(long, value_name = "MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1000))]
    stuck_after: u64,

    /// The most learners
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    learners: u16,

    /// One JSON object a line: the addresses, then the board when it changes
    #[arg(long)]
    json: bool,
}

impl Args {
    /// Says that the board is closed, after Ctrl-C.
    pub fn say_ended(&self, session: &Session) {
        if !self.json {
            session.say("board-ended", &[]);
        }
    }
}

/// Whom to join, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub struct JoinArgs {
    /// The address that the board shows, with its token
    url: String,

    /// The name on the board, if you want one there: any text
    #[arg(long, default_value = "", value_parser = label)]
    name: String,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop workshop board                          this machine reads it
  hop workshop board --open                   the whole network may read it
  hop workshop board --stuck-after 15
  hop workshop board --listen-addr 0.0.0.0:0  on a free port
  hop workshop board --json                   for a program

It takes a learner's lesson, its state and the name of the last verdict; no code
and no name but the one that a learner gives. It writes nothing to disk and
forgets all when Ctrl-C ends it.";

/// Examples for `--help`.
pub const JOIN_EXAMPLES: &str = "\
Examples:
  hop workshop join http://192.168.1.5:9480/abcd-efgh-jkmn
  hop workshop join 192.168.1.5:9480/abcd-efgh-jkmn --name terry

The board learns your lesson, its state and the name of the last verdict, under
a random id and the name that you give, if any. Work does not wait for it; a
command that ends gives a board that is away a quarter of a second.";

/// Opens the board, says where, and serves until Ctrl-C.
pub async fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let choices = Choices {
        learners: args.learners.into(),
        stuck_after: Duration::from_secs(args.stuck_after * 60),
        is_open: args.open,
    };
    let token = random::token();
    let board = Board::new(session, token.clone(), choices)?;
    let listener = serve::bind(args.listen_addr).await.map_err(|error| {
        if error.source.kind() == ErrorKind::AddrInUse {
            anyhow!(
                "{error}: the port is taken; add --listen-addr {}:0",
                host_of(args.listen_addr)
            )
        } else {
            error.into()
        }
    })?;
    say_where(session, args, listener.local_addr()?, &token);
    tokio::select! {
        () = board::serve(board.clone(), listener) => {}
        () = changes(session, &board), if args.json => {}
    }
    Ok(())
}

fn say_where(session: &Session, args: &Args, listening: SocketAddr, token: &str) {
    let (port, found) = (listening.port(), reachable(listening));
    let hosts: Vec<String> = match &args.host {
        Some(host) => vec![host.clone()],
        None => found
            .iter()
            .map(|address| host_of(SocketAddr::new(*address, 0)))
            .collect(),
    };
    let joins: Vec<String> = hosts
        .iter()
        .map(|host| format!("http://{host}:{port}/{token}"))
        .collect();
    let here = if listening.ip().is_unspecified() {
        "127.0.0.1".to_owned()
    } else {
        host_of(listening)
    };
    let page = format!("http://{here}:{port}/");
    if args.json {
        let line =
            json!({"page": page, "json": format!("{page}board.json"), "join": joins, "open": args.open});
        return session.report.say(&line.to_string());
    }
    let line = |url: &String| format!("  cargo run -- workshop join {url} --name NAME");
    let lines = joins.iter().map(line).collect::<Vec<_>>().join("\n");
    let readers = if args.open {
        let open = hosts
            .iter()
            .map(|host| format!("http://{host}:{port}/"))
            .collect::<Vec<_>>();
        session.words.with("board-open", &[("pages", &open.join("  "))])
    } else {
        session.words.get("board-closed").to_owned()
    };
    session.say(
        "board-start",
        &[("page", &page), ("lines", &lines), ("readers", &readers)],
    );
}

/// Says the whole board each time it differs from what was said.
async fn changes(session: &Session, board: &Board) {
    let mut said = String::new();
    loop {
        let text = serde_json::to_string(&board.shown()).unwrap_or_default();
        if text != said {
            session.report.say(&text);
            said = text;
        }
        if output::stdout().failure().is_some() {
            return;
        }
        tokio::time::sleep_until((Instant::now() + LOOK).into()).await;
    }
}

/// Joins a board, or says why not.
pub async fn join(session: &Session, args: JoinArgs) -> anyhow::Result<()> {
    let path = session.places.board();
    let joined = Joined::parse(&args.url, args.name)?.keeping_row(Joined::load(&path).ok().flatten());
    let lesson = session.lesson(&session.progress()?, None)?;
    let board = [("board", joined.board.as_str())];
    match post(&joined, &joined.told(lesson.id, State::Working, "")).await {
        Ok(()) => {}
        Err(Undelivered::Away) => bail!("{}", session.words.with("join-away", &board)),
        Err(refused) => bail!("{}: {refused}", joined.board),
    }
    joined.save(&path)?;
    session.say("joined", &board);
    Ok(())
}

/// Leaves the board, whether it is there or not.
pub async fn leave(session: &Session) -> anyhow::Result<()> {
    let path = session.places.board();
    let Some(joined) = Joined::load(&path)? else {
        session.say("left-none", &[]);
        return Ok(());
    };
    let lesson = session.lesson(&session.progress()?, None)?;
    std::fs::remove_file(&path)?;
    let told = post(&joined, &joined.told(lesson.id, State::Left, "")).await;
    let name = if told.is_ok() { "left" } else { "left-away" };
    session.say(name, &[("board", &joined.board)]);
    Ok(())
}

fn host_of(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}

fn host(text: &str) -> Result<String, String> {
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_host) {
        Ok(text.to_owned())
    } else {
        Err("a name or an address of a machine, such as 192.168.1.5".to_owned())
    }
}

fn label(text: &str) -> Result<String, String> {
    match label_fault(text) {
        Some(fault) => Err(fault.to_owned()),
        None => Ok(text.to_owned()),
    }
}
