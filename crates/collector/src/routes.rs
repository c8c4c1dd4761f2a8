//! Which path leads where: the routes of the API, of the pages and of Zipkin's own page, put together.

use axum::{Router, middleware};

use crate::{
    Collector, api, edge, lens,
    pages::{self, Kept},
    uploads,
};

impl Collector {
    /// All routes: the API and the pages.
    pub fn router(&self) -> Router {
        self.router_with(Kept::default())
    }

    /// The same, with pages that were drawn before.
    pub(crate) fn router_with(&self, kept: Kept) -> Router {
        let zipkins_page = match &self.config().ui_dir {
            Some(lens) => lens::routes(lens.clone()),
            None => pages::instead_of_lens(),
        };
        let routes = api::routes(self)
            .merge(pages::routes(kept))
            .merge(uploads::routes())
            .merge(zipkins_page);
        // A layer of the outer router runs before the inner one picks a route, so that it may still change the path.
        Router::new()
            .fallback_service(routes.with_state(self.clone()))
            .layer(middleware::from_fn_with_state(self.clone(), edge::pass))
    }
}
