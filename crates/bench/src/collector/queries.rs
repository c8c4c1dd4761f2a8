//! The time of an answer, with few spans held and with many.

use std::time::{Duration, Instant};

use anyhow::ensure;

use super::{
    args::Args,
    figures::{ms, percentile},
    memory,
    server::Server,
    spans::{IN_TRACE, Spans},
};

/// Times that each question is put.
const ASKED: usize = 200;

/// Enough for a server that takes long.
const LONG: Duration = Duration::from_secs(10);

/// The fewest spans held.
const FEW: usize = 10_000;

/// A question: what it is called, its path for a numbered trace, whether anything is found.
type Question = (&'static str, fn(Spans, usize) -> String, bool);

const QUESTIONS: [Question; 10] = [
    (
        "ten traces of a service",
        |_, _| search("serviceName=orders"),
        true,
    ),
    (
        "by a tag that all have",
        |_, _| search("annotationQuery=http.method%3DGET"),
        true,
    ),
    (
        "by a tag that one in 100 has",
        |_, _| search("annotationQuery=retries"),
        true,
    ),
    (
        "by a tag that one in 1,000 has",
        |_, _| search("annotationQuery=error"),
        true,
    ),
    (
        "by a tag that one trace has",
        |_, trace| search(&format!("annotationQuery=orderId%3D{trace}")),
        true,
    ),
    (
        "by a tag that none has",
        |_, trace| search(&format!("annotationQuery=orderId%3Dx{trace}")),
        false,
    ),
    (
        "by service and a duration of one in 100",
        |_, _| search("serviceName=inventory&minDuration=200000"),
        true,
    ),
    (
        "by service and a duration of one in 1,000",
        |_, _| search("serviceName=inventory&minDuration=500000"),
        true,
    ),
    (
        "one trace by id",
        |spans, trace| format!("/api/v2/trace/{}", spans.trace_id(trace)),
        true,
    ),
    (
        "dependency links",
        |_, _| format!("/api/v2/dependencies?endTs={0}&lookback={0}", u64::MAX / 2 / 1000),
        false,
    ),
];

fn search(conditions: &str) -> String {
    format!("/api/v2/traces?limit=10&lookback=86400000&{conditions}")
}

/// Prints for every question how long the answer took.
pub fn run(args: &Args) -> anyhow::Result<()> {
    println!("\n### Answers: ms, median / 99 of 100, by spans held\n");
    let mut columns = Vec::new();
    for held in [FEW, args.held] {
        columns.push((format!("ours, {held}"), answers(&Server::ours(held)?, held)?));
        if let Some(jar) = &args.zipkin_jar {
            columns.push((
                format!("Zipkin, {held}"),
                answers(&Server::zipkin(jar, held)?, held)?,
            ));
        }
    }
    let heads: String = columns.iter().map(|(head, _)| format!(" {head} |")).collect();
    println!("| |{heads}\n|---|{}", "---:|".repeat(columns.len()));
    for (row, (what, ..)) in QUESTIONS.iter().enumerate() {
        let cells = columns.iter().filter_map(|(_, times)| times.get(row));
        let cells: String = cells.map(|cell| format!(" {cell} |")).collect();
        println!("| {what} |{cells}");
    }
    Ok(())
}

fn answers(server: &Server, held: usize) -> anyhow::Result<Vec<String>> {
    let spans = memory::fill(server, held)?;
    let traces = held / IN_TRACE;
    let mut cells = Vec::new();
    for (what, path, finds) in QUESTIONS {
        eprintln!("{}, {held} held: {what}", server.name());
        let mut connection = server.connect()?;
        let mut times: Vec<Duration> = Vec::new();
        for number in 0..ASKED {
            if times.iter().sum::<Duration>() > LONG {
                break;
            }
            let path = path(spans, number * traces / ASKED);
            let asked = Instant::now();
            let answer = connection.get(&path)?;
            times.push(asked.elapsed());
            ensure!(answer.status == 200, "{path}: {}", answer.status);
            ensure!(!finds || answer.body.len() > 2, "{path} found nothing");
        }
        let first = times.first().copied().unwrap_or_default();
        eprintln!(
            "{}, {held} held: {what}: the first took {} ms",
            server.name(),
            ms(first)
        );
        cells.push(format!(
            "{} / {}",
            ms(percentile(times.clone(), 50)),
            ms(percentile(times, 99))
        ));
    }
    Ok(cells)
}
