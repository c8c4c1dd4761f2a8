//! Whether memory stays flat under more load than can be taken: sixteen connections send as fast as they can.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;

use super::{connection::post, server::Server, spans::Spans};

const CONNECTIONS: usize = 16;
const HELD: usize = 500_000;
const BATCH: usize = 100;

/// Prints the most memory that was seen in each tenth of the time.
pub fn run(time: Duration) -> anyhow::Result<()> {
    println!("\n### Memory in each tenth of {time:?} of overload, {HELD} spans held: MB\n");
    let server = Server::ours(HELD)?;
    let end = Instant::now() + time;
    let (sent, tenths) = thread::scope(|scope| {
        let mut senders = Vec::new();
        for connection in 0..CONNECTIONS {
            let server = &server;
            senders.push(scope.spawn(move || send(server, connection, end)));
        }
        let tenths: Vec<String> = (0..10).map(|_| most(&server, time / 10)).collect();
        let mut sent = 0;
        for sender in senders {
            sent += sender.join().ok().context("a sender broke")??;
        }
        anyhow::Ok((sent, tenths))
    })?;
    println!("{} ({sent} spans were sent)", tenths.join(", "));
    Ok(())
}

// The connections take turns with the numbers, so that the spans of all of them are the latest.
fn send(server: &Server, connection: usize, end: Instant) -> anyhow::Result<usize> {
    let spans = Spans::until_now(0);
    let mut sending = server.connect()?;
    let mut sent = 0;
    while Instant::now() < end {
        let first = sent * CONNECTIONS + connection * BATCH;
        sending.send(&post(&spans.batch(first, BATCH), false))?;
        sent += BATCH;
    }
    Ok(sent)
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
