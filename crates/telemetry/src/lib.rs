//! Context propagation, MDC, log lines and span delivery for axum and reqwest.
