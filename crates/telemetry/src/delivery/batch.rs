//! Spans that leave together.

/// Spans that leave together, in the form in which they leave.
pub(super) trait Batch: Default + Send + 'static {
    /// A batch that takes no more.
    type Closed;

    /// Makes room for a batch like one of so many spans and bytes.
    fn reserve(&mut self, spans: usize, bytes: usize);

    /// Its spans.
    fn len(&self) -> usize;

    /// The bytes that they take.
    fn bytes(&self) -> usize;

    /// Takes no more.
    fn close(self) -> Self::Closed;
}
