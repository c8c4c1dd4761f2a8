//! `--what-if orders=-50ms`: a service, and how much faster.

use std::str::FromStr;

use anyhow::{Context as _, bail};
use zipkin::{
    Waterfall,
    analysis::{WhatIf, what_if},
};

use crate::draw::text::clean;

/// A service that would do its own work in less time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faster {
    service: String,
    by_us: u64,
}

const UNITS: [(&str, f64); 4] = [("ms", 1e3), ("us", 1.0), ("µs", 1.0), ("s", 1e6)];

/// A day: no service is faster by more.
const MOST_US: f64 = 86_400e6;

impl FromStr for Faster {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let usage =
            || "a service and how much faster are needed, such as orders=-50ms, =-1.5s or =-300us".to_owned();
        let (service, time) = text.rsplit_once('=').ok_or_else(usage)?;
        if time.starts_with('+') {
            return Err("a slower service is not replayed: only what runs can be shorter".to_owned());
        }
        let time = time.strip_prefix(['-', '−']).unwrap_or(time);
        let units = UNITS
            .iter()
            .find_map(|(unit, micros)| Some((time.strip_suffix(unit)?, micros)));
        let (number, micros) = units.ok_or_else(usage)?;
        let number: f64 = number.trim().parse().map_err(|_| usage())?;
        let by_us = number * micros;
        if service.is_empty() || !(1.0..=MOST_US).contains(&by_us) {
            return Err(usage());
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is within 1 and a day"
        )]
        let by_us = by_us.round() as u64;
        Ok(Self {
            service: service.trim().to_owned(),
            by_us,
        })
    }
}

impl Faster {
    /// The duration that the trace would have had.
    pub fn replay(&self, trace: &Waterfall) -> anyhow::Result<WhatIf> {
        let root = trace.rows.first();
        root.and_then(|root| root.span.timestamp.zip(root.duration))
            .context("the root does not say when it ran: nothing can be replayed")?;
        // Names are stored in lower case.
        let service = self.service.to_lowercase();
        if let Some(replayed) = what_if(trace, &service, self.by_us) {
            return Ok(replayed);
        }
        let names = trace.services.iter().filter(|name| !name.is_empty());
        let names: Vec<String> = names.take(20).map(|name| clean(name)).collect();
        bail!(
            "no span shows own work of {} in this trace; its services are {}",
            clean(&self.service),
            names.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_and_a_time_are_read() {
        for (text, service, by_us) in [
            ("orders=-50ms", "orders", 50_000),
            ("orders=50ms", "orders", 50_000),
            ("orders=−50ms", "orders", 50_000),
            ("a=b=-1.5s", "a=b", 1_500_000),
            ("주문=-300us", "주문", 300),
            ("web=-7µs", "web", 7),
        ] {
            let faster = Faster {
                service: service.to_owned(),
                by_us,
            };
            assert_eq!(text.parse(), Ok(faster), "{text}");
        }
        for text in [
            "orders",
            "orders=",
            "=-50ms",
            "orders=-50",
            "orders=-0ms",
            "orders=--5ms",
            "orders=-infs",
            "orders=-NaNs",
            "orders=-1e99s",
            "orders=+50ms",
            "orders=-2000000s",
            "orders=-ms",
        ] {
            assert!(text.parse::<Faster>().is_err(), "{text}");
        }
    }
}
