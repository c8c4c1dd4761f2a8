//! The CPU time of a span on its way in: over HTTP, four connections, large and small batches, plain and packed,
//! with room and without.

use std::{sync::Mutex, thread};

use anyhow::{Context as _, ensure};

use super::{
    args::Args,
    connection::{Connection, post_to},
    figures::median,
    formats::Format,
    server::Server,
    spans::{Spans, gzip},
};

const CONNECTIONS: usize = 4;

/// A store without room keeps so many spans.
const FEW_SPANS: usize = 50_000;

/// Spans that a JVM wants to have seen before it is fast.
const WARM_UP: usize = 400_000;

/// Format, spans of a batch, and whether it is packed.
type Way = (Format, usize, bool);

const WAYS: [Way; 7] = [
    (Format::Json, 100, false),
    (Format::Json, 100, true),
    (Format::Json, 10, false),
    (Format::Json, 10, true),
    (Format::Proto3, 100, false),
    (Format::OtlpProtobuf, 100, false),
    (Format::OtlpJson, 100, false),
];

/// Measures every way in, and prints a row for each.
pub fn run(args: &Args) -> anyhow::Result<()> {
    println!("\n### Ingest: µs of CPU a span\n");
    println!("| room | format | batch | body | ours | Zipkin | times |\n|---|---|---:|---|---:|---:|---:|");
    let turns = args.rounds * WAYS.len() * args.spans;
    for (room, max_spans) in [("evicting", FEW_SPANS), ("free", 2 * turns + WARM_UP)] {
        let mut sent = Sent(Spans::until_now((turns + WARM_UP) / 8), 0);
        let mut servers = vec![Server::ours(max_spans)?];
        if let Some(jar) = &args.zipkin_jar {
            servers.push(Server::zipkin(jar, max_spans)?);
        }
        eprintln!("ingest, {room}: warming up");
        let warm_up = sent.next(WARM_UP, (Format::Json, 100, false))?;
        for server in &servers {
            send(server, &warm_up)?;
        }
        drop(warm_up);
        for way in WAYS {
            let (format, batch, packed) = way;
            // Plain Zipkin takes no OTLP.
            let asked = if format.is_zipkins() { servers.len() } else { 1 };
            let mut costs = vec![Vec::new(); asked];
            for round in 1..=args.rounds {
                let requests = sent.next(args.spans, way)?;
                for (server, costs) in servers.iter().zip(&mut costs) {
                    let before = server.cpu()?;
                    send(server, &requests)?;
                    let cpu = (server.cpu()? - before).as_secs_f64() * 1e6 / args.spans as f64;
                    eprintln!(
                        "ingest, {room}, {format}, {batch} a batch, packed {packed}, round {round}: {} {cpu:.2}",
                        server.name()
                    );
                    costs.push(cpu);
                }
            }
            let costs: Vec<f64> = costs.into_iter().map(median).collect();
            let body = if packed { "gzip" } else { "plain" };
            println!("| {room} | {format} | {batch} | {body} | {} |", cells(&costs));
        }
    }
    Ok(())
}

fn cells(costs: &[f64]) -> String {
    match costs {
        [ours, zipkin] => format!("{ours:.2} | {zipkin:.2} | {:.1}", zipkin / ours),
        [ours] => format!("{ours:.2} | | "),
        _ => String::new(),
    }
}

/// The number of spans that were made: each is sent once to a server.
struct Sent(Spans, usize);

impl Sent {
    fn next(&mut self, count: usize, way: Way) -> anyhow::Result<Vec<Vec<u8>>> {
        let first = self.1;
        self.1 += count;
        requests_in(way, self.0, first, count)
    }
}

/// The numbered spans as requests in JSON.
pub fn requests(
    spans: Spans,
    first: usize,
    count: usize,
    batch: usize,
    packed: bool,
) -> anyhow::Result<Vec<Vec<u8>>> {
    requests_in((Format::Json, batch, packed), spans, first, count)
}

fn requests_in(
    (format, batch, packed): Way,
    spans: Spans,
    first: usize,
    count: usize,
) -> anyhow::Result<Vec<Vec<u8>>> {
    let request = |first| {
        let body = format.body(spans.batch(first, batch))?;
        let body = if packed { gzip(&body)? } else { body };
        Ok(post_to(format.place(), &body, packed))
    };
    (first..first + count).step_by(batch).map(request).collect()
}

/// Sends all requests over four connections, as fast as they are taken, and waits until they are stored.
pub fn send(server: &Server, requests: &[Vec<u8>]) -> anyhow::Result<()> {
    let requests = Mutex::new(requests.iter());
    let next = || requests.lock().ok().and_then(|mut requests| requests.next());
    let send_all = |mut connection: Connection| {
        while let Some(request) = next() {
            let answer = connection.send(request)?;
            ensure!(
                matches!(answer.status, 200 | 202),
                "{}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok(())
    };
    thread::scope(|scope| {
        let mut senders = Vec::new();
        for _ in 0..CONNECTIONS {
            let connection = server.connect()?;
            senders.push(scope.spawn(move || send_all(connection)));
        }
        for sender in senders {
            sender.join().ok().context("a sender broke")??;
        }
        // Ours answers a read once everything before it is stored.
        server.connect()?.get("/api/v2/services")?;
        Ok(())
    })
}
