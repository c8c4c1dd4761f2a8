//! An `ExportLogsServiceRequest` to log records. A record is never refused: ids that are none are left out.

use super::{Encoding, report::refused};
use crate::decode::error::DecodeError;

/// One record.
mod record;

/// The request in protocol buffers.
mod protobuf;

/// The request in JSON.
mod json;

pub use record::LogRecord;

/// Records that one request may have.
const MAX_RECORDS: usize = 1_000_000;

impl Encoding {
    /// Lends the records of a request, one after the other, and says how many there were.
    ///
    /// ```
    /// use zipkin::decode::otlp::Encoding;
    ///
    /// let body = br#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":13,"body":{"stringValue":"slow"}}]}]}]}"#;
    /// let mut lines = Vec::new();
    /// let count = Encoding::Json.each_log(body, |record| lines.push((record.severity, record.body.to_string())))?;
    /// assert_eq!((count, lines), (1, vec![(13, "slow".to_owned())]));
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn each_log(self, body: &[u8], mut found: impl FnMut(&LogRecord<'_>)) -> Result<usize, DecodeError> {
        let mut count = 0;
        let mut lend = |record: &LogRecord<'_>| {
            count += 1;
            if count > MAX_RECORDS {
                return Err(format!("more than {MAX_RECORDS} log records"));
            }
            found(record);
            Ok(())
        };
        let read = match self {
            Self::Protobuf => protobuf::each(body, &mut lend),
            Self::Json => json::each(body, &mut lend),
        };
        read.map_err(|reason| refused(&reason, self))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
