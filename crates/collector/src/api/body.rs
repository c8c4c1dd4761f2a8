//! Reading the body of a batch: bounded in bytes, on the wire and unpacked, in time, and by the room that is left.

use std::{
    borrow::Cow,
    future::poll_fn,
    io::{ErrorKind, Read as _},
    pin::Pin,
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody as _};
use flate2::bufread::GzDecoder;
use tokio::time::{sleep, timeout};

use super::Error;
use crate::{Collector, intake::Room};

/// What a batch may have, on the wire and unpacked.
pub const MAX_BYTES: usize = 10 << 20;

/// What is unpacked and read at once: some 300 spans, which takes less than a millisecond.
const SMALL: usize = 128 << 10;

/// What is read and thrown away beyond that: a client that sends all before it reads would never see the answer.
const MAX_BYTES_IGNORED: usize = 10 * MAX_BYTES;

/// How long a body may still take once the collector is told to stop.
const GRACE: Duration = Duration::from_secs(1);

/// The whole body and the room it takes, in the time that a request may take.
pub async fn read(collector: &Collector, body: Body) -> Result<(Vec<u8>, Room), Error> {
    let limit = collector.config().query_timeout.duration();
    let stopping = async {
        collector.stopping().await;
        sleep(GRACE).await;
    };
    tokio::select! {
        body = timeout(limit, read_all(body, collector.intake().room())) => body.map_err(|_| Error::BodyTimeout)?,
        () = stopping => Err(Error::Stopping),
    }
}

async fn read_all(mut body: Body, mut room: Room) -> Result<(Vec<u8>, Room), Error> {
    let mut kept = Vec::new();
    let mut seen = 0;
    let mut refused = None;
    while let Some(data) = next_chunk(&mut body).await? {
        seen += data.len();
        if refused.is_none() {
            refused = if seen > MAX_BYTES {
                Some(Error::TooLarge)
            } else {
                room.grow(data.len()).err().map(Error::from)
            };
        }
        if refused.is_none() {
            kept.extend_from_slice(&data);
        } else {
            kept = Vec::new();
            room.clear();
        }
        if seen > MAX_BYTES + MAX_BYTES_IGNORED {
            break;
        }
    }
    refused.map_or(Ok((kept, room)), Err)
}

async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, Error> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
    let frame = frame.transpose().map_err(|_| Error::BrokenBody)?;
    // A frame that is no data holds trailers.
    Ok(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// The body unpacked, if that is little; none, too, where it cannot be: [`whole`] says why.
pub fn small(body: &[u8], is_gzip: bool) -> Option<Cow<'_, [u8]>> {
    match is_gzip {
        // What is worth packing becomes a tenth.
        true if body.len() <= SMALL / 4 => gunzip(body, SMALL).ok().map(Cow::Owned),
        false if body.len() <= SMALL => Some(Cow::Borrowed(body)),
        _ => None,
    }
}

/// The body unpacked.
pub fn whole(body: &[u8], is_gzip: bool) -> Result<Cow<'_, [u8]>, Error> {
    if is_gzip {
        gunzip(body, MAX_BYTES).map(Cow::Owned)
    } else {
        Ok(Cow::Borrowed(body))
    }
}

/// No bytes at all are packed nothing.
fn gunzip(packed: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut unpacked = Vec::with_capacity(unpacked_length(packed).min(limit) + 1);
    if packed.is_empty() {
        return Ok(unpacked);
    }
    let mut limited = GzDecoder::new(packed).take(limit as u64 + 1);
    match limited.read_to_end(&mut unpacked) {
        Ok(_) if unpacked.len() > limit => Err(Error::TooLarge),
        Ok(_) => Ok(unpacked),
        // As in Zipkin, a stream that ends early is read as far as it goes.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof && !unpacked.is_empty() => Ok(unpacked),
        Err(_) => Err(Error::Gunzip),
    }
}

/// What the end of a gzip stream says, true or not.
fn unpacked_length(packed: &[u8]) -> usize {
    let length = packed
        .last_chunk()
        .map_or(0, |length| u32::from_le_bytes(*length));
    length as usize
}
