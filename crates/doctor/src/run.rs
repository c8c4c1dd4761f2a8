//! All checks, in order, within ten seconds.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use ask::stored::Stored;
use probe::{Chain, Context, Evidence, Said};
use service::BaseUrl;

use crate::{
    checks::{
        canary, collector, machine,
        ports::{self, Ports},
        services,
        settings::{self, Environment},
        tools,
    },
    finding::Finding,
    holder,
};

/// The time that spans may take to arrive.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// The chain that is examined.
#[derive(Debug)]
pub struct Patient {
    /// Its services.
    pub chain: Chain,
    /// Its ports.
    pub ports: Ports,
    /// Its collector.
    pub zipkin: BaseUrl,
    /// The environment of this shell.
    pub variables: BTreeMap<String, String>,
    /// The variables that some part reads.
    pub read: BTreeSet<String>,
}

/// Makes all checks. `before`: nothing runs yet, and ports should be free. `with_lines` adds the services' lines to what was seen.
///
/// # Errors
/// No HTTP client can be made.
pub async fn examine(
    patient: &Patient,
    before: bool,
    with_lines: impl AsyncFnOnce(&mut Evidence),
) -> anyhow::Result<Vec<Finding>> {
    let shell = Environment {
        whose: Said::new("this shell", "이 셸"),
        variables: patient.variables.clone(),
    };
    if before {
        let (machine, tools) = tokio::join!(machine::check(&patient.variables), tools::check());
        let ports = ports::before(&patient.ports);
        let settings = settings::check(&[shell], &patient.read);
        return Ok([machine, tools, ports, settings]
            .into_iter()
            .flatten()
            .flatten()
            .collect());
    }
    let stored = Stored::at(patient.zipkin.clone())?;
    let (machine, tools, (is_zipkin, collector), evidence, faults) = tokio::join!(
        machine::check(&patient.variables),
        tools::check(),
        collector::check(&patient.zipkin),
        probe::gather(&patient.chain, &stored, 1, 0, PATIENCE),
        services::faults(patient.ports.faults),
    );
    let mut evidence = evidence?;
    with_lines(&mut evidence).await;
    let running = running(&patient.ports, &evidence);
    let environments: Vec<Environment> = running
        .iter()
        .map(|(_, one)| one.clone())
        .chain([shell])
        .collect();
    let collector_port = patient.zipkin.url("/").port_or_known_default();
    let groups = [
        machine,
        tools,
        ports::during(&patient.ports, &evidence, is_zipkin),
        settings::check(&environments, &patient.read),
        vec![
            settings::meet(&running, &evidence),
            settings::place(&running, collector_port),
        ],
        collector,
        vec![services::health(&evidence), faults],
        canary::check(&evidence),
    ];
    Ok(groups.into_iter().flatten().flatten().collect())
}

/// The environments of services whose processes can be seen, each with its place in the chain.
fn running(ports: &Ports, evidence: &Evidence) -> Vec<(usize, Environment)> {
    let names = ["gateway", "orders", "inventory"];
    let services = ports.services.into_iter().zip(names).enumerate();
    let seen = services.filter_map(|(index, (port, name))| {
        let holder = holder::of(port)?;
        let knocks = evidence.hops.get(index).map_or(&[][..], |hop| &hop.knocks);
        let answers_as_ours = knocks.iter().any(|knock| knock.context != Context::Unknown);
        let is_told = holder.variables.keys().any(|name| name.starts_with("OTEL_"));
        // The environment of a stranger, or of a proxy, says nothing of the service's.
        let is_ours = holder.is_service(name) || answers_as_ours && is_told;
        let holder = Some(holder).filter(|_| is_ours)?;
        let process = holder.process;
        let whose = Said::new(
            format!("{name} (process {process})"),
            format!("{name} (프로세스 {process})"),
        );
        let variables = holder.variables;
        (!variables.is_empty()).then_some((index, Environment { whose, variables }))
    });
    seen.collect()
}
