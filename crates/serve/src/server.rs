//! Taking connections, and ending well.

use std::{future::pending, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, routing::any_service};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{self, MissedTickBehavior},
};

use crate::{
    connection::{Client, Introduce, answer, answer_once},
    limits::Limits,
    places::Places,
};

/// The pause when neither the system nor the server has room for a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// The answer to a client that speaks HTTP/2, which nothing here does; it gets our end of the connection.
type WhenHttp2 = Arc<dyn Fn(SocketAddr) + Send + Sync>;

/// The connections that are open, one task each.
pub struct Server {
    router: Router,
    when_full: Router,
    limits: Limits,
    introduce: Introduce,
    places: Arc<Places>,
    spare: Arc<Places>,
    tasks: JoinSet<()>,
    when_http2: Option<WhenHttp2>,
}

impl Server {
    /// No connections yet. Their requests go to `router`; when every place has a request under way, only those for
    /// `/health`, and all others to `refusals`.
    pub fn new(router: Router, refusals: Router, limits: Limits) -> Self {
        Self {
            when_full: refusals.route("/health", any_service(router.clone())),
            router,
            places: Places::new(limits.places),
            spare: Places::new(limits.spare),
            limits,
            introduce: |_, _| {},
            tasks: JoinSet::new(),
            when_http2: None,
        }
    }

    /// Lets `introduce` tell the extensions of each request of its connection.
    pub fn introducing(mut self, introduce: Introduce) -> Self {
        self.introduce = introduce;
        self
    }

    /// Calls this for each client that speaks HTTP/2, as those of gRPC do: it is cut off, and does not say why.
    pub fn when_http2(mut self, called: impl Fn(SocketAddr) + Send + Sync + 'static) -> Self {
        self.when_http2 = Some(Arc::new(called));
        self
    }

    /// Takes connections, for ever.
    pub async fn accept_all(&mut self, listener: &TcpListener) {
        self.accept_both(listener, None).await;
    }

    /// Takes connections of both listeners, for ever. They have their places together.
    pub async fn accept_both(&mut self, listener: &TcpListener, other: Option<&TcpListener>) {
        let mut beat = time::interval(self.limits.head / Places::BEATS);
        // Time that the process was stopped for is no client's rest.
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                (stream, address) = accept(listener) => self.let_in(stream, address).await,
                (stream, address) = accept_some(other) => self.let_in(stream, address).await,
                _ = beat.tick() => self.places.beat(),
            }
            while self.tasks.try_join_next().is_some() {}
        }
    }

    /// Lets every request that was asked be answered.
    pub async fn finish(&mut self) {
        self.places.stop();
        while self.tasks.join_next().await.is_some() {}
    }

    /// Cuts off the requests that are still under way, and says how many there were.
    pub async fn cut_off(&mut self) -> usize {
        let busy = self.places.busy();
        self.tasks.shutdown().await;
        busy
    }

    async fn let_in(&mut self, stream: TcpStream, address: SocketAddr) {
        let introduce = self.introduce;
        let client = |place| Client {
            stream,
            address,
            introduce,
            place,
            when_http2: self.when_http2.clone(),
        };
        if let Some(place) = self.places.take().await {
            let (router, limits) = (self.router.clone(), self.limits.clone());
            self.tasks.spawn(answer(client(place), router, limits));
        } else if let Some(place) = self.spare.take_within(PAUSE).await {
            let (router, limits) = (self.when_full.clone(), self.limits.clone());
            self.tasks.spawn(answer_once(client(place), router, limits));
        }
        // Otherwise even those who are refused are too many: it is closed.
    }
}

async fn accept_some(listener: Option<&TcpListener>) -> (TcpStream, SocketAddr) {
    match listener {
        Some(listener) => accept(listener).await,
        None => pending().await,
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
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

#[cfg(test)]
mod tests;
