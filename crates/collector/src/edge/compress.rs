//! Answers that become shorter, and memory for those that stay long: a reader that is slow keeps them in memory.

use std::{convert::Infallible, io::Write as _, mem};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody as _, to_bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use futures_util::{StreamExt as _, stream};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    Collector,
    error::Error,
    work::{Asker, Gone},
};

/// Shorter answers are not worth compressing.
const COMPRESS_FROM: usize = 2048;

/// Bytes that are packed at once, in a millisecond or two; longer answers need a reservation.
const SOME: usize = 64 << 10;

/// Types of answers that become much shorter.
const COMPRESSIBLE: [&str; 5] = [
    "application/json",
    "application/javascript",
    "image/svg+xml",
    "text/css",
    "text/html",
];

type Encoder = GzEncoder<Vec<u8>>;

/// The answer, packed if it is worth it and the client unpacks it.
pub async fn answer(collector: &Collector, mut response: Response, gzip: bool) -> Response {
    if !is_compressible(&response) {
        return response;
    }
    let is_whole = response.body().size_hint().exact();
    if is_whole.is_some_and(|length| length < COMPRESS_FROM as u64) {
        return response;
    }
    let vary = HeaderValue::from_static("accept-encoding");
    response.headers_mut().insert(header::VARY, vary);
    if gzip {
        let coding = HeaderValue::from_static("gzip");
        response.headers_mut().insert(header::CONTENT_ENCODING, coding);
    }
    // It may have another one.
    response.headers_mut().remove(header::CONTENT_LENGTH);
    let (head, body) = response.into_parts();
    let body = match is_whole {
        Some(_) => whole(collector, body, gzip).await,
        None if gzip => Ok(in_pieces(collector, body)),
        None => Ok(body),
    };
    body.map_or_else(Error::into_response, |body| Response::from_parts(head, body))
}

fn is_compressible(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    COMPRESSIBLE
        .iter()
        .any(|compressible| kind.starts_with(compressible))
}

/// A body that is whole in memory already.
async fn whole(collector: &Collector, body: Body, gzip: bool) -> Result<Body, Error> {
    let mut bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if gzip && bytes.len() <= SOME {
        bytes = finish(&bytes, encoder()).into();
    } else if gzip {
        bytes = collector.work(move |_, asker| pack(&bytes, asker)).await?.into();
    }
    if bytes.len() <= SOME {
        return Ok(bytes.into());
    }
    let reservation = collector.answer_memory().take(bytes.len());
    Ok(with_reservation(bytes, reservation.ok_or(Error::Busy)?))
}

fn pack(bytes: &[u8], asker: &Asker) -> Result<Vec<u8>, Gone> {
    let mut encoder = encoder();
    for some in bytes.chunks(SOME) {
        asker.still_waits()?;
        // Writing into a Vec does not fail.
        let _ = encoder.write_all(some);
    }
    Ok(encoder.finish().unwrap_or_default())
}

/// A body that is written piece by piece.
fn in_pieces(collector: &Collector, body: Body) -> Body {
    let state = (collector.clone(), body.into_data_stream(), Some(encoder()));
    Body::from_stream(stream::unfold(state, next_packed))
}

type Packing = (Collector, BodyDataStream, Option<Encoder>);

async fn next_packed((collector, mut pieces, encoder): Packing) -> Option<(Result<Vec<u8>, Error>, Packing)> {
    let mut encoder = encoder?;
    loop {
        let piece = match pieces.next().await {
            Some(Ok(piece)) => piece,
            // The reader sees that the answer is not whole.
            Some(Err(_)) => return Some((Err(Error::Internal), (collector, pieces, None))),
            None => return Some((Ok(finish(&[], encoder)), (collector, pieces, None))),
        };
        let packed = collector.work(move |_, _| {
            let _ = encoder.write_all(&piece);
            // The piece goes on its way, though the rest may take its time.
            let _ = encoder.flush();
            Ok((mem::take(encoder.get_mut()), encoder))
        });
        match packed.await {
            Ok((packed, left)) if packed.is_empty() => encoder = left,
            Ok((packed, left)) => return Some((Ok(packed), (collector, pieces, Some(left)))),
            Err(error) => return Some((Err(error.into()), (collector, pieces, None))),
        }
    }
}

fn encoder() -> Encoder {
    Encoder::new(Vec::new(), Compression::fast())
}

fn finish(last: &[u8], mut encoder: Encoder) -> Vec<u8> {
    let _ = encoder.write_all(last);
    encoder.finish().unwrap_or_default()
}

/// A body that has its reservation until it is sent: of a body whose length it does not know, hyper asks for more once it has sent
/// what it had.
fn with_reservation(bytes: Bytes, reservation: OwnedSemaphorePermit) -> Body {
    let all = stream::unfold((Some(bytes), reservation), async |(bytes, reservation)| {
        Some((Ok::<_, Infallible>(bytes?), (None, reservation)))
    });
    Body::from_stream(all)
}
