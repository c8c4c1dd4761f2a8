//! The call of the next service: the real client's settings, and what traces it.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{redirect, retry};
use serde::de::DeserializeOwned;
use service::BaseUrl;

use super::tracer::{Caller, Tracer};

const DEADLINE: Duration = Duration::from_secs(60);

/// The next service.
#[derive(Clone)]
pub struct Next {
    name: &'static str,
    base: BaseUrl,
    caller: Caller,
    /// For spans and values of the handlers' own.
    pub tracer: Tracer,
}

impl Next {
    /// Gets ready to call the service `name`.
    pub fn new(name: &'static str, base: Option<BaseUrl>, tracer: &Tracer) -> anyhow::Result<Self> {
        // As in service::NextHop, but for the deadlines: under a profiler all is slow.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never().max_retries_per_request(0))
            .connect_timeout(DEADLINE)
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(256)
            .build()?;
        Ok(Self {
            name,
            base: base.with_context(|| format!("--next is needed: where {name} is"))?,
            caller: tracer.client(http),
            tracer: tracer.clone(),
        })
    }

    /// Calls it, on behalf of `user` where there is one, and reads its JSON.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, user: Option<&str>) -> reqwest::Result<T> {
        let url = self.base.url(path);
        let mut request = self.caller.http().get(url).timeout(DEADLINE);
        if let Some(user) = user {
            request = request.header("userid", user);
        }
        let response = self.caller.send(self.name, request).await?;
        response.error_for_status()?.json().await
    }
}
