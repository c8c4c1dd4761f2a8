//! The pages for people.

use axum::Router;

use crate::Collector;

/// The routes of the pages.
pub fn routes() -> Router<Collector> {
    Router::new()
}
