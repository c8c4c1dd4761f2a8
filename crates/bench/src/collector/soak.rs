//! Whether memory stays flat under more load than can be taken: sixteen connections send as fast as they can. What is
//! refused is refused with 503, and what was accepted last is found.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

use super::{
    connection::post,
    server::Server,
    spans::{IN_TRACE, Spans},
};

const CONNECTIONS: usize = 16;
const HELD: usize = 500_000;
const BATCH: usize = 100;

/// Batches of each connection that are looked for at the end: fewer than are held.
const LOOKED_FOR: usize = 50;

/// The fate of the batches of a connection.
#[derive(Default)]
struct Sent {
    accepted: usize,
    refused: usize,
    /// A trace of each of the last batches that were accepted.
    traces: VecDeque<String>,
}

/// Prints the most memory that was seen in each tenth of the time.
pub fn run(time: Duration) -> anyhow::Result<()> {
    println!("\n### Memory in each tenth of {time:?} of overload, {HELD} spans held: MB\n");
    let server = Server::ours(HELD)?;
    let end = Instant::now() + time;
    let batches = AtomicUsize::new(0);
    let (sent, tenths) = thread::scope(|scope| {
        let mut senders = Vec::new();
        for _ in 0..CONNECTIONS {
            senders.push(scope.spawn(|| send(&server, &batches, end)));
        }
        let tenths: Vec<String> = (0..10).map(|_| most(&server, time / 10)).collect();
        let sent = senders
            .into_iter()
            .map(|sender| sender.join().ok().context("a sender broke")?);
        anyhow::Ok((sent.collect::<anyhow::Result<Vec<Sent>>>()?, tenths))
    })?;
    let accepted: usize = sent.iter().map(|sent| sent.accepted).sum();
    let refused: usize = sent.iter().map(|sent| sent.refused).sum();
    println!("{}", tenths.join(", "));
    println!("\n{accepted} spans were accepted, {refused} refused with 503, nothing else was answered");
    println!(
        "{} of the last traces were looked for and found",
        find(&server, &sent)?
    );
    Ok(())
}

// The connections take turns with the numbers, so that the spans of all of them are the latest.
fn send(server: &Server, batches: &AtomicUsize, end: Instant) -> anyhow::Result<Sent> {
    let spans = Spans::until_now(0);
    let mut sending = server.connect()?;
    let mut sent = Sent::default();
    while Instant::now() < end {
        let first = batches.fetch_add(1, Relaxed) * BATCH;
        match sending.send(&post(&spans.batch(first, BATCH), false))?.status {
            202 => {
                sent.accepted += BATCH;
                sent.traces.push_back(spans.trace_id(first / IN_TRACE + 1));
                if sent.traces.len() > LOOKED_FOR {
                    sent.traces.pop_front();
                }
            }
            503 => sent.refused += BATCH,
            other => anyhow::bail!("a batch was answered with {other}"),
        }
    }
    Ok(sent)
}

fn find(server: &Server, sent: &[Sent]) -> anyhow::Result<usize> {
    let mut asking = server.connect()?;
    let traces = sent.iter().flat_map(|sent| &sent.traces);
    for trace in traces.clone() {
        let answer = asking.get(&format!("/api/v2/trace/{trace}"))?;
        ensure!(answer.status == 200, "{trace} was accepted and is not found");
    }
    Ok(traces.count())
}

fn most(server: &Server, time: Duration) -> String {
    let end = Instant::now() + time;
    let mut most = 0;
    while Instant::now() < end {
        most = most.max(server.resident().unwrap_or_default());
        thread::sleep(Duration::from_millis(100));
    }
    eprintln!("soak: {} MB", most / 1_000_000);
    format!("{}", most / 1_000_000)
}
