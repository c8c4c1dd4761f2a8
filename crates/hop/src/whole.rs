//! Whether a trace has arrived whole.

pub use ask::whole::{Expected, lacks_servers_alone, missing, missing_causes, roots};
