//! `hop mystery`: faults that a seed draws are set in a running system, and somebody finds out which, and where.

use std::{
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use anyhow::{anyhow, bail, ensure};
use mystery::{Answer, Case, Evidence, Facts};

use workshop::{Capstone, Lang, Stage};

use crate::{
    interrupts::Interrupts,
    language::Spoken,
    screen::{Screen, waiting_in},
    stored::Address,
};

/// The system that is broken: one that runs, or one of its own.
mod ground;

/// Requests all the while.
mod traffic;

/// Questions, and what is typed.
mod prompt;

/// The answer, graded and explained.
mod verdict;

/// Texts in English and Korean.
mod text;

/// Why it does not begin, or ends early.
mod refused;

use ground::Ground;
use refused::Refused;
use traffic::Traffic;
use verdict::Verdict;

/// The arguments of `hop mystery`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,

    #[command(flatten)]
    play: Play,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Say what can be wrong, and what shows it; nothing of any seed
    #[command(after_help = LIST_EXAMPLES)]
    List(List),
    /// Give up: set the faults, and show which they are and what shows them
    #[command(after_help = REVEAL_EXAMPLES)]
    Reveal(Look),
}

#[derive(Debug, clap::Args)]
struct Play {
    /// Answer in place of questions; once for each fault
    #[arg(long = "answer", value_name = "HOP:KIND")]
    answers: Vec<Answer>,

    #[command(flatten)]
    look: Look,
}

#[derive(Debug, clap::Args)]
struct Look {
    /// Which mystery: the same number, the same faults [default: by chance]
    #[arg(long)]
    seed: Option<u64>,

    /// Time of requests before the answer is graded
    #[arg(long = "for", default_value = "5s", value_name = "TIME", value_parser = load::time)]
    length: Duration,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: the grade, the evidence and the rules' own diagnosis
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: a list of kinds
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop mystery                              any mystery, on a terminal
  hop mystery --seed 7                     the seventh; `hop up` may run, or not
  hop mystery --seed 7 --answer orders:latency
  hop mystery --seed 7 --answer gateway:retry-storm --answer orders:error
  hop mystery list                         what can be wrong
  hop mystery reveal --seed 7              give up
  hop mystery --seed 7 --answer orders:clock --json

One fault or two are set in the services of `hop up`, or in a system of its own
where none runs, and requests are sent all the while. You look, with `hop hops`,
`hop trace`, `hop doctor` and the pages, and say which hop has which fault.
Kinds that no trace tells apart count as one. Each fault gives two points, its
hop or its kind alone one. At the end, and at Ctrl-C, the faults are taken off.

Exit codes: 0 all faults were named, or there was nothing to answer; 1 they were
not, or it failed and said why; 2 wrong usage.";

const LIST_EXAMPLES: &str = "\
Examples:
  hop mystery list
  hop mystery list --json";

const REVEAL_EXAMPLES: &str = "\
Examples:
  hop mystery reveal --seed 7
  hop mystery reveal --seed 7 --json

Exits with 0 once all is shown.";

/// Does it.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    match args.what {
        Some(What::List(list)) => {
            let language = list.spoken.choose(list.json);
            let said = if list.json {
                text::list_json(language)
            } else {
                text::list(language, &screen)
            };
            screen.say(&said);
            Ok(())
        }
        Some(What::Reveal(look)) => play(&screen, &look, Asking::Nothing).await,
        None => {
            let Play { answers, look } = args.play;
            let is_asked =
                answers.is_empty() && !look.json && screen.is_terminal() && io::stdin().is_terminal();
            let asking = match (answers.is_empty(), is_asked) {
                (false, _) => Asking::Given(answers),
                (true, true) => Asking::Questions,
                (true, false) => Asking::Later,
            };
            play(&screen, &look, asking).await
        }
    }
}

/// Where the answers come from.
#[derive(Debug)]
enum Asking {
    /// From the command line.
    Given(Vec<Answer>),
    /// From a person at a terminal.
    Questions,
    /// From a later command: nothing is graded, and nothing revealed.
    Later,
    /// From nobody: all is revealed.
    Nothing,
}

/// From the system to the verdict; whatever happens, the faults are taken off.
async fn play(screen: &Screen, look: &Look, asking: Asking) -> anyhow::Result<()> {
    let interrupts = Interrupts::listen()?;
    let seed = look.seed.unwrap_or_else(any_seed);
    let case = mystery::draw(seed);
    let language = look.spoken.choose(look.json);
    if let Asking::Given(answers) = &asking {
        let (given, count) = (answers.len(), case.faults.len());
        ensure!(given <= count, "{}", text::too_many(given, count, language));
    }
    let ground = tokio::select! {
        ground = waiting_in(language, "the services", "서비스", Ground::find(&look.address, language)) => ground?,
        () = interrupts.at_least(1) => bail!(Refused::Interrupted.text(language)),
    };
    let played = tokio::select! {
        played = play_on(screen, look, &asking, seed, &case, &ground) => played,
        () = interrupts.at_least(1) => Err(anyhow!(Refused::GivenUp.text(language))),
    };
    let left = ground.leave(&interrupts).await;
    played.and(left)
}

async fn play_on(
    screen: &Screen,
    look: &Look,
    asking: &Asking,
    seed: u64,
    case: &Case,
    ground: &Ground,
) -> anyhow::Result<()> {
    let language = look.spoken.choose(look.json);
    let capstone = Capstone::begin(seed, Lang::of_engine(language));
    let begun = ground.begin(case, seed).await?;
    let traffic = Traffic::start(ground, seed).await?;
    let since = Instant::now();
    capstone.tell(Stage::Working);
    let answers = match asking {
        Asking::Given(answers) => Some(answers.clone()),
        Asking::Questions => {
            let count = case.faults.len();
            screen.say(&opening(seed, count, ground, language, screen.width()));
            prompt::ask(screen, count, language).await?
        }
        Asking::Later | Asking::Nothing => None,
    };
    let left = look.length.saturating_sub(since.elapsed());
    let pause = tokio::time::sleep(left);
    waiting_in(language, "the requests of --for", "--for 동안의 요청", pause).await;
    let evidence = waiting_in(language, "the evidence", "증거", async {
        let to_us = traffic.end().await?;
        mystery::gather(&ground.chain, &ground.names, &ground.stored, begun.until(to_us)).await
    });
    let evidence = evidence.await?;
    let facts = Facts::of(&evidence);
    ensure!(facts.requests > 0, Refused::NoTrace.text(language));
    if matches!(asking, Asking::Later) {
        screen.say(&later(seed, case, &evidence, look, language, screen));
        return Ok(());
    }
    let verdict = Verdict::of(seed, case, answers, &evidence, &facts, language);
    let said = if look.json {
        verdict.json()?
    } else {
        verdict.text(screen)
    };
    screen.say(&said);
    capstone.tell(verdict.stage());
    capstone.settle().await;
    let is_over = matches!(asking, Asking::Nothing) || verdict.is_solved();
    ensure!(is_over, "{}", text::not_solved(verdict.points(), language));
    Ok(())
}

/// The first screen of a mystery in this system.
fn opening(seed: u64, count: usize, ground: &Ground, language: zipkin::Language, width: usize) -> String {
    let scene = text::Scene {
        gateway: &ground.chain.edge().url.to_string(),
        zipkin: &ground.stored.url().to_string(),
        arguments: &ground.arguments,
        is_own: ground.is_own(),
    };
    text::opening(seed, count, &scene, language, width)
}

/// The things to look at, for a learner who answers by a later command.
fn later(
    seed: u64,
    case: &Case,
    evidence: &Evidence,
    look: &Look,
    language: zipkin::Language,
    screen: &Screen,
) -> String {
    match look.json {
        true => text::later_json(seed, case.faults.len(), evidence).to_string(),
        false => {
            let arguments = look.address.arguments();
            text::later(seed, case.faults.len(), evidence, &arguments, language, screen)
        }
    }
}

/// A number that is short to type.
fn any_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::from(now.unwrap_or_default().subsec_nanos()) / 1_000 % 10_000
}
