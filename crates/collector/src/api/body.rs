//! Reading the body of a batch: bounded in bytes, on the wire and unpacked, in time, and by the memory that is left.

use std::{
    borrow::Cow,
    future::poll_fn,
    io::{ErrorKind, Read as _},
    pin::Pin,
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody as _};
use flate2::bufread::GzDecoder;
use miniz_oxide::inflate::{
    TINFLStatus,
    core::{DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF},
};
use tokio::time::{sleep, timeout};

use crate::{Collector, error::Error, intake::Reservation};

/// Limits of a batch, on the wire and unpacked.
pub const MAX_BYTES: usize = 10 << 20;

/// Bytes that are unpacked and read at once: some 300 spans, which takes less than a millisecond.
const SMALL: usize = 128 << 10;

/// Bytes beyond that which are read and thrown away: a client that sends all before it reads would never see the answer.
const MAX_BYTES_IGNORED: usize = 10 * MAX_BYTES;

/// The time for a body once the collector is told to stop.
const GRACE: Duration = Duration::from_secs(1);

/// The whole body and the memory that it takes, in the time that a request may take.
pub async fn read(collector: &Collector, body: Body) -> Result<(Vec<u8>, Reservation), Error> {
    let limit = collector.config().query_timeout.duration();
    let stopping = async {
        collector.stopping().await;
        sleep(GRACE).await;
    };
    tokio::select! {
        // In this order: most bodies are there at once, and then nobody has to be woken for them later.
        biased;
        body = timeout(limit, read_all(body, collector.intake().reservation())) => body.map_err(|_| Error::BodyTimeout)?,
        () = stopping => Err(Error::Stopping),
    }
}

async fn read_all(mut body: Body, mut reservation: Reservation) -> Result<(Vec<u8>, Reservation), Error> {
    let mut kept = Vec::new();
    let mut seen = 0;
    let mut refused = None;
    while let Some(data) = next_chunk(&mut body).await? {
        seen += data.len();
        if refused.is_none() {
            refused = if seen > MAX_BYTES {
                Some(Error::TooLarge)
            } else {
                reservation.grow(data.len()).err().map(Error::from)
            };
        }
        if refused.is_none() {
            kept.extend_from_slice(&data);
        } else {
            kept = Vec::new();
            reservation.clear();
        }
        if seen > MAX_BYTES + MAX_BYTES_IGNORED {
            break;
        }
    }
    refused.map_or(Ok((kept, reservation)), Err)
}

async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, Error> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
    let frame = frame.transpose().map_err(|_| Error::BrokenBody)?;
    // A frame that is no data holds trailers.
    Ok(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// The packing of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// None.
    Plain,
    /// gzip. A stream that ends early is read as far as it goes, as in Zipkin.
    Gzip,
    /// gzip, all of it: part of a batch is no success in OpenTelemetry's protocol.
    WholeGzip,
}

/// The body unpacked, if that is little. None does not mean that it cannot be: see [`complete`].
pub fn small(body: &[u8], packing: Packing) -> Option<Cow<'_, [u8]>> {
    match packing {
        Packing::Plain => (body.len() <= SMALL).then_some(Cow::Borrowed(body)),
        Packing::Gzip | Packing::WholeGzip => gunzip_small(body).map(Cow::Owned),
    }
}

/// Unpacks in one step what is packed as all reporters do it: <https://www.rfc-editor.org/rfc/rfc1952>, without a file's name or
/// any other of the fields that may be.
fn gunzip_small(packed: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = packed.split_first_chunk::<10>()?;
    let (rest, length) = rest.split_last_chunk()?;
    let (deflated, checksum) = rest.split_last_chunk()?;
    let length = u32::from_le_bytes(*length) as usize;
    if !head.starts_with(b"\x1f\x8b\x08\0") || length > SMALL {
        return None;
    }
    let mut unpacked = vec![0; length];
    // Of flate2's own, the core: around it are 43 kB to be set to zero for each body.
    let (status, read, written) = decompress(
        &mut DecompressorOxide::new(),
        deflated,
        &mut unpacked,
        0,
        TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
    );
    let is_whole = (status, read, written) == (TINFLStatus::Done, deflated.len(), length);
    let is_right = is_whole && crc32fast::hash(&unpacked) == u32::from_le_bytes(*checksum);
    is_right.then_some(unpacked)
}

/// The body unpacked.
pub fn complete(body: &[u8], packing: Packing) -> Result<Cow<'_, [u8]>, Error> {
    match packing {
        Packing::Plain => Ok(Cow::Borrowed(body)),
        Packing::Gzip => gunzip(body, false).map(Cow::Owned),
        Packing::WholeGzip => gunzip(body, true).map(Cow::Owned),
    }
}

/// Unpacks all members, one behind the other: <https://www.rfc-editor.org/rfc/rfc1952#section-2.2>. No bytes at all are packed
/// nothing. What follows the last member and begins as none is ignored, as in Zipkin.
fn gunzip(packed: &[u8], must_be_whole: bool) -> Result<Vec<u8>, Error> {
    let mut unpacked = Vec::new();
    let mut rest = packed;
    let mut is_first = !packed.is_empty();
    while is_first || begins_member(rest) {
        let mut member = GzDecoder::new(rest);
        let left = (MAX_BYTES + 1 - unpacked.len()) as u64;
        let read = (&mut member).take(left).read_to_end(&mut unpacked);
        if unpacked.len() > MAX_BYTES {
            return Err(Error::TooLarge);
        }
        match read {
            Ok(_) => (rest, is_first) = (member.into_inner(), false),
            Err(error) if must_be_whole && is_cut(&error) && begins_member(rest) => {
                return Err(Error::CutGzip);
            }
            // As in Zipkin, a stream that ends early is read as far as it goes. Of several members, the list may look whole
            // without the one that is not.
            Err(error) if is_cut(&error) && is_first && !unpacked.is_empty() => {
                break;
            }
            Err(_) if must_be_whole => return Err(Error::NotGzip),
            Err(_) => return Err(Error::Gunzip),
        }
    }
    Ok(unpacked)
}

fn is_cut(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::UnexpectedEof
}

/// Whether these bytes are the beginning of a member, or were cut off in it.
fn begins_member(rest: &[u8]) -> bool {
    const MAGIC: [u8; 2] = [0x1f, 0x8b];
    !rest.is_empty() && (rest.starts_with(&MAGIC) || MAGIC.starts_with(rest))
}
