//! The system that is broken: services that run already, or a quiet `hop up` of its own.

use std::{
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{bail, ensure};
use ask::server;
use faults::control::Change;
use mystery::{Case, Drawn, Hop, Names, Window};
use probe::Chain;
use zipkin::Language;

use super::refused::Refused;
use crate::{
    fault::{Asked, Unasked, Where},
    interrupts::Interrupts,
    part::Service,
    ports::Ports,
    screen::note,
    stored::{Address, Stored},
    up::Quiet,
};

/// Three services, and whoever keeps their traces.
pub struct Ground {
    /// The services.
    pub chain: Chain,
    /// Their names in traces.
    pub names: Names,
    /// The traces.
    pub stored: Stored,
    /// The arguments of other commands that look here.
    pub arguments: String,
    place: Where,
    own: Option<Quiet>,
    /// The services that this mystery is on in, and no other mystery.
    begun: Mutex<Vec<Service>>,
}

/// The faults are on.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    from_us: u64,
    after_line: Option<u64>,
}

/// Traces of a long search are not all looked at.
const LONGEST_US: u64 = 60_000_000;

impl Begun {
    /// The time that is looked at.
    pub fn until(self, to_us: u64) -> Window {
        Window {
            from_us: self.from_us.max(to_us.saturating_sub(LONGEST_US)),
            to_us,
            after_line: self.after_line,
        }
    }
}

impl Ground {
    /// The services that run; where none does, some of its own.
    pub async fn find(address: &Address, language: Language) -> anyhow::Result<Self> {
        let offset = address.offset;
        let place = Where::of(offset);
        let stored = Stored::of(address)?;
        let running = running(&place, language).await?;
        let own = match running {
            Some(_) => None,
            None => {
                // Its services would send their spans to its own collector.
                let is_here = stored.url().join("") == server::local(9411 + offset.value)?.join("");
                let url = stored.url().to_string();
                ensure!(is_here, Refused::NoServices(&url).text(language));
                Some(Quiet::start(offset).await?)
            }
        };
        let [gateway, orders, inventory] = Ports::at(offset, false).services().map(server::local);
        Ok(Self {
            chain: Chain::at([gateway?, orders?, inventory?]),
            names: Names::of(running.unwrap_or_else(|| Hop::ALL.map(|hop| hop.name().to_owned()))),
            stored,
            arguments: address.arguments(),
            place,
            own,
            begun: Mutex::default(),
        })
    }

    /// Whether the services are its own, and end with it.
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Sets the faults of a case.
    pub async fn begin(&self, case: &Case, seed: u64) -> anyhow::Result<Begun> {
        let after_line = mystery::latest_line(&self.stored).await;
        let asked = Asked::new(&self.place)?;
        // All get a change, so that none says where the faults are.
        for hop in Hop::ALL {
            let mine = case.faults.iter().filter(|fault| fault.hop == hop);
            let faults: Vec<String> = mine.map(Drawn::text).collect();
            let change = Change {
                service: hop.name().to_owned(),
                faults: faults.join(" "),
                seed,
                mystery: true,
            };
            // Before it is asked: Ctrl-C may come while it is.
            self.is_on_in(service(hop), true);
            let set = asked.set(service(hop), &change).await;
            set.inspect_err(|_| self.is_on_in(service(hop), false))?;
        }
        Ok(Begun {
            from_us: now_us(),
            after_line,
        })
    }

    fn is_on_in(&self, service: Service, is_on: bool) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.retain(|other| *other != service);
        begun.extend(is_on.then_some(service));
    }

    /// Takes the faults off where it has set them, and ends what is its own.
    pub async fn leave(self, interrupts: &Interrupts) -> anyhow::Result<()> {
        let begun = self.begun.into_inner().unwrap_or_else(PoisonError::into_inner);
        let cleared = match begun[..] {
            // To clear none is to clear all.
            [] => Vec::new(),
            _ => Asked::new(&self.place)?.clear(&begun).await,
        };
        for (service, answer) in cleared {
            if let Err(error) = answer {
                note(&format!(
                    "hop: faults of {service} may still be on: {error}; `hop fault clear` takes them off"
                ));
            }
        }
        match self.own {
            Some(own) => own.stop(interrupts).await,
            None => Ok(()),
        }
    }
}

/// The names of services that run and take faults; an error where faults are on already, or only some services are there.
async fn running(place: &Where, language: Language) -> anyhow::Result<Option<[String; 3]>> {
    let answers = Asked::new(place)?.list(&Service::ALL).await;
    let mut names = Vec::new();
    for (service, answer) in &answers {
        match answer {
            Ok(report) if report.faults.is_empty() && !report.mystery => {
                names.push(report.traced_as.clone());
            }
            Ok(_) => bail!(Refused::FaultsOn(*service).text(language)),
            Err(Unasked::NotThere(_)) => {}
            Err(Unasked::Refused(error)) => bail!("{error}"),
        }
    }
    let there = names.len();
    match (there, <[String; 3]>::try_from(names)) {
        (0, _) => Ok(None),
        (_, Ok(names)) => Ok(Some(names)),
        (_, Err(_)) => bail!(Refused::SomeServices(there).text(language)),
    }
}

fn service(hop: Hop) -> Service {
    match hop {
        Hop::Gateway => Service::Gateway,
        Hop::Orders => Service::Orders,
        Hop::Inventory => Service::Inventory,
    }
}

/// Microseconds since the epoch.
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
