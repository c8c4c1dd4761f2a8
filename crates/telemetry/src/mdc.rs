//! Mapped diagnostic context: values that a request puts once and finds on its span, on every later log line, and,
//! where `MDC_PROPAGATE` names them, in every service downstream. They are gone with the request.

use std::sync::PoisonError;

use crate::{
    layer::with_current,
    propagation::baggage::{MAX_BYTES, member_len},
    scope,
};

/// The value is too long to travel: a request that brings it is refused with 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{key}' is longer than the {MAX_BYTES} bytes that baggage can carry")]
pub struct TooLong {
    key: &'static str,
}

/// Puts a value on the current span, on every later line of the request, and on its way downstream.
///
/// # Errors
/// [`TooLong`] where the values of the request would pass the 8,192 bytes of W3C Baggage; nothing is put then.
pub fn put(key: &'static str, value: impl Into<String>) -> Result<(), TooLong> {
    let value = value.into();
    if let Some(scope) = scope::current() {
        let mut mdc = scope.mdc.lock().unwrap_or_else(PoisonError::into_inner);
        let others = mdc.iter().filter(|(name, _)| name != key);
        let carried = others
            .map(|(name, value)| member_len(name, value) + 1)
            .sum::<usize>();
        if carried + member_len(key, &value) > MAX_BYTES {
            return Err(TooLong { key });
        }
        match mdc.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => old.clone_from(&value),
            None => mdc.push((key.to_owned(), value.clone())),
        }
    } else if member_len(key, &value) > MAX_BYTES {
        return Err(TooLong { key });
    }
    with_current(|record| record.tag(key, value));
    Ok(())
}

/// The request's value of this name.
pub fn get(key: &str) -> Option<String> {
    scope::current()?
        .mdc()
        .into_iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value)
}
