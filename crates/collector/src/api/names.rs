//! Names to search by. A service's own names count, not those that others call it by. Without search there are none.

use std::sync::atomic::Ordering::Relaxed;

use axum::{extract::State, response::Response};

use super::reply;
use crate::{Collector, error::Error, params::Params, store::Names};

/// Zipkin lets browsers keep names once there are more services than this.
const FEW_SERVICES: usize = 3;

/// `GET /services`
pub async fn services(State(collector): State<Collector>) -> Result<Response, Error> {
    let services = names(&collector, Names::services).await?;
    let many = services.len() > FEW_SERVICES;
    collector.many_services().store(many, Relaxed);
    Ok(cached_if(many, reply::json(&services)?))
}

/// `GET /spans?serviceName=…`
pub async fn span_names(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    of_service(&collector, &params, Names::span_names).await
}

/// `GET /remoteServices?serviceName=…`
pub async fn remote_services(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    of_service(&collector, &params, Names::remote_services).await
}

/// `GET /autocompleteKeys`
pub async fn autocomplete_keys(State(collector): State<Collector>) -> Result<Response, Error> {
    Ok(reply::cached(reply::json(&collector.store().names().tags())?))
}

/// `GET /autocompleteValues?key=…`
pub async fn autocomplete_values(
    State(collector): State<Collector>,
    params: Params,
) -> Result<Response, Error> {
    let key = params.required("key")?;
    if key.is_empty() {
        return Err(Error::InvalidParameter("key was empty".into()));
    }
    let key = key.to_owned();
    let values = names(&collector, move |names| names.values(&key)).await?;
    Ok(cached_if(values.len() > FEW_SERVICES, reply::json(&values)?))
}

async fn of_service(
    collector: &Collector,
    params: &Params,
    of: fn(&Names, &str) -> Vec<String>,
) -> Result<Response, Error> {
    let service = params.required("serviceName")?.to_lowercase();
    let found = names(collector, move |names| of(names, &service)).await?;
    Ok(cached_if(
        collector.many_services().load(Relaxed),
        reply::json(&found)?,
    ))
}

/// There may be a hundred thousand.
async fn names(
    collector: &Collector,
    of: impl FnOnce(&Names) -> Vec<String> + Send + 'static,
) -> Result<Vec<String>, Error> {
    if !collector.config().search_enabled {
        return Ok(Vec::new());
    }
    Ok(collector.work(move |store, _| Ok(of(&store.names()))).await?)
}

fn cached_if(cached: bool, response: Response) -> Response {
    if cached { reply::cached(response) } else { response }
}
