//! The last hop: names, prices and stock.
