//! Whole-system tests: real processes on free ports, asserted by what a user sees.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic where it is"
)]

/// Starts and stops the parts.
mod harness;

/// One trace, the headers between its hops, and its log lines.
mod context;

/// Log lines on shared pipes.
mod lines;

/// Log lines that the collector keeps.
mod logs;

/// Settings of the services.
mod settings;

/// Standard streams that nobody reads.
mod unread;

/// Names in other scripts, and what is refused.
mod names;

/// Headers that no client library sends.
mod hostile;

/// Next hops that are slow, broken or gone.
mod failures;

/// Collectors that come and go.
mod delivery;

/// Spans that cannot be sent.
mod exporters;

/// Real engines and a real Zipkin.
#[cfg(feature = "kafka")]
mod backends;

/// A trace through all of them.
#[cfg(feature = "kafka")]
mod chain;

/// Brokers that come and go.
#[cfg(feature = "kafka")]
mod kafka;

/// OpenTelemetry's protocol.
mod otlp;

/// Our services' spans by it.
mod otlp_out;

/// Callers of the collector that do not say what they came to say.
mod slow;

/// Crowds of connections.
#[cfg(unix)]
mod crowds;

/// The command line: texts that it understands, refuses and says.
mod cli;

/// `hop check`.
mod check;

/// `hop assert`.
mod assert;

/// `hop up`.
mod up;

/// Something broken on purpose.
mod faults;

/// Traces and log lines on the command line.
mod sayings;

/// Pages of other web sites.
mod sites;

/// `hop links`.
mod links;

/// `hop load`.
mod load;

/// `hop workshop board`.
mod board;

/// `hop doctor`.
mod doctor;

/// `hop mystery`.
#[cfg(unix)]
mod mystery;

/// Examples in the help.
mod examples;

/// Versions and features of a release.
mod release;

/// `hop completions` and `hop man`.
mod shell;

/// The live view.
mod top;

/// Spans that outlast the collector.
mod outlasting;

/// Other people's instrumentation on either side of ours.
mod interop;
