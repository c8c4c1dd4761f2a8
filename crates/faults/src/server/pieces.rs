//! A body in pieces, with pauses, which may break off.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::{Sleep, sleep};

/// Between the last piece and the break, so that the pieces are out by then.
const LAST_PAUSE: Duration = Duration::from_millis(20);

/// A body in pieces.
#[derive(Debug)]
pub struct Pieces {
    left: VecDeque<Bytes>,
    pause: Duration,
    pausing: Option<Pin<Box<Sleep>>>,
    breaks_off: bool,
}

impl Pieces {
    /// All of it at once.
    pub fn whole(body: Bytes) -> Self {
        Self {
            left: VecDeque::from([body]),
            pause: Duration::ZERO,
            pausing: None,
            breaks_off: false,
        }
    }

    /// About so many pieces, with a pause before each.
    pub fn cut_into(&mut self, count: u32, pause: Duration) {
        let whole: Vec<u8> = self.left.drain(..).flatten().collect();
        let length = whole.len().div_ceil(count.max(1) as usize).max(1);
        self.left = whole.chunks(length).map(Bytes::copy_from_slice).collect();
        // The pauses make up the time, however few bytes there are.
        self.pause = pause * count / u32::try_from(self.left.len()).unwrap_or(count).max(1);
    }

    /// Half of the bytes, and an error in the place of the rest.
    pub fn break_off(&mut self) {
        let mut room = self.left.iter().map(Bytes::len).sum::<usize>() / 2;
        for piece in &mut self.left {
            piece.truncate(room);
            room -= piece.len();
        }
        self.breaks_off = true;
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let is_end = self.left.is_empty();
        if is_end && !self.breaks_off {
            return Poll::Ready(None);
        }
        let pause = if is_end { LAST_PAUSE } else { self.pause };
        if pause > Duration::ZERO {
            let pausing = self.pausing.get_or_insert_with(|| Box::pin(sleep(pause)));
            ready!(pausing.as_mut().poll(context));
            self.pausing = None;
        }
        if is_end {
            self.breaks_off = false;
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())));
        }
        let piece = self.left.pop_front().unwrap_or_default();
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && !self.breaks_off
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    async fn read(mut pieces: Pieces) -> (Vec<u8>, bool) {
        let mut read = Vec::new();
        while let Some(frame) = poll_fn(|context| Pin::new(&mut pieces).poll_frame(context)).await {
            match frame {
                Ok(frame) => read.extend(frame.into_data().unwrap()),
                Err(_) => return (read, true),
            }
        }
        (read, false)
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_takes_its_time_and_comes_whole() {
        for text in ["0123456789abc", "0", "0123456789"] {
            let mut pieces = Pieces::whole(Bytes::copy_from_slice(text.as_bytes()));
            pieces.cut_into(10, Duration::from_millis(50));
            let begun = tokio::time::Instant::now();
            assert_eq!(read(pieces).await, (text.as_bytes().to_vec(), false));
            let took = begun.elapsed().as_millis();
            assert!((490..=520).contains(&took), "{text}: {took}");
        }
    }

    #[tokio::test]
    async fn a_broken_body_has_half_of_its_bytes() {
        let mut pieces = Pieces::whole(Bytes::from_static(b"0123456789"));
        pieces.break_off();
        assert_eq!(read(pieces).await, (b"01234".to_vec(), true));
    }
}
