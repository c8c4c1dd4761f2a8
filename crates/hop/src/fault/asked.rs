//! Asking services for their faults, at their control ports.

use std::net::SocketAddr;

use anyhow::anyhow;
use ask::request::{self, Place, SHORT, Unread};
use faults::control::{Change, PATH, Refused, Report};
use reqwest::Method;
use service::BaseUrl;

use crate::{part::Service, ports::Offset};

/// The next step where no service takes faults.
pub const NEXT_STEP: &str = "Start them with `hop up`, or with FAULTS=on. In containers, run this inside: docker compose exec orders hop fault list";

/// Where services take faults.
#[derive(Debug, clap::Args)]
pub struct Where {
    /// Where one service takes faults [default: 127.0.0.1 and 7081, 7082, 7083]
    #[arg(long = "faults-addr", env = "FAULTS_ADDR", value_name = "ADDR")]
    address: Option<SocketAddr>,

    /// The offset that `hop up` was told
    #[command(flatten)]
    offset: Offset,
}

impl Where {
    /// Where the services of a `hop up` take faults.
    pub fn of(offset: Offset) -> Self {
        let address = None;
        Self { address, offset }
    }
}

/// A service, and what it says.
pub type Answer = (Service, Result<Report, Unasked>);

/// Why a service has said nothing of its faults.
#[derive(Debug, thiserror::Error)]
pub enum Unasked {
    /// Nobody takes faults there.
    #[error("{0}")]
    NotThere(String),
    /// It answered, and not with its faults.
    #[error("{0}")]
    Refused(String),
}

/// Asks services.
pub struct Asked<'a> {
    client: reqwest::Client,
    place: &'a Where,
}

impl<'a> Asked<'a> {
    /// Asks there.
    pub fn new(place: &'a Where) -> anyhow::Result<Self> {
        let client = request::client()?;
        Ok(Self { client, place })
    }

    /// Puts faults on.
    pub async fn set(&self, service: Service, change: &Change) -> anyhow::Result<Report> {
        let body = serde_json::to_string(change)?;
        let answer = self.ask(service, Method::POST, Some(body)).await;
        answer.map_err(|unasked| match unasked {
            Unasked::NotThere(reason) => anyhow!("{reason}\n{NEXT_STEP}"),
            Unasked::Refused(reason) => anyhow!("{reason}"),
        })
    }

    /// The faults that are on in these services, or in all of them.
    pub async fn list(&self, services: &[Service]) -> Vec<Answer> {
        self.ask_each(services, Method::GET).await
    }

    /// Takes all faults off in these services, or in all of them; the answers are what was on.
    pub async fn clear(&self, services: &[Service]) -> Vec<Answer> {
        self.ask_each(services, Method::DELETE).await
    }

    async fn ask_each(&self, services: &[Service], method: Method) -> Vec<Answer> {
        if self.place.address.is_some() {
            return vec![self.ask_one(services, method).await];
        }
        let services = if services.is_empty() {
            &Service::ALL
        } else {
            services
        };
        let mut answers = Vec::new();
        // Each once, in the order of the chain.
        for service in Service::ALL
            .into_iter()
            .filter(|service| services.contains(service))
        {
            answers.push((service, self.ask(service, method.clone(), None).await));
        }
        answers
    }

    /// One address is one service, which says itself which.
    async fn ask_one(&self, services: &[Service], method: Method) -> Answer {
        let guessed = services.first().copied().unwrap_or(Service::Gateway);
        let report = match self.ask(guessed, Method::GET, None).await {
            Ok(report) => report,
            Err(unasked) => return (guessed, Err(unasked)),
        };
        let named = Service::ALL
            .into_iter()
            .find(|service| service.name() == report.service);
        match named {
            Some(service) if services.is_empty() || services.contains(&service) => {
                (service, self.ask(service, method, None).await)
            }
            _ => {
                let error = format!("this is {}, not {guessed}", report.service);
                (guessed, Err(Unasked::Refused(error)))
            }
        }
    }

    async fn ask(&self, service: Service, method: Method, body: Option<String>) -> Result<Report, Unasked> {
        let refused = |error: anyhow::Error| Unasked::Refused(format!("{error:#}"));
        let address = self
            .place
            .address
            .unwrap_or_else(|| service.faults_address(self.place.offset));
        let server: BaseUrl = format!("http://{address}")
            .parse()
            .map_err(|error| refused(anyhow!("{error}")))?;
        let place = Place::on(&server, PATH).map_err(refused)?;
        let answer = match request::send(&self.client, method, &place, body, SHORT).await {
            Ok(answer) => answer,
            Err(Unread::Broken(error)) if error.is_connect() => {
                let reason = request::reason(&error);
                let who = match self.place.address {
                    Some(_) => "a service",
                    None => service.name(),
                };
                return Err(Unasked::NotThere(format!(
                    "{who} takes no faults at {address}: {reason}"
                )));
            }
            Err(unread) => return Err(refused(unread.of(place.shown()))),
        };
        if answer.status.is_success() {
            let report = serde_json::from_slice(&answer.body);
            return report.map_err(|_| refused(anyhow!("{}", no_control_port(&address))));
        }
        // The body of an error is a service's, too: only that of a control port has an error and nothing else.
        let said = serde_json::from_slice::<Refused>(&answer.body);
        Err(Unasked::Refused(match (said, answer.status.as_u16()) {
            (_, 404 | 405) => no_control_port(&address),
            (Ok(said), _) => said.error,
            (Err(_), _) => answer.refusal(&place),
        }))
    }
}

/// An address where something else answers: the service's own port, most likely.
fn no_control_port(address: &SocketAddr) -> String {
    format!(
        "{address} answers, and takes no faults: a service has a port of its own for them, 7081 to 7083 and what --port-offset adds, which its \
         first line names"
    )
}
