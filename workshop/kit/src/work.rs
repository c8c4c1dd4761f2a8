//! Work that a handler gives away. Each piece is a span and a line.

use axum::{extract::Request, middleware::Next, response::Response};
use tracing::{Instrument as _, Span, info, info_span};

tokio::task_local! {
    /// Set in the task that serves a request.
    static SERVING: ();
}

/// Marks the task that serves a request.
pub(crate) async fn mark(request: Request, next: Next) -> Response {
    SERVING.scope((), next.run(request)).await
}

/// Writes the receipt of an order.
pub async fn write_receipt(order: i32) {
    let span = info_span!("write receipt", left_the_task = left());
    async { info!("receipt of order {order} written") }
        .instrument(span)
        .await;
}

/// Checks the sum of an order; it may take a while, and blocks.
pub fn check_sum(order: i32) {
    let span: Span = info_span!("check sum", left_the_task = left());
    span.in_scope(|| info!("sum of order {order} checked"));
}

/// Prints the label of an order.
pub fn print_label(order: i32) {
    let span: Span = info_span!("print label", left_the_task = left());
    span.in_scope(|| info!("label of order {order} printed"));
}

/// Whether this runs elsewhere than in the task that serves the request.
fn left() -> bool {
    SERVING.try_with(|()| ()).is_err()
}
