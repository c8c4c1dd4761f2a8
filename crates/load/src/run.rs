//! The run: workers with a connection each, who take what is due.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use http::{HeaderName, HeaderValue};
use service::BaseUrl;
use tokio::{task::JoinSet, time::timeout};
use zipkin::TraceId;

use crate::{
    common::Common,
    connection::{Asked, Connection, Target},
    failure::Failure,
    mix::Mix,
    pace::Pace,
    schedule::Schedule,
    spans::{SpanIds, Spans, Told, Written},
    tally::{Ended, Report},
};

/// A load that is to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The server that is asked.
    pub server: BaseUrl,
    /// The name of its service, for the spans of calls.
    pub service: String,
    /// The paths, and the users.
    pub mix: Mix,
    /// Method, headers and body.
    pub common: Common,
    /// When.
    pub schedule: Schedule,
    /// Connections at most: requests that wait for an answer at any one time.
    pub connections: u16,
    /// The time that an answer may take, from when its request was sent.
    pub timeout: Duration,
    /// Which spans are written.
    pub spans: Written,
    /// Where they go.
    pub zipkin: BaseUrl,
}

/// A run under way.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    pace: Arc<Pace>,
    workers: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    plan: Plan,
    start: Instant,
    taken: AtomicU64,
    report: Mutex<Report>,
    spans: Spans,
    is_over: AtomicBool,
}

/// Makes one connection, to see that somebody is there, and begins.
///
/// # Errors
/// Nobody answers at the address, or it has a password.
pub async fn start(plan: Plan) -> anyhow::Result<Running> {
    let target = target(&plan.server)?;
    let connected = timeout(plan.timeout, tokio::net::TcpStream::connect(&*target.authority)).await;
    match connected {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => bail!(
            "{} does not answer: {error}; is it running? `hop up` starts everything",
            plan.server
        ),
        Err(_) => bail!("{} does not answer within {:?}", plan.server, plan.timeout),
    }
    let start = Instant::now();
    let pace = Pace::start(&plan.schedule, start).context("no thread to keep the pace")?;
    let shared = Arc::new(Shared {
        spans: Spans::new(plan.spans, &plan.service),
        report: Mutex::new(Report::new(&plan.schedule)),
        taken: AtomicU64::new(0),
        is_over: AtomicBool::new(false),
        start,
        plan,
    });
    let mut workers = JoinSet::new();
    for _ in 0..shared.plan.connections {
        workers.spawn(work(Arc::clone(&shared), Arc::clone(&pace), target.clone()));
    }
    Ok(Running {
        shared,
        pace,
        workers,
    })
}

impl Running {
    /// Goes on until the schedule is over or `stop` resolves, then waits for the answers that are on their way.
    pub async fn until(
        mut self,
        stop: impl Future<Output = ()>,
        progress: impl Fn(Duration, &Report),
    ) -> Report {
        let shared = Arc::clone(&self.shared);
        let delivering = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                let is_over = || shared.is_over.load(Relaxed);
                shared.spans.deliver(&shared.plan.zipkin, is_over).await
            }
        });
        let ticking = async {
            loop {
                tokio::time::sleep(TICK).await;
                progress(shared.start.elapsed(), &shared.report());
            }
        };
        tokio::select! {
            () = tokio::time::sleep_until((shared.start + shared.plan.schedule.length()).into()) => {}
            () = stop => {}
            () = ticking => {}
        }
        let end = shared.start.elapsed().min(shared.plan.schedule.length());
        self.pace.end();
        let due = self.pace.given.load(Relaxed);
        while self.workers.join_next().await.is_some() {}
        let taken = shared.taken.load(Relaxed);
        shared.is_over.store(true, Relaxed);
        let mut report = shared.report().clone();
        report.end(&shared.plan.schedule, taken, due, end);
        report.delivered = delivering.await.unwrap_or_default();
        report
    }
}

/// The time between two words of progress.
const TICK: Duration = Duration::from_millis(250);

impl Shared {
    fn report(&self) -> std::sync::MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn work(shared: Arc<Shared>, pace: Arc<Pace>, target: Target) {
    let mut connection = Connection::new(target);
    let common = &shared.plan.common;
    let user = HeaderName::from_static("userid");
    loop {
        let free = shared.start.elapsed();
        match pace.due.acquire().await {
            Ok(permit) => permit.forget(),
            Err(_) => return,
        }
        if shared.is_over.load(Relaxed) {
            return;
        }
        let number = shared.taken.fetch_add(1, Relaxed);
        let wanted = shared.plan.mix.wanted(number);
        let ids = SpanIds::random();
        let mut headers = common.headers.clone();
        if let Ok(value) = HeaderValue::from_bytes(wanted.user.as_bytes()) {
            headers.insert(user.clone(), value);
        }
        if shared.spans.are_written() {
            ids.inject(&mut headers);
        }
        let due = shared.plan.schedule.due(number);
        let sent = shared.start.elapsed();
        let asked = Asked {
            method: &common.method,
            path: &wanted.path,
            headers: &headers,
            body: &common.body,
        };
        let answer = timeout(shared.plan.timeout, connection.ask(&asked)).await;
        let ended = shared.start.elapsed();
        let (ending, named) = match answer {
            Err(_) => {
                connection.close();
                (Err(Failure::TimedOut), None)
            }
            Ok(Err(failure)) => (Err(failure), None),
            Ok(Ok(answered)) => {
                let named = answered.headers.get("x-trace-id").and_then(|id| id.to_str().ok());
                let status = answered.status.as_u16();
                let is_success = answered.status.is_success();
                let ending = if is_success {
                    Ok(status)
                } else {
                    Err(Failure::Status(status))
                };
                (ending, named.and_then(|id| TraceId::parse(id).ok()))
            }
        };
        let own = shared.spans.are_written().then_some(ids.trace_id);
        let told = Told {
            method: common.method.as_str(),
            template: wanted.template,
            path: &wanted.path,
            user: wanted.user,
            due,
            sent,
            ended,
            ending,
        };
        shared.spans.write(&ids, &told);
        let one = Ended {
            number,
            path: &wanted.path,
            due,
            sent,
            ended,
            was_behind: free > due,
            ending,
            trace_id: own.or(named),
        };
        shared.report().add(&shared.plan.schedule, &one);
    }
}

fn target(server: &BaseUrl) -> anyhow::Result<Target> {
    let url = server.url("/");
    ensure!(
        url.username().is_empty() && url.password().is_none(),
        "{server} has a user or a password, which hop load does not send"
    );
    let host = url
        .host_str()
        .with_context(|| format!("{server} names no host"))?;
    let port = url.port_or_known_default().unwrap_or(80);
    let authority = format!("{host}:{port}");
    let prefix = url.path().trim_end_matches('/');
    Ok(Target {
        host: HeaderValue::from_str(&authority)?,
        authority: authority.into(),
        prefix: prefix.into(),
    })
}
