//! Which server to ask: by its address, or as the collector of a `hop up`.

use service::BaseUrl;

use crate::server;

/// Which server to ask, for the commands that look at traces.
#[derive(Debug, clap::Args)]
pub struct Address {
    /// Address of the collector or Zipkin [default: http://127.0.0.1:9411]
    #[arg(long, value_name = "URL", value_parser = server::parse)]
    zipkin_url: Option<BaseUrl>,

    /// The offset that `hop up` was told
    #[command(flatten)]
    pub offset: Offset,
}

impl Address {
    /// The server's address.
    pub fn url(&self) -> anyhow::Result<BaseUrl> {
        let own = || server::local(9411 + self.offset.value);
        self.zipkin_url.clone().map_or_else(own, Ok)
    }

    /// The arguments that another command needs to ask the same server, each behind a space; none where it is the default.
    pub fn arguments(&self) -> String {
        let offset = match self.offset.value {
            0 => String::new(),
            offset => format!(" --port-offset {offset}"),
        };
        let url = self.zipkin_url.as_ref();
        offset + &url.map(|url| format!(" --zipkin-url {url}")).unwrap_or_default()
    }
}

/// The distance of the ports from their defaults, for several `hop up` at once.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Offset {
    /// Add this to the ports 8081, 8082, 8083 and 9411
    #[arg(long = "port-offset", value_name = "N", default_value_t = 0,
        value_parser = clap::value_parser!(u16).range(..=i64::from(Offset::MAX)))]
    pub value: u16,
}

impl Offset {
    /// The highest offset at which the collector still has a port.
    pub const MAX: u16 = u16::MAX - 9411;
}
