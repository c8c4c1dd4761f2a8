//! An order as it should be answered and traced: by the real gateway and inventory, with the learner's orders between them.

use expect::{Expectation, SpanExpectation, answer, client, contains, expect, server};

/// The price that each order comes to stands in the answer.
pub fn answered() -> Expectation {
    expect().answer(answer().status(200).body(contains(r#""totalPrice":100"#)))
}

/// Answered, and one tree from the gateway on, in which orders calls inventory once.
pub fn whole() -> Expectation {
    answered().tree(behind_gateway(orders().children([call()])))
}

/// The span of orders for a request, without those below it.
pub fn orders() -> SpanExpectation {
    server("orders", "GET /orders/{id}")
}

/// The call of inventory, which answers it.
pub fn call() -> SpanExpectation {
    client("orders", "GET").children([server("inventory", "GET /items").leaf()])
}

/// The gateway's spans above those of orders.
pub fn behind_gateway(orders: SpanExpectation) -> SpanExpectation {
    let call = client("gateway", "GET").to("orders").children([orders]);
    server("gateway", "GET /orders/{id}").children([call])
}
