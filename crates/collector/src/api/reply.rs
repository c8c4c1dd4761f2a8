//! Answers when all goes well.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::Serialize;
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use super::listing::{Listing, PIECE, Piece};
use crate::{
    Collector,
    error::Error,
    store::Store,
    work::{Asker, Gone},
};

const JSON: &str = "application/json";

/// Memory of an answer on its way: a piece, what is packed of it, and what the connection has of both.
const WINDOW: usize = 2 * PIECE;

/// The longest wait for the memory of the next trace, in an answer that has begun.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Any value as JSON.
pub fn json(value: &impl Serialize) -> Result<Response, Error> {
    // Our own types are all JSON.
    serde_json::to_vec(value)
        .map(json_bytes)
        .map_err(|_| Error::Internal)
}

/// Rows of a listing. A short one is answered whole; a long one piece by piece, as fast as its reader reads.
pub async fn listing(
    collector: &Collector,
    find: impl FnOnce(&Store, &Asker) -> Result<Listing, Gone> + Send + 'static,
) -> Result<Response, Error> {
    let memory = collector.answer_memory().clone();
    let first = collector.work(move |store, asker| {
        let mut listing = find(store, asker)?;
        let piece = listing.next_piece(store, &memory, asker)?;
        Ok((piece, listing))
    });
    let (piece, listing) = first.await?;
    let Piece::Bytes(piece) = piece else {
        return Err(Error::Busy);
    };
    if listing.is_over() {
        return Ok(json_bytes(piece));
    }
    let reservation = collector.answer_memory().take(WINDOW + listing.heap());
    let reservation = reservation.ok_or(Error::Busy)?;
    let rest = Rest {
        collector: collector.clone(),
        listing,
        _reservation: reservation,
    };
    let pieces = stream::unfold((Some(piece), Some(rest)), next_piece);
    Ok(([(header::CONTENT_TYPE, JSON)], Body::from_stream(pieces)).into_response())
}

/// The rows that are not written yet.
struct Rest {
    collector: Collector,
    listing: Listing,
    _reservation: OwnedSemaphorePermit,
}

/// A piece that is written, and what is left.
type Pieces = (Option<Vec<u8>>, Option<Rest>);

/// A piece that fails ends the connection: the reader sees that the answer is not whole.
async fn next_piece((first, rest): Pieces) -> Option<(Result<Vec<u8>, Error>, Pieces)> {
    if let Some(first) = first {
        return Some((Ok(first), (None, rest)));
    }
    let mut rest = rest.filter(|rest| !rest.listing.is_over())?;
    loop {
        let collector = rest.collector.clone();
        let memory = collector.answer_memory().clone();
        let written = collector.work(move |store, asker| {
            let piece = rest.listing.next_piece(store, &memory, asker)?;
            Ok((piece, rest))
        });
        match written.await {
            Ok((Piece::Bytes(piece), rest)) => return Some((Ok(piece), (None, Some(rest)))),
            // An answer that has begun cannot become a 503: it waits for others to end.
            Ok((Piece::NoRoom(bytes), waiting)) => {
                rest = waiting;
                let room = collector.answer_memory().wait_for_trace(bytes);
                match timeout(LONGEST_WAIT, room).await.ok().flatten() {
                    Some(room) => rest.listing.give(room),
                    None => return Some((Err(Error::Busy), (None, None))),
                }
            }
            Err(error) => return Some((Err(error.into()), (None, None))),
        }
    }
}

/// Lets a browser keep the answer for five minutes, as Zipkin does with names that seldom change.
pub fn cached(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("max-age=300, must-revalidate"),
    );
    response
}

/// JSON as it is.
pub fn json_bytes(json: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, JSON)], json).into_response()
}
