//! The memory of a span, and the time until an empty server answers.

use super::{args::Args, figures::ms, ingest, server::Server, spans::Spans};

/// Spans made at a time: the requests take memory, too.
const AT_A_TIME: usize = 20_000;

/// Prints what an empty server and a full one take.
pub fn run(args: &Args) -> anyhow::Result<()> {
    println!("\n### Memory: {} spans of 435 bytes held\n", args.held);
    println!("| | healthy after ms | idle MB | full MB | bytes a span |\n|---|---:|---:|---:|---:|");
    row(&Server::ours(args.held)?, args.held)?;
    if let Some(jar) = &args.zipkin_jar {
        row(&Server::zipkin(jar, args.held)?, args.held)?;
    }
    Ok(())
}

fn row(server: &Server, held: usize) -> anyhow::Result<()> {
    let idle = server.resident()?;
    fill(server, held)?;
    let full = server.resident()?;
    println!(
        "| {} | {} | {:.1} | {:.0} | {:.0} |",
        server.name(),
        ms(server.healthy_after()),
        idle as f64 / 1e6,
        full as f64 / 1e6,
        full as f64 / held as f64,
    );
    Ok(())
}

/// Sends the server as many spans as it shall hold, no faster than it stores them: what waits takes memory, too.
pub fn fill(server: &Server, held: usize) -> anyhow::Result<Spans> {
    let spans = Spans::until_now(held / super::spans::IN_TRACE);
    let mut asking = server.connect()?;
    for first in (0..held).step_by(AT_A_TIME) {
        eprintln!("{}: {first} of {held} spans held", server.name());
        ingest::send(
            server,
            &ingest::requests(spans, first, AT_A_TIME.min(held - first), 100, false)?,
        )?;
        // A read is answered once everything before it is stored.
        asking.get("/api/v2/services")?;
    }
    Ok(spans)
}
