//! `hop doctor`: checks with a page for each, and a canary through every hop.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use ask::server;
use doctor::{Finding, Patient, Verdict};
use probe::{Chain, Evidence};
use service::BaseUrl;
use zipkin::Language;

use crate::{
    interrupts::Interrupts,
    language::Spoken,
    lines::Lines,
    ports::Ports,
    screen::{Screen, note, waiting_in},
    stored::Address,
};

/// Findings for people and for programs.
mod text;

/// The services to look at.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,

    #[command(flatten)]
    look: Look,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show the page of a check, or the list of all
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain {
        /// The id of a check
        id: Option<String>,

        #[command(flatten)]
        spoken: Spoken,
    },
}

#[derive(Debug, clap::Args)]
struct Look {
    /// Before `hop up`: ports should be free
    #[arg(long)]
    pre: bool,

    /// Look again until all is well, for so long
    #[arg(long, value_name = "TIME", value_parser = load::time)]
    wait: Option<Duration>,

    /// Log lines of the services, in any of our formats
    #[arg(long, value_name = "FILE")]
    lines: Option<Lines>,

    /// Where the gateway is [default: port 8081]
    #[arg(long, value_name = "URL", value_parser = server::parse)]
    gateway: Option<BaseUrl>,

    /// Where orders is [default: port 8082]
    #[arg(long, value_name = "URL", value_parser = server::parse)]
    orders: Option<BaseUrl>,

    /// Where inventory is [default: port 8083]
    #[arg(long, value_name = "URL", value_parser = server::parse)]
    inventory: Option<BaseUrl>,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    spoken: Spoken,

    /// Print JSON: a list of findings
    #[arg(long)]
    json: bool,
}

/// Examples for `--help`.
pub const EXAMPLES: &str = "\
Examples:
  hop doctor                           while `hop up` runs
  hop doctor --pre                     before: is everything ready for it?
  hop doctor --wait 30s                until all is well, or 30 s are over
  hop doctor --json
  hop doctor --lang ko                 in Korean, pages too
  hop doctor --zipkin-url http://127.0.0.1:9411
  hop doctor explain                   all checks
  hop doctor explain canary-link       one of them

√ it is well; ‼ it works and may surprise; × it does not work; – it cannot be
seen from here. Settings are those of this shell, and on Linux those of services
that run here, too. One request goes through every hop, and three to each alone.

Exit codes: 0 nothing has a ×, 1 something has, 2 wrong usage.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  hop doctor explain
  hop doctor explain otlp-port";

/// Examines, or explains. `read`: the variables that any part reads.
pub async fn run(args: Args, read: BTreeSet<String>) -> anyhow::Result<()> {
    let screen = Screen::stdout();
    match args.what {
        Some(What::Explain { id, spoken }) => {
            let language = spoken.choose(false);
            let said = id.map_or_else(|| Ok(text::list(language)), |id| page(&id, language));
            screen.say(&said?);
        }
        None => return examine(args.look, read, &screen).await,
    }
    Ok(())
}

fn page(id: &str, language: Language) -> anyhow::Result<String> {
    let no_check = || format!("no check is called '{id}': `hop doctor explain` lists them");
    let check = doctor::find(id).with_context(no_check)?;
    let page = doctor::page(id, language).with_context(no_check)?;
    Ok(text::page(check, page, language))
}

async fn examine(look: Look, read: BTreeSet<String>, screen: &Screen) -> anyhow::Result<()> {
    let language = look.spoken.choose(look.json);
    let patient = patient(&look, read)?;
    let interrupts = Interrupts::listen()?;
    let begun = Instant::now();
    let findings = loop {
        let findings = tokio::select! {
            findings = waiting_in(language, "the checks", "점검", doctor::examine(&patient, look.pre, async |evidence| with_lines(evidence, look.lines.as_ref()))) => findings?,
            () = interrupts.at_least(1) => bail!("interrupted"),
        };
        let bad = bad(&findings);
        let is_over = look.wait.is_none_or(|wait| begun.elapsed() >= wait);
        if bad == 0 || is_over {
            break findings;
        }
        note(&format!(
            "  … {bad} × after {} s, looking again",
            begun.elapsed().as_secs()
        ));
        tokio::select! {
            () = tokio::time::sleep(BETWEEN) => {}
            () = interrupts.at_least(1) => bail!("interrupted"),
        }
    };
    if look.json {
        screen.say(&text::json(&findings, language));
    } else {
        screen.say(&text::findings(&findings, language, screen));
    }
    match bad(&findings) {
        0 => Ok(()),
        1 => bail!("1 check has a ×"),
        bad => bail!("{bad} checks have a ×"),
    }
}

/// Between two looks.
const BETWEEN: Duration = Duration::from_secs(1);

fn bad(findings: &[Finding]) -> usize {
    findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Bad)
        .count()
}

fn patient(look: &Look, read: BTreeSet<String>) -> anyhow::Result<Patient> {
    let offset = look.address.offset;
    let ports = Ports::at(offset, true);
    let at = |url: &Option<BaseUrl>, port: u16| url.clone().map_or_else(|| server::local(port), Ok);
    let chain = Chain::at([
        at(&look.gateway, ports.gateway)?,
        at(&look.orders, ports.orders)?,
        at(&look.inventory, ports.inventory)?,
    ]);
    let [gateway, orders, inventory] = chain.hops();
    let port_of = |hop: &probe::Hop, own: u16| hop.url.url("/").port_or_known_default().unwrap_or(own);
    let zipkin = look.address.url()?;
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Ok(Patient {
        ports: doctor::Ports {
            services: [
                port_of(gateway, ports.gateway),
                port_of(orders, ports.orders),
                port_of(inventory, ports.inventory),
            ],
            faults: ports.faults(),
            collector: zipkin.url("/").port_or_known_default().unwrap_or(9411),
            otlp: 4318 + offset.value,
        },
        chain,
        zipkin,
        variables: variables.filter(|(_, value)| !value.is_empty()).collect(),
        read,
    })
}

/// Each hop's line of one of its requests.
fn with_lines(evidence: &mut Evidence, lines: Option<&Lines>) {
    let Some(lines) = lines else {
        return;
    };
    let canary = evidence
        .alone
        .first()
        .map(|canary| canary.named.unwrap_or(canary.trace_id));
    for hop in &mut evidence.hops {
        let ids = hop.knocks.iter().map(|knock| knock.trace_id).chain(canary);
        let mut found = ids.filter_map(|id| lines.of(id).ok()).flatten();
        // The text form names its service; other forms may leave that to who collects them.
        hop.line = Some(found.find(|line| line.service == hop.name || line.raw.contains(hop.name)));
    }
}
