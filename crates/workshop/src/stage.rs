//! The running parts around the learner's service: the real gateway before it, a recorder and the real inventory behind it,
//! and a collector. All on free ports, all ended when the script is over.

use std::path::Path;

use crate::seen::{Delivery, Exchange, Request, Script, Seen, To};
use expect::Answer;

/// HTTP.
mod client;

/// The servers that take spans in one format each.
mod backends;

/// The lines of a process.
mod written;

/// One process.
mod part;

/// A server in this process.
mod served;

/// Calls of inventory, recorded.
mod recorder;

/// The learner's way to the collector.
mod delivery;

/// Messages between orders and the warehouse.
mod queue;

/// Where spans go.
mod spans;

use backends::Backends;
use client::client;
use delivery::Gate;
use part::Part;
pub use part::{Unheard, own_program};
use queue::Queue;
use recorder::Recorder;
use spans::Spans;
pub use spans::traces;

/// Runs the script with this program as orders, and the wrong clock of a draw.
///
/// # Errors
/// A part that does not start, with its last lines; a collector that does not answer.
pub async fn play(script: &Script, orders: &Path, draw: u32) -> anyhow::Result<Seen> {
    let spans = Spans::start().await?;
    let own = own_program()?;
    let endpoint = ("OTEL_EXPORTER_ZIPKIN_ENDPOINT", spans.endpoint());
    let start = async |service,
                       program: &Path,
                       variables: &[(&'static str, &str)],
                       url: Option<(&'static str, &str)>| {
        let mut all = vec![
            ("LISTEN_ADDR", "127.0.0.1:0"),
            (endpoint.0, endpoint.1.as_str()),
            ("LOG_FORMAT", "logback"),
        ];
        all.extend(url);
        all.extend(variables);
        Part::start(service, program, &all).await
    };
    let inventory = start("inventory", &own, &[], None).await?;
    let recorder = Recorder::start(inventory.url()).await?;
    let gate = Gate::start(spans.endpoint()).await?;
    let skew = script.skew(draw);
    let offset = skew.map_or_else(String::new, |skew| skew.millis.to_string());
    let clock_of = |service: &str| {
        let own = skew.filter(|skew| skew.service == service);
        own.map(|_| ("CLOCK_OFFSET_MS", offset.as_str()))
    };
    let is_watched = script
        .rounds
        .iter()
        .any(|round| round.delivery != Delivery::Answered);
    let mut variables = script.orders.clone();
    variables.extend(clock_of("orders"));
    if is_watched {
        variables.push((endpoint.0, gate.url()));
    }
    let backends = Backends::start(spans.url()).await?;
    if script.has_backends {
        variables.extend(backends.variables());
    }
    let queue = Queue::start().await?;
    let mut warehouse = None;
    if script.has_warehouse {
        let mut own = vec![("ROLE", "warehouse")];
        own.extend(clock_of("warehouse"));
        warehouse = Some(start("warehouse", orders, &own, Some(("QUEUE_URL", queue.url()))).await?);
        variables.push(("QUEUE_URL", queue.url()));
    }
    let start_orders = async |variables: &[(&'static str, &str)]| {
        let url = Some(("INVENTORY_URL", recorder.url()));
        start("orders", orders, variables, url).await
    };
    let mut orders = start_orders(&variables).await?;
    let gateway = start(
        "gateway",
        &own,
        &script.gateway,
        Some(("ORDERS_URL", orders.url())),
    )
    .await?;

    let client = client()?;
    let mut exchanges = Vec::new();
    for round in &script.rounds {
        recorder.hold(round.hold, round.hold_limit);
        recorder.fail(round.failures);
        gate.set(round.delivery);
        let sent = round.requests.iter().cloned().map(|request| {
            let base = match request.to {
                To::Gateway => gateway.url(),
                To::Orders => orders.url(),
            };
            tokio::spawn(send(client.clone(), base.to_owned(), request))
        });
        for exchange in sent.collect::<Vec<_>>() {
            exchanges.push(exchange.await?);
        }
        if orders.floods() {
            break;
        }
        gate.end_round(round.delivery).await;
    }
    let (wrote_endlessly, ended_early) = (orders.floods(), orders.ended());
    let (mut lines, _) = gateway.stop().await;
    let (of_orders, was_killed) = orders.stop().await;
    lines.extend(of_orders);
    if let Some(warehouse) = warehouse {
        queue.emptied().await;
        lines.extend(warehouse.stop().await.0);
    }
    let (calls, posts) = (recorder.calls(), gate.posts());
    let (mut second_lines, mut was_killed_again) = (Vec::new(), false);
    if let Some(life) = script.second_life.as_ref().filter(|_| !was_killed) {
        gate.set(life.delivery);
        variables.extend(&life.variables);
        let orders = start_orders(&variables).await?;
        for request in life.requests.iter().cloned() {
            send(client.clone(), orders.url().to_owned(), request).await;
        }
        (second_lines, was_killed_again) = orders.stop().await;
    }
    lines.extend(inventory.stop().await.0);
    Ok(Seen {
        exchanges,
        spans: spans.all().await?,
        lines,
        calls,
        posts,
        exports: backends.exports(),
        messages: queue.messages(),
        skewed: skew.map(|skew| skew.service),
        was_killed,
        was_killed_again,
        second_lines,
        ended_early,
        wrote_endlessly,
        ..Seen::default()
    })
}

/// A request without an answer has the status 0 and the reason as its body.
async fn send(client: reqwest::Client, base: String, request: Request) -> Exchange {
    let call = client.get(format!("{base}{}", request.path));
    let call = request
        .headers
        .iter()
        .fold(call, |call, (name, value)| call.header(*name, value));
    let answer = match call.send().await {
        Ok(response) => {
            let headers = recorder::texts(response.headers());
            let status = response.status().as_u16();
            let body = response.text().await.unwrap_or_default();
            Answer {
                status,
                headers,
                body,
            }
        }
        Err(error) => Answer {
            body: error.without_url().to_string(),
            ..Answer::default()
        },
    };
    Exchange { request, answer }
}
