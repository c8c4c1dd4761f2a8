//! One task a connection, a bounded number of them. axum's own loop waits for whoever says nothing: a head that never
//! comes holds a connection for ever, and the stop for as long as the stop may take.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::Router;
use hyper::{
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time,
};

/// How long a request's head may take, and how long a connection may wait for its next request. Zipkin's is the same.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// Connections at a time; the others wait in the system's queue. Below the 1,024 files that many systems let a process open.
const MAX_CONNECTIONS: usize = 512;

/// How long to wait when the system has no room for a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// The connections that are open.
pub struct Connections {
    router: Router,
    places: Arc<Semaphore>,
    tasks: JoinSet<()>,
    stopping: watch::Sender<bool>,
}

impl Connections {
    /// No connections yet. Their requests go to `router`.
    pub fn new(router: Router) -> Self {
        Self {
            router,
            places: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            tasks: JoinSet::new(),
            stopping: watch::Sender::new(false),
        }
    }

    /// Takes connections, for ever.
    pub async fn accept_all(&mut self, listener: &TcpListener) {
        loop {
            // It fails when the semaphore is closed, which this one never is.
            let Ok(place) = self.places.clone().acquire_owned().await else {
                return;
            };
            let stream = accept(listener).await;
            let (router, stopping) = (self.router.clone(), self.stopping.subscribe());
            self.tasks.spawn(answer(stream, router, stopping, place));
            while self.tasks.try_join_next().is_some() {}
        }
    }

    /// Lets every request that was asked be answered.
    pub async fn finish(&mut self) {
        self.stopping.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // Its fault, not ours.
            Err(error) if is_of_connection(&error) => {}
            // No file is left to open, for example: some may be closed in a moment.
            Err(_) => time::sleep(PAUSE).await,
        }
    }
}

fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

async fn answer(
    stream: TcpStream,
    router: Router,
    mut stopping: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let asked = AtomicBool::new(false);
    let router = TowerToHyperService::new(router);
    let service = service_fn(|request| {
        asked.store(true, Relaxed);
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // However it ended, nobody is there to be told.
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|&stopping| stopping) => {}
    }
    // Without a whole request there is nothing to finish.
    if asked.load(Relaxed) {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}
