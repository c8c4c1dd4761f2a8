//! The time from its 202 until an accepted span is seen, at half of the load that can be taken.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

use super::{
    args::Args,
    connection::{Connection, post},
    figures::{ms, percentile},
    ingest,
    server::Server,
    spans::{IN_TRACE, Spans},
};

/// A probe has traces of its own, far behind those of the load.
const PROBES: usize = 200;
const FIRST_PROBE: usize = 1 << 24;
const BATCH: usize = 100;

/// Finds the load that can be taken, then sends half of it and looks for one trace after the other.
pub fn run(args: &Args) -> anyhow::Result<()> {
    println!("\n### Seen after its 202, at half load: ms\n");
    println!("| | spans a second | median | 99 of 100 |\n|---|---:|---:|---:|");
    row(&Server::ours(500_000)?, args)?;
    if let Some(jar) = &args.zipkin_jar {
        row(&Server::zipkin(jar, 500_000)?, args)?;
    }
    Ok(())
}

fn row(server: &Server, args: &Args) -> anyhow::Result<()> {
    let spans = Spans::until_now(args.spans / IN_TRACE);
    let requests = ingest::requests(spans, 0, args.spans, BATCH, false)?;
    let started = Instant::now();
    ingest::send(server, &requests)?;
    let pause = started.elapsed() * 2 / requests.len() as u32;
    let done = AtomicBool::new(false);
    let times = thread::scope(|scope| {
        let load = scope.spawn(|| half_load(server.connect()?, args.spans, spans, pause, &done));
        let times = probe(server, spans);
        done.store(true, Relaxed);
        load.join().ok().context("the load broke")??;
        times
    })?;
    let rate = BATCH as f64 / pause.as_secs_f64();
    println!(
        "| {} | {rate:.0} | {} | {} |",
        server.name(),
        ms(percentile(times.clone(), 50)),
        ms(percentile(times, 99))
    );
    Ok(())
}

fn half_load(
    mut connection: Connection,
    sent: usize,
    spans: Spans,
    pause: Duration,
    done: &AtomicBool,
) -> anyhow::Result<()> {
    let mut due = Instant::now();
    for first in (sent..).step_by(BATCH) {
        if done.load(Relaxed) {
            break;
        }
        connection.send(&post(&spans.batch(first, BATCH), false))?;
        due += pause;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    Ok(())
}

fn probe(server: &Server, spans: Spans) -> anyhow::Result<Vec<Duration>> {
    let mut connection = server.connect()?;
    let mut times = Vec::new();
    for trace in FIRST_PROBE..FIRST_PROBE + PROBES {
        let batch = spans.batch(trace * IN_TRACE, IN_TRACE);
        ensure!(
            connection.send(&post(&batch, false))?.status == 202,
            "the probe was refused"
        );
        let accepted = Instant::now();
        let path = format!("/api/v2/trace/{}", spans.trace_id(trace));
        while connection.get(&path)?.status != 200 {
            ensure!(
                accepted.elapsed() < Duration::from_secs(10),
                "a trace was accepted and never seen"
            );
        }
        times.push(accepted.elapsed());
        thread::sleep(Duration::from_millis(20));
    }
    Ok(times)
}
