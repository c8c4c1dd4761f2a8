"""Writes the records on standard input as Google's own handler does."""

import json
import logging
import sys

from google.cloud.logging_v2 import handlers
from google.cloud import logging_v2

# Otherwise its first line is about itself.
logging_v2._instrumentation_emitted = True

logger = logging.getLogger("shop.orders")
logger.setLevel(logging.DEBUG)
logger.addHandler(handlers.StructuredLogHandler(stream=sys.stdout, project_id="p-1"))

for line in sys.stdin:
    record = json.loads(line)
    extra = {"labels": record["mdc"], "json_fields": record.get("fields", {})}
    if "trace" in record:
        extra["trace"] = "projects/p-1/traces/" + record["trace"].zfill(32)
        extra["span_id"] = record["span"]
        extra["trace_sampled"] = record["sampled"]
    logger.log(getattr(logging, record["level"].replace("WARN", "WARNING")), record["message"], extra=extra)
