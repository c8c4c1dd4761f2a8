//! Batches posted, and their answers. Which of them pass is said by
//! <https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md#otlphttp-response>: 429, 502, 503 and 504.

use std::{fmt, future::poll_fn, ops::Range, pin::Pin};

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, USER_AGENT},
};
use http_body::Body as _;
use reqwest::Body;
use zipkin::{
    decode::otlp::{PartialSuccess, refusal},
    encode::otlp::Envelope,
};

use super::{
    super::{
        attempt::Attempt,
        destination::Destination,
        post::{Post, passing, refused},
        settings::DeliverySettings,
    },
    decided::unusable,
    messages::Messages,
    resource::Resource,
};
use crate::error::StartError;

/// The content type of each request, and of the answers that are read.
const PROTOBUF: &str = "application/x-protobuf";

/// The most bytes of an answer, as the specification recommends.
const MAX_ANSWER: usize = 4 << 20;

/// The library, as the scope of its spans says, and in the form of a product for servers.
const LIBRARY: (&str, &str) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
const PRODUCT: &str = concat!(
    "OTel-OTLP-Exporter-Rust ",
    env!("CARGO_PKG_NAME"),
    "/",
    env!("CARGO_PKG_VERSION")
);

/// Where batches go by OTLP.
pub(super) struct Posted {
    post: Post,
    envelope: Envelope,
    is_packed: bool,
}

impl Posted {
    /// For the spans of the service `name`.
    ///
    /// # Errors
    /// A setting that makes no sense, or no client.
    pub fn new(name: &str, settings: &DeliverySettings) -> Result<Self, StartError> {
        let otlp = &settings.otlp;
        otlp.check_protocol()?;
        let resource = Resource::new(&otlp.resource_attributes, name, otlp.service_version.as_deref())
            .map_err(|error| unusable("OTEL_RESOURCE_ATTRIBUTES", error))?;
        let mut headers = otlp.header_map()?;
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(PRODUCT));
        Ok(Self {
            post: Post::new(&otlp.url()?, headers, otlp.time()?)?,
            envelope: Envelope::new(&resource.attributes(), LIBRARY),
            is_packed: otlp.is_packed()?,
        })
    }
}

impl Destination for Posted {
    type Batch = Messages;

    async fn send(&mut self, batch: &Messages, part: &Range<usize>) -> Attempt {
        let body = self.envelope.around(batch.part(part));
        let mut request = self.post.request().header(CONTENT_TYPE, PROTOBUF);
        #[cfg(feature = "gzip")]
        if self.is_packed {
            request = request.header(http::header::CONTENT_ENCODING, "gzip");
        }
        request = request.body(if self.is_packed { packed(body) } else { body });
        match self.post.answer(request).await {
            Ok(answer) => outcome(answer).await,
            Err(reason) => Attempt::Unreachable(reason),
        }
    }
}

#[cfg(feature = "gzip")]
fn packed(body: Vec<u8>) -> Vec<u8> {
    use std::io::Write as _;

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing into a Vec does not fail.
    let _ = gzip.write_all(&body);
    gzip.finish().unwrap_or_default()
}

/// A build without gzip does not start with it.
#[cfg(not(feature = "gzip"))]
fn packed(body: Vec<u8>) -> Vec<u8> {
    body
}

async fn outcome(answer: Response<Body>) -> Attempt {
    let (head, body) = answer.into_parts();
    let content_type = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_ours = content_type.is_some_and(|value| value.starts_with(PROTOBUF.as_bytes()));
    let body = if is_ours {
        bounded(body).await
    } else {
        Some(Bytes::new())
    };
    let Some(body) = body else {
        // Whatever the status says: <https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md#otlphttp-response>.
        let status = head.status;
        return Attempt::Rejected(format!("{status} with an answer of more than {MAX_ANSWER} bytes"));
    };
    if head.status.is_success() {
        return match PartialSuccess::of(&body) {
            Some(PartialSuccess { rejected, message }) => Attempt::Partly(rejected, message),
            None => Attempt::Acknowledged,
        };
    }
    let reason = match refusal(&body) {
        Some(reason) => format!("{}: {reason}", head.status),
        None => head.status.to_string(),
    };
    match head.status {
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => passing(reason, &head.headers),
        status => refused(status, reason),
    }
}

/// The body; none where it is too long. A broken one is as good as empty.
async fn bounded(mut body: Body) -> Option<Bytes> {
    let mut read = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map(|frame| frame.into_data().unwrap_or_default()) else {
            return Some(Bytes::new());
        };
        if read.len() + data.len() > MAX_ANSWER {
            return None;
        }
        read.extend_from_slice(&data);
    }
    Some(read.into())
}

/// As the log calls it.
impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.post.endpoint.fmt(f)
    }
}
