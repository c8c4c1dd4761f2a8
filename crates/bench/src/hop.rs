//! One service of the chain, a process of its own: the shape of gateway, orders and inventory in little.
//!
//! ```text
//! load → gateway → orders → inventory        2 log lines each
//!        SERVER, work, CLIENT                3 spans
//!                  SERVER, work, CLIENT      3 spans
//!                            SERVER, work    2 spans
//! ```

use std::net::{Ipv4Addr, SocketAddr};

use axum::Json;
use axum::routing::get;
use service::BaseUrl;

use self::tracer::Tracer;
use crate::allocations;

/// Which of the three services it is.
mod role;

/// The three handlers.
mod routes;

/// The call of the next service.
mod next;

/// Whatever traces them.
pub mod tracer;

pub use role::Role;

/// One service.
#[derive(clap::Args)]
#[command(mut_arg("mdc_propagate", |names| names.default_value(service::MDC_NAMES)))]
pub struct Args {
    /// Which one
    #[arg(long)]
    role: Role,

    /// Tracer of the service
    #[arg(long)]
    tracer: tracer::Kind,

    /// The service that it calls
    #[arg(long)]
    next: Option<BaseUrl>,

    #[command(flatten)]
    telemetry: telemetry::Config,
}

/// Serves until standard input closes. The first line on standard error is the address.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let stop = service::stop::requested(true)?;
    let listener = service::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let tracer = Tracer::start(args.tracer, args.role.name(), &args.telemetry)?;
    let router = tracer.trace(routes::of(args.role, args.next, &tracer)?);
    let router = router.route("/allocations", get(async || Json(allocations::so_far())));
    eprintln!("{}", listener.local_addr()?);
    service::serve(listener, router, stop, tracer.telemetry()?).await?;
    tracer.stop();
    Ok(())
}
