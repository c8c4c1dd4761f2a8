//! Whatever traces a service, in one shape: a middleware, a span around work, a span around a call, a value on the
//! request. A handler does not know which one it is.

use axum::{Router, middleware};
use reqwest::{Client, RequestBuilder, Response};
use telemetry::{Telemetry, TracedClient};
use tracing::{Instrument as _, info_span};

use crate::idle;

/// `tracing-opentelemetry` and `opentelemetry-zipkin`, put together as their documentation says.
mod stock;

/// `fastrace`, with a reporter that sends Zipkin's JSON.
mod fast;

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Nothing at all
    Off,
    /// Our log lines alone
    Lines,
    /// The telemetry crate
    Ours,
    /// `tracing-subscriber`'s JSON lines alone
    StockLines,
    /// `tracing-opentelemetry`
    Stock,
    /// `fastrace`
    Fastrace,
}

impl Kind {
    /// The name on the command line.
    pub fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self)
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// A service's tracer.
#[derive(Clone)]
pub enum Tracer {
    /// No spans; lines where a subscriber writes them.
    Off(Telemetry),
    /// The telemetry crate.
    Ours(Telemetry),
    /// `tracing-opentelemetry`.
    Stock(stock::Stock),
    /// `fastrace`.
    Fastrace(fast::Fast),
}

/// The client that calls the next service.
#[derive(Clone)]
pub enum Caller {
    /// Without spans.
    Off(Client),
    /// The telemetry crate.
    Ours(TracedClient),
    /// `tracing-opentelemetry`.
    Stock(Client),
    /// `fastrace`.
    Fastrace(Client),
}

impl Tracer {
    /// Starts the tracer of the service `name`; all of them read the settings of the telemetry crate.
    pub fn start(kind: Kind, name: &'static str, config: &telemetry::Config) -> anyhow::Result<Self> {
        Ok(match kind {
            Kind::Off => Self::Off(idle::telemetry()?),
            Kind::Lines => Self::Off(Telemetry::start(name, config)?),
            Kind::Ours => Self::Ours(Telemetry::start(name, config)?),
            Kind::StockLines => {
                stock::start_lines()?;
                Self::Off(idle::telemetry()?)
            }
            Kind::Stock => Self::Stock(stock::Stock::start(name, config)?),
            Kind::Fastrace => Self::Fastrace(fast::Fast::start(name, config)?),
        })
    }

    /// Puts the middleware of the SERVER span around the routes.
    pub fn trace(&self, routes: Router) -> Router {
        match self {
            Self::Off(_) => routes,
            Self::Ours(telemetry) => routes.layer(telemetry.server()),
            Self::Stock(_) => routes.layer(middleware::from_fn(stock::trace)),
            Self::Fastrace(_) => routes.layer(middleware::from_fn(fast::trace)),
        }
    }

    /// Runs a handler's own step, in a span.
    pub async fn work<T>(&self, step: impl Future<Output = T>) -> T {
        match self {
            Self::Off(_) => step.await,
            Self::Ours(_) | Self::Stock(_) => step.instrument(info_span!("work")).await,
            Self::Fastrace(_) => fast::work(step).await,
        }
    }

    /// A client whose calls are CLIENT spans that travel with them.
    pub fn client(&self, http: Client) -> Caller {
        match self {
            Self::Off(_) => Caller::Off(http),
            Self::Ours(telemetry) => Caller::Ours(telemetry.client_of(http)),
            Self::Stock(_) => Caller::Stock(http),
            Self::Fastrace(_) => Caller::Fastrace(http),
        }
    }

    /// Puts a value on the request.
    pub fn put(&self, key: &'static str, value: &str) {
        match self {
            Self::Off(_) => {}
            Self::Ours(_) => _ = telemetry::mdc::put(key, value),
            Self::Stock(_) => _ = tracing::Span::current().record(key, value),
            Self::Fastrace(_) => fast::put(key, value),
        }
    }

    /// The telemetry crate's handle, idle where another tracer is at work.
    pub fn telemetry(&self) -> anyhow::Result<Telemetry> {
        match self {
            Self::Off(telemetry) | Self::Ours(telemetry) => Ok(telemetry.clone()),
            Self::Stock(_) | Self::Fastrace(_) => idle::telemetry(),
        }
    }

    /// Delivers what is left.
    pub fn stop(&self) {
        match self {
            Self::Off(_) | Self::Ours(_) => {}
            Self::Stock(stock) => stock.stop(),
            Self::Fastrace(_) => fast::stop(),
        }
    }
}

impl Caller {
    /// The client inside, to build requests with.
    pub const fn http(&self) -> &Client {
        match self {
            Self::Off(http) | Self::Stock(http) | Self::Fastrace(http) => http,
            Self::Ours(traced) => traced.http(),
        }
    }

    /// Sends a request to a service.
    pub async fn send(&self, service: &'static str, request: RequestBuilder) -> reqwest::Result<Response> {
        match self {
            Self::Off(http) => http.execute(request.build()?).await,
            Self::Ours(traced) => traced.send(service, request).await,
            Self::Stock(http) => stock::send(http, service, request.build()?).await,
            Self::Fastrace(http) => fast::send(http, service, request.build()?).await,
        }
    }
}
