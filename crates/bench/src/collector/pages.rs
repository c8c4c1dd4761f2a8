//! The time until a page is there: of the largest traces that are drawn, and of the list with a million spans held. A trace gets a
//! span more before each first answer, so that nothing of an earlier answer is the answer. Before all that, it is asked for once, when it
//! has been quiet: then its page may have been drawn already.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::ensure;

use super::{
    args::Args,
    connection::{Connection, post},
    figures::{median, ms, percentile},
    ingest, memory,
    server::Server,
    spans::IN_TRACE,
};

/// Large traces of known shapes.
mod large;

/// A browser, and when it paints.
mod browser;

/// A page to compare with.
mod empty;

use browser::Browser;
use large::{Large, Shape};

/// Spans of the largest traces.
const LARGE: usize = 100_000;

/// Traces of a list of large ones, and spans of each.
const LISTED: (u64, usize) = (20, 50_000);

/// Servers hold what is asked for and some more.
const MOST_SPANS: usize = 2_000_000;

/// The time in which the collector may draw pages that nobody asked for.
const QUIET: Duration = Duration::from_secs(10);

/// A page, and what was measured.
struct Page {
    name: String,
    server: usize,
    path: String,
    /// The trace that it shows.
    large: Option<Large>,
    quiet: Vec<Timed>,
    answers: Vec<Timed>,
    again: Vec<Timed>,
    painted_quiet: Vec<Duration>,
    painted: Vec<Duration>,
    painted_again: Vec<Duration>,
    elements: usize,
}

/// One answer.
struct Timed {
    first_byte: Duration,
    last_byte: Duration,
    cpu: Duration,
    bytes: usize,
}

/// Prints a row for each page.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let [large, small, listed] = [(); 3].map(|()| Server::ours(MOST_SPANS));
    let servers = [large?, small?, listed?];
    let mut pages = fill(&servers, args.held)?;
    let mut browser = Browser::start()?;
    let empty = empty::serve()?;
    let mut painted_empty = Vec::new();
    thread::sleep(QUIET);
    for page in pages.iter_mut().filter(|page| page.large.is_some()) {
        page.quiet.push(page.ask(&servers)?);
        let Some(browser) = &mut browser else { continue };
        let url = page.server(&servers).url(&page.path);
        page.painted_quiet.push(browser.open(&url)?.painted);
    }
    for round in 0..args.rounds {
        for page in &mut pages {
            eprintln!("pages, round {} of {}: {}", round + 1, args.rounds, page.name);
            page.changed(&servers, 2 * round)?;
            let answer = page.ask(&servers)?;
            page.answers.push(answer);
            let answer = page.ask(&servers)?;
            page.again.push(answer);
            let Some(browser) = &mut browser else { continue };
            painted_empty.push(browser.open(&empty)?.painted);
            page.changed(&servers, 2 * round + 1)?;
            page.open(&servers, browser)?;
        }
    }
    print(&pages, &painted_empty);
    Ok(())
}

fn fill(servers: &[Server; 3], held: usize) -> anyhow::Result<Vec<Page>> {
    let [large, small, listed] = servers;
    let mut pages = Vec::new();
    let shapes = [
        ("a tree", Shape::Tree),
        ("a chain", Shape::Chain),
        ("a star", Shape::Star),
    ];
    for (number, (name, shape, has_servers)) in (1..).zip(
        shapes
            .into_iter()
            .flat_map(|(name, shape)| [(name, shape, false), (name, shape, true)]),
    ) {
        let trace = Large {
            shape,
            has_servers,
            spans: LARGE,
            number,
        };
        send(large, &trace)?;
        let of_calls = if has_servers { " of calls" } else { "" };
        pages.push(Page::of(
            format!("{name}{of_calls}, {LARGE} spans"),
            0,
            format!("/traces/{}", trace.trace_id()),
            Some(trace),
        ));
    }
    memory::fill(small, held)?;
    let traces = held / IN_TRACE;
    pages.push(Page::of(
        format!("`/`, {traces} traces of {IN_TRACE}"),
        1,
        "/".to_owned(),
        None,
    ));
    let (traces, spans) = LISTED;
    for number in 0..traces {
        let trace = Large {
            shape: Shape::Tree,
            has_servers: true,
            spans,
            number: 100 + number,
        };
        send(listed, &trace)?;
    }
    pages.push(Page::of(
        format!("`/`, {traces} traces of {spans}"),
        2,
        "/?limit=20".to_owned(),
        None,
    ));
    Ok(pages)
}

fn send(server: &Server, trace: &Large) -> anyhow::Result<()> {
    eprintln!("pages: a trace of {} spans", trace.spans);
    let requests: Vec<Vec<u8>> = trace.batches().iter().map(|batch| post(batch, false)).collect();
    ingest::send(server, &requests)
}

impl Page {
    fn of(name: String, server: usize, path: String, large: Option<Large>) -> Self {
        Self {
            name,
            server,
            path,
            large,
            quiet: Vec::new(),
            answers: Vec::new(),
            again: Vec::new(),
            painted_quiet: Vec::new(),
            painted: Vec::new(),
            painted_again: Vec::new(),
            elements: 0,
        }
    }

    /// Sends a span more of the trace.
    fn changed(&self, servers: &[Server; 3], round: usize) -> anyhow::Result<()> {
        let Some(large) = &self.large else { return Ok(()) };
        ingest::send(self.server(servers), &[post(&large.one_more(round), false)])
    }

    fn server<'a>(&self, servers: &'a [Server; 3]) -> &'a Server {
        let [large, small, listed] = servers;
        match self.server {
            0 => large,
            1 => small,
            _ => listed,
        }
    }

    fn ask(&self, servers: &[Server; 3]) -> anyhow::Result<Timed> {
        let server = self.server(servers);
        let mut connection: Connection = server.connect()?;
        let before = server.cpu()?;
        let asked = Instant::now();
        let answer = connection.get(&self.path)?;
        let last_byte = asked.elapsed();
        ensure!(answer.status == 200, "{}: {}", self.path, answer.status);
        Ok(Timed {
            first_byte: answer.first_byte.saturating_duration_since(asked),
            last_byte,
            cpu: server.cpu()? - before,
            bytes: answer.body.len(),
        })
    }

    fn open(&mut self, servers: &[Server; 3], browser: &mut Browser) -> anyhow::Result<()> {
        let url = self.server(servers).url(&self.path);
        let seen = browser.open(&url)?;
        self.painted.push(seen.painted);
        self.elements = self.elements.max(seen.elements);
        self.painted_again.push(browser.open(&url)?.painted);
        Ok(())
    }

    fn row(&self) -> String {
        let time = |timed: &[Timed], of: fn(&Timed) -> Duration| {
            let times: Vec<Duration> = timed.iter().map(of).collect();
            median_ms(&times)
        };
        let bytes: Vec<f64> = self.answers.iter().map(|answer| answer.bytes as f64).collect();
        format!(
            "{} | {:.0} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {}",
            self.name,
            median(bytes) / 1000.0,
            or_none(self.elements),
            time(&self.answers, |answer| answer.cpu),
            time(&self.answers, |answer| answer.first_byte),
            time(&self.answers, |answer| answer.last_byte),
            time(&self.again, |answer| answer.cpu),
            time(&self.again, |answer| answer.last_byte),
            time(&self.quiet, |answer| answer.last_byte),
            median_ms(&self.painted),
            median_ms(&self.painted_again),
            median_ms(&self.painted_quiet),
        )
    }
}

fn or_none(elements: usize) -> String {
    if elements == 0 {
        "-".to_owned()
    } else {
        elements.to_string()
    }
}

fn median_ms(times: &[Duration]) -> String {
    if times.is_empty() {
        "-".to_owned()
    } else {
        ms(percentile(times.to_vec(), 50))
    }
}

fn print(pages: &[Page], empty: &[Duration]) {
    println!(
        "\n### Pages: ms, medians; \"again\" is the same page a moment later, \"quiet\" the first look at a trace that had been quiet\n"
    );
    println!("An empty page is painted after {} ms.\n", median_ms(empty));
    println!(
        "| | kB | elements | CPU | first byte | last byte | CPU again | last byte again | last byte quiet | painted | painted again | painted quiet |"
    );
    println!("|---|{}", "---:|".repeat(11));
    for page in pages {
        println!("| {} |", page.row());
    }
}
