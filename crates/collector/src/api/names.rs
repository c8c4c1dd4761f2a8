//! Names to search by. A service's own names count, not those that others call it by. Without search there are none.

use std::sync::atomic::Ordering::Relaxed;

use axum::{extract::State, response::Response};

use super::{Error, Params, reply};
use crate::{Collector, store::Names};

/// Zipkin lets browsers keep names once there are more services than this.
const FEW_SERVICES: usize = 3;

/// `GET /services`
pub async fn services(State(collector): State<Collector>) -> Result<Response, Error> {
    let store = collector.store();
    let services = if collector.config().search_enabled {
        store.names().services()
    } else {
        Vec::new()
    };
    let many = services.len() > FEW_SERVICES;
    collector.many_services().store(many, Relaxed);
    Ok(cached_if(many, reply::json(&services)?))
}

/// `GET /spans?serviceName=…`
pub async fn span_names(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    of_service(&collector, &params, Names::span_names)
}

/// `GET /remoteServices?serviceName=…`
pub async fn remote_services(State(collector): State<Collector>, params: Params) -> Result<Response, Error> {
    of_service(&collector, &params, Names::remote_services)
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
    let store = collector.store();
    let values = if collector.config().search_enabled {
        store.names().values(key)
    } else {
        Vec::new()
    };
    Ok(cached_if(values.len() > FEW_SERVICES, reply::json(&values)?))
}

fn of_service(
    collector: &Collector,
    params: &Params,
    names: fn(&Names, &str) -> Vec<String>,
) -> Result<Response, Error> {
    let service = params.required("serviceName")?.to_lowercase();
    let found = if collector.config().search_enabled {
        names(&collector.store().names(), &service)
    } else {
        Vec::new()
    };
    Ok(cached_if(
        collector.many_services().load(Relaxed),
        reply::json(&found)?,
    ))
}

fn cached_if(cached: bool, response: Response) -> Response {
    if cached { reply::cached(response) } else { response }
}
