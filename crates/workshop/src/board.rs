//! The instructor's board: who is at which lesson, since when, and what the last check said. It lives in memory and forgets at exit.
//!
//! ```text
//! a learner's machine → POST /told (token, 1 KiB) → class ─→ shown → page, JSON
//! ```

use std::sync::Arc;

use axum::Router;
use serve::{Limits, Server};
use tokio::net::TcpListener;

/// A limit of pace.
mod pace;

/// The learners.
mod class;

/// The board as it is shown.
mod shown;

/// A board that is open.
mod kept;

/// The page.
mod page;

/// The routes.
mod routes;

/// The addresses of this machine.
mod addresses;

pub use addresses::reachable;
pub use kept::{Board, Choices};

/// Connections at a time: each message has one, and a few look at the page.
const PLACES: usize = 512;

/// Serves, for ever.
pub async fn serve(board: Arc<Board>, listener: TcpListener) {
    let refusals = Router::new().fallback(routes::busy);
    let mut server = Server::new(routes::routes(board), refusals, Limits::new(PLACES, 1))
        .introducing(|ends, extensions| _ = extensions.insert(ends.peer));
    server.accept_all(&listener).await;
}
