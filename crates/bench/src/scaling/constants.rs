//! Measured figures and other people's, each with its source. What was measured was measured on two cores that others
//! used as well; `bench chain` says what yours do.

/// Bytes of JSON a span. Measured: the chain's eight spans, with users, orders and ports of their own.
pub const SPAN_BYTES: f64 = 313.0;

/// Bytes that gzip (level 6) makes of a byte of JSON. Measured: batches of 512 such spans, 35 bytes a
/// span; where all requests are one user's it is 28.
pub const GZIP_SHARE: f64 = 35.0 / 313.0;

/// Microseconds of CPU that recording a span takes in a service, headers included. Measured: `bench chain`, the CPU of
/// `ours` less that of `json-lines`, less the exporter, by eight spans.
pub const RECORDING_US: f64 = 12.0;

/// Microseconds of CPU that sending a span takes. Measured: `bench chain`, the exporters' own threads.
pub const EXPORTER_US: f64 = 0.5;

/// Spans in a batch: the default of `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`. The exporter holds one while it cannot send it.
pub const BATCH: f64 = 512.0;

/// Microseconds of CPU that Zipkin takes for a span that it writes to Elasticsearch. Measured: Zipkin 3.6.1 with
/// OpenSearch 2.19, the fourth batch of 40,960 spans after start; the first took 118. A rough figure: the load was more
/// than the two could take, and Zipkin counted 113,152 of 177,152 spans as dropped, though the index held 162,746. In
/// memory it takes 19 to 25. The CPU of OpenSearch itself comes on top, and is not in this plan.
pub const COLLECTOR_US: f64 = 52.0;

/// The load of collectors on average. A choice: a peak of twice the average finds room.
pub const COLLECTOR_LOAD: f64 = 0.5;

/// Bytes of live heap a span in Zipkin's memory store. Measured: Zipkin 3.6.1, Java 17, spans of 435 bytes.
pub const ZIPKIN_HEAP_BYTES: f64 = 1_800.0;

/// Bytes in the index for a byte of JSON, without copies. Measured: the same run, 130,786 spans in 59.6 MB, before
/// merging; merged into one segment a shard it was 1.35.
pub const INDEX_SHARE: f64 = 59_593_305.0 / 130_786.0 / 313.0;

/// The largest shard that Elasticsearch's guide "Size your shards" advises: it says 10 GB to 50 GB.
pub const SHARD_BYTES: f64 = 50e9;

/// The share of a disk that may be full. Elasticsearch gives a node no more shards beyond 85 %
/// (`cluster.routing.allocation.disk.watermark.low`).
pub const DISK_LOAD: f64 = 0.85;
