//! Mapped diagnostic context: values that a request puts once and finds on its span, on every later log line, and,
//! where `MDC_PROPAGATE` names them, in every service downstream. They are gone with the request.

use std::fmt::Display;

use smol_str::{SmolStr, ToSmolStr as _};

use super::{
    current::{current, with_current},
    record::SpanRecord,
};
use crate::{
    propagation::{
        Mdc,
        baggage::{MAX_BYTES, can_travel},
    },
    request::scope::{SCOPE, Scope},
};

/// The value is too long to travel: a request that brings it is refused with 400.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{key}' is longer than the {MAX_BYTES} bytes that baggage can carry")]
pub struct TooLong {
    key: SmolStr,
}

/// Puts a value on the current span, on every later line of the request, and on its way downstream.
///
/// # Errors
/// [`TooLong`] where the values of the request would pass the 8,192 bytes of W3C Baggage; nothing is put then.
///
/// ```
/// use telemetry::mdc;
///
/// # let mut config = telemetry::Config::default();
/// # config.delivery.exporter = telemetry::config::ExporterKind::None;
/// # let _telemetry = telemetry::Telemetry::start("shop", &config)?;
/// tracing::info_span!("checkout").in_scope(|| {
///     assert!(mdc::put("userId", "terry").is_ok());
///     assert!(mdc::put("orderId", 7).is_ok());
///     assert!(mdc::put("essay", "x".repeat(9_000)).is_err());
///     tracing::info!("paid"); // … userId=terry orderId=7 paid
///     assert_eq!(mdc::get("userId").as_deref(), Some("terry"));
/// });
/// assert_eq!(mdc::get("userId"), None);
/// # Ok::<(), telemetry::StartError>(())
/// ```
pub fn put(key: &'static str, value: impl Display) -> Result<(), TooLong> {
    let (key, value) = (SmolStr::new_static(key), value.to_smolstr());
    let put_and_tag = |record: &mut SpanRecord| {
        put_in(&record.scope, &key, &value)?;
        record.tag(key.clone(), value.clone());
        Ok(())
    };
    with_current(put_and_tag)
        .or_else(|| SCOPE.try_with(|scope| put_in(scope, &key, &value)).ok())
        .unwrap_or_else(|| check(&Mdc::new(), &key, &value))
}

fn put_in(scope: &Scope, key: &SmolStr, value: &SmolStr) -> Result<(), TooLong> {
    let mut mdc = scope.mdc();
    check(&mdc, key, value)?;
    mdc.put(key, value);
    Ok(())
}

fn check(with: &Mdc, key: &SmolStr, value: &SmolStr) -> Result<(), TooLong> {
    if can_travel(with, key, value) {
        Ok(())
    } else {
        Err(TooLong { key: key.clone() })
    }
}

/// The request's value of this name.
pub fn get(key: &str) -> Option<String> {
    let scope = current()?;
    scope.mdc().get(key).map(str::to_owned)
}
