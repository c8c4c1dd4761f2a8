//! The edge: the two routes that a user calls.
