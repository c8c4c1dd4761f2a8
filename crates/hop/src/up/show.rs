//! The first screen: when all answer, one request, its trace, where to go on, and the log lines.

use std::{future::pending, sync::Arc, time::Duration};

use anyhow::{Context as _, bail, ensure};
use ask::{
    request::{self, Place, SHORT},
    server,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use service::BaseUrl;
use tokio::time::{Instant, sleep};
use zipkin::TraceId;

use crate::{
    call,
    ports::{Offset, Ports},
    program::program,
    report::{self, More},
    screen::{BOLD, Screen, note, waiting},
    stored::Stored,
    up::{environment::Environment, lines::Lines, processes::SERVICES, sampling::Sampling, team::Team},
    whole::Expected,
};

/// The time for the services' first answers.
const START_LIMIT: Duration = Duration::from_secs(20);

const POLL: Duration = Duration::from_millis(25);

/// Needs of the first screen.
pub struct Show {
    screen: Arc<Screen>,
    lines: Arc<Lines>,
    environment: Environment,
    offset: Offset,
    ports: Ports,
    client: reqwest::Client,
    gateway: BaseUrl,
    stored: Stored,
    sampling: Sampling,
    /// A service that may be killed, because it is started again.
    expendable: Option<u32>,
}

impl Show {
    /// Traces are at `zipkin_url`, else at our own collector.
    pub fn new(
        screen: Arc<Screen>,
        offset: Offset,
        zipkin_url: Option<BaseUrl>,
        team: Option<Team>,
        sampling: Sampling,
    ) -> anyhow::Result<Self> {
        let ports = Ports::at(offset, zipkin_url.is_none());
        let own = || server::local(ports.collector.unwrap_or_default());
        let zipkin_url = zipkin_url.map_or_else(own, Ok)?;
        let short = screen.is_terminal() && std::env::var_os("LOG_FORMAT").is_none();
        let names = SERVICES.map(|role| Team::service(team.as_ref(), role));
        Ok(Self {
            lines: Arc::new(Lines::hold(Arc::clone(&screen), short, names)),
            screen,
            environment: Environment::new(ports, team.clone(), &zipkin_url, short),
            offset,
            ports,
            client: request::client()?,
            gateway: server::local(ports.gateway)?,
            stored: Stored::at(zipkin_url)?,
            sampling,
            expendable: None,
        })
    }

    /// With the process of a service that is started again.
    pub fn with_expendable(self, expendable: Option<u32>) -> Self {
        Self { expendable, ..self }
    }

    /// The services' log lines.
    pub fn lines(&self) -> &Arc<Lines> {
        &self.lines
    }

    /// Settings of the services.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Shows everything; then ends with the verdict on the trace, or without `once` goes on until it is dropped.
    pub async fn run(&self, once: bool) -> anyhow::Result<()> {
        waiting("the services to answer", self.all_answer()).await?;
        let verdict = self.first_request().await;
        let until = if once { "" } else { ", until Ctrl-C" };
        self.screen
            .say(&self.bold(&format!("\nLog lines of the services{until}, times in UTC")));
        self.lines.release();
        if once {
            return verdict;
        }
        if let Err(error) = verdict {
            note(&format!("hop: {error:#}"));
        }
        pending().await
    }

    /// Waits until all services answer.
    pub async fn all_answer(&self) -> anyhow::Result<()> {
        let start = Instant::now();
        for (name, port) in SERVICES.into_iter().zip(self.ports.services()) {
            let health = Place::on(&server::local(port)?, "/health")?;
            let url = health.shown();
            while !request::is_there(&self.client, &health).await {
                let late = start.elapsed() > START_LIMIT;
                ensure!(
                    !late,
                    "no answer at {url} in {START_LIMIT:?}; {}",
                    self.lines.last_of(name)
                );
                sleep(POLL).await;
            }
        }
        Ok(())
    }

    /// Order 1, as terry: what came back, and its trace.
    async fn first_request(&self) -> anyhow::Result<()> {
        let [gateway, orders, inventory] = self.ports.services();
        let names = SERVICES.map(|role| self.environment.name_of(role));
        let [edge, middle, last] = &names;
        self.screen.say(&format!(
            "{edge} {gateway} → {middle} {orders} → {last} {inventory}, spans to {}\n",
            self.stored.url()
        ));
        let place = Place::on(&self.gateway, "/orders/1")?;
        let user = (
            HeaderName::from_static("userid"),
            HeaderValue::from_static("terry"),
        );
        let answer = request::get(&self.client, &place, HeaderMap::from_iter([user]), SHORT).await?;
        self.screen.say(&call::first_lines(&place, &answer));
        let id = call::trace_id(&answer).context("the gateway names no trace")?;
        if let Some(setting) = self.sampling.leaves_out(id) {
            bail!("no trace will come: {setting}");
        }
        let expected = Expected {
            services: names.into(),
            ..Expected::default()
        };
        let arrived = waiting("the whole trace", self.stored.whole_trace(id, &expected)).await?;
        if let Some(trace) = &arrived.trace {
            self.screen.say(&format!(
                "\n{}",
                report::text(trace, &More::default(), &self.screen)
            ));
        }
        self.screen.say(&self.where_next(id).await);
        match arrived.missing {
            Some(missing) => bail!("trace {id} is not whole: {missing}{}", self.sampling.hint()),
            None => ensure!(answer.status.is_success(), "the answer was {}", answer.status),
        }
        Ok(())
    }

    async fn where_next(&self, id: TraceId) -> String {
        let (gateway, zipkin, hop) = (&self.gateway, self.stored.url(), program());
        let mut elsewhere = String::new();
        if self.offset.value > 0 {
            elsewhere.push_str(&format!(" --port-offset {}", self.offset.value));
        }
        if self.ports.collector.is_none() {
            elsewhere.push_str(&format!(" --zipkin-url {zipkin}"));
        }
        // In PowerShell `curl` may be another program, and cmd knows no single quotes.
        let (curl, user) = if cfg!(windows) {
            ("curl.exe", r#""userid: terry""#)
        } else {
            ("curl", "'userid: terry'")
        };
        format!(
            "\n{}\n  {zipkin}/\n  {}\n\n{}\n  {curl} -H {user} {gateway}/orders/2\n  \
             {curl} {gateway}/users/terry\n  {hop} call /users/terry{elsewhere}{}",
            self.bold("Look at all traces, and at this one"),
            self.stored.page(id).await,
            self.bold("Send more requests"),
            self.how_to_kill().unwrap_or_default(),
        )
    }

    fn how_to_kill(&self) -> Option<String> {
        let id = self.expendable?;
        let kill = if cfg!(windows) {
            "taskkill /F /PID"
        } else {
            "kill -9"
        };
        let heading = self.bold("Kill orders: it comes back after a second");
        Some(format!("\n\n{heading}\n  {kill} {id}"))
    }

    fn bold(&self, text: &str) -> String {
        self.screen.paint().style(BOLD, text)
    }
}
