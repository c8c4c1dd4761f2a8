//! The data points of a request of metrics: enough to answer one that is not kept.

use super::{
    encoding::Encoding,
    json::{
        objects::{fields, items},
        whole,
    },
    report::refused,
};
use crate::decode::{
    error::DecodeError,
    json::{Reader, Token, Wrong},
    normal::utf_8,
    wire::{self, Fields, Value::Bytes},
};

/// The fields that lead one message down, by number and by name.
type Step = &'static [(u64, &'static str)];

const DATA_POINTS: [Step; 5] = [
    &[(1, "resourceMetrics")],
    &[(2, "scopeMetrics")],
    &[(2, "metrics")],
    &[
        (5, "gauge"),
        (7, "sum"),
        (9, "histogram"),
        (10, "exponentialHistogram"),
        (11, "summary"),
    ],
    &[(1, "dataPoints")],
];

impl Encoding {
    /// The data points of an `ExportMetricsServiceRequest`.
    ///
    /// ```
    /// use zipkin::decode::otlp::Encoding;
    ///
    /// let body = br#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{},{}]}}]}]}]}"#;
    /// assert_eq!(Encoding::Json.data_points(body)?, 2);
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn data_points(self, body: &[u8]) -> Result<usize, DecodeError> {
        self.count(body, &DATA_POINTS)
    }

    fn count(self, body: &[u8], path: &[Step]) -> Result<usize, DecodeError> {
        let counted = match self {
            Self::Protobuf => in_message(body, path).map_err(|wire::Wrong(reason)| reason),
            Self::Json if body.is_empty() => Ok(0),
            Self::Json => {
                let text = utf_8(body);
                whole(&text, |reader| in_object(reader, path))
            }
        };
        counted.map_err(|reason| refused(&reason, self))
    }
}

fn in_message(message: &[u8], path: &[Step]) -> Result<usize, wire::Wrong> {
    let Some((step, rest)) = path.split_first() else {
        return Ok(1);
    };
    let mut count = 0;
    for field in Fields(message) {
        if let (number, Bytes(message)) = field?
            && step.iter().any(|(each, _)| *each == number)
        {
            count += in_message(message, rest)?;
        }
    }
    Ok(count)
}

fn in_object(reader: &mut Reader<'_>, path: &[Step]) -> Result<usize, Wrong> {
    let Some((step, rest)) = path.split_first() else {
        return reader.skip().map(|()| 1);
    };
    let mut count = 0;
    fields(reader, |key, reader| {
        if !step.iter().any(|(_, name)| *name == key) {
            return reader.skip();
        }
        let mut add = |reader: &mut Reader<'_>| {
            count += in_object(reader, rest)?;
            Ok(())
        };
        match reader.token()? {
            Token::List => items(reader, add),
            _ => add(reader),
        }
    })?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_points_are_counted_in_both_encodings() {
        let metrics = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[
            {"name":"a","gauge":{"dataPoints":[{},{}]}},{"summary":{"dataPoints":[{}]}},{"sum":{}}]}]}]}"#;
        assert_eq!(Encoding::Json.data_points(metrics.as_bytes()), Ok(3));
        let gauge = [10, 10, 18, 8, 18, 6, 42, 4, 10, 0, 10, 0];
        assert_eq!(Encoding::Protobuf.data_points(&gauge), Ok(2));
        // Behind a request that is whole, nothing may stand.
        assert!(
            Encoding::Json
                .data_points(format!("{metrics}{{}}").as_bytes())
                .is_err()
        );
        for encoding in [Encoding::Json, Encoding::Protobuf] {
            assert_eq!(encoding.data_points(b""), Ok(0));
            assert!(encoding.data_points(b"x").is_err());
        }
    }
}
