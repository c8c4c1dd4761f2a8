"""Compares our lines with those of the vendors' own encoders, field by field, and names each difference.

    compare.py FORMAT ENCODER…    # our lines on standard input; the encoder is a command that encodes records
"""

import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

RECORDS = Path(__file__).with_name("records.jsonl")
LIMIT = 8192
GOOGLE = "logging.googleapis.com/"


def is_cut(ours, theirs, record):
    return ours == f"{theirs[:LIMIT]}…[cut, {len(theirs)} bytes]"


def is_ours_alone(ours, theirs, record):
    return ours is not None and theirs is None


def is_theirs_alone(ours, theirs, record):
    return ours is None and theirs is not None


def is_empty(ours, theirs, record):
    return ours is None and theirs in ("", False, {})


def has_fields_behind(ours, theirs, record):
    fields = "".join(f" {name}={value}" for name, value in record.get("fields", {}).items())
    return ours == theirs + fields


# Each difference that is meant: whether it is that difference, and why it is one.
DIFFERENCES = {
    "logback": {
        "message": [
            (is_cut, "ours is cut at 8 KiB"),
            (has_fields_behind, "the layout has no place for fields: they stand behind the message"),
        ],
        "exception": [(is_theirs_alone, "a Rust error is a field, and has no stack")],
    },
    "ecs": {
        "message": [(is_cut, "ours is cut at 8 KiB")],
        "code": [(is_ours_alone, "theirs drops SLF4J's key-value pairs")],
        "error.type": [(is_theirs_alone, "a Rust error has no class")],
        "error.stack_trace": [(is_theirs_alone, "a Rust error has no stack; a panic's line has it")],
    },
    "gcp": {
        "message": [(is_cut, "ours is cut at 8 KiB")],
        "time": [(is_ours_alone, "theirs leaves the time to the agent, which takes that of arrival")],
        "logger": [(is_ours_alone, "theirs is the label python_logger")],
        "serviceContext": [(is_ours_alone, "for Error Reporting, and to tell the services apart")],
        GOOGLE + "labels": [
            (lambda ours, theirs, _: (ours or {}) == {k: theirs[k] for k in theirs if k != "python_logger"},
             "theirs has the logger among them"),
        ],
        GOOGLE + "sourceLocation": [
            (lambda ours, theirs, _: ours.keys() == theirs.keys(), "another source; the same members"),
        ],
        GOOGLE + "trace": [(is_empty, "theirs is empty outside of requests")],
        GOOGLE + "spanId": [(is_empty, "theirs is empty outside of requests")],
        GOOGLE + "trace_sampled": [(is_empty, "theirs is false outside of requests")],
        "httpRequest": [(is_empty, "theirs is empty: no line of either is about one")],
    },
}

TIME = {"logback": "timestamp", "ecs": "@timestamp", "gcp": "time"}


def main():
    format, encoder = sys.argv[1], sys.argv[2:]
    records = [json.loads(line) for line in RECORDS.read_text().splitlines()]
    ours = [json.loads(line) for line in sys.stdin]
    assert len(ours) == len(records), f"{len(ours)} lines for {len(records)} records"
    for record, line in zip(records, ours):
        complete(record, line[TIME[format]], format)
    lines = "".join(json.dumps(record) + "\n" for record in records)
    done = subprocess.run(encoder, input=lines, stdout=subprocess.PIPE, text=True, check=True)
    theirs = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert len(theirs) == len(records), f"{len(theirs)} of theirs for {len(records)} records"
    compare(format, records, ours, theirs)


def complete(record, time, format):
    """What the encoders need besides: the time is ours, after a look at it; ids stand in the MDC as in production."""
    age = datetime.now(timezone.utc) - datetime.fromisoformat(time.replace("Z", "+00:00"))
    assert timedelta(0) <= age < timedelta(minutes=10), f"written at {time}?"
    record.update(time=time, logger="shop.orders", thread="main")
    record.setdefault("mdc", {})
    if "b3" not in record:
        return
    trace, span, sampled, *parent = record["b3"].split("-")
    record.update(trace=trace, span=span, sampled=sampled == "1")
    if format == "ecs":
        record["mdc"] |= {"trace.id": trace, "span.id": span}
    elif format == "logback":
        record["mdc"] |= {"traceId": trace, "spanId": span, "spanExportable": str(sampled == "1").lower()}
        record["mdc"] |= {"parentId": parent[0]} if parent else {}


def compare(format, records, ours, theirs):
    known, met, wrong, same = DIFFERENCES[format], {}, 0, 0
    for record, our, their in zip(records, ours, theirs):
        for key in our.keys() | their.keys():
            pair = our.get(key), their.get(key)
            if pair[0] == pair[1]:
                same += 1
                continue
            reasons = [why for check, why in known.get(key, []) if check(*pair, record)]
            if reasons:
                met[(key, reasons[0])] = met.get((key, reasons[0]), 0) + 1
            else:
                wrong += 1
                print(f"  {format}: {key} of {record['message'][:30]!r}: ours {pair[0]!r}, theirs {pair[1]!r}")
    print(f"{format}: {same} fields of {len(records)} lines are the same, {sum(met.values())} differ as meant, {wrong} differ")
    for (key, why), count in sorted(met.items()):
        print(f"  {count} {key}: {why}")
    unmet = [(key, why) for key in known for _, why in known[key] if (key, why) not in met]
    for key, why in unmet:
        print(f"  {format}: no longer met: {key}: {why}")
    sys.exit(1 if wrong or unmet else 0)


main()
