#!/usr/bin/env python3
"""What no schema says of a compose project: our images are built once and never asked for, and containers are bounded.

Usage: docker compose … config --format json | compose.py NAME
"""

import collections
import json
import sys

SERVICES = json.load(sys.stdin)["services"]
# These write beside their programs or configuration when they start.
WRITE_TO_THEIR_IMAGE = {"elasticsearch", "opensearch", "dashboards", "kafka", "cassandra"}
WRONG = []


def check(fine, what):
    if not fine:
        WRONG.append(what)


builders = collections.defaultdict(list)
for name, service in SERVICES.items():
    image, logging = service["image"], service.get("logging", {})
    if image.startswith("three-hops"):
        check(service.get("pull_policy") == "never", f"{name}: {image} is asked of a registry")
        builders[image] += [name] if "build" in service else []
    check(service.get("cap_drop") == ["ALL"], f"{name}: has capabilities")
    check("no-new-privileges:true" in service.get("security_opt", []), f"{name}: may gain privileges")
    check(service.get("read_only") or name in WRITE_TO_THEIR_IMAGE, f"{name}: may write to its image")
    check("mem_limit" in service, f"{name}: no limit of memory")
    for place in service.get("tmpfs", []):
        check("size=" in place, f"{name}: {place} has no size")
    options = logging.get("options", {})
    bounded = "max-size" in options if logging.get("driver") == "json-file" else options.get("mode") == "non-blocking"
    check(bounded, f"{name}: its log fills the disk, or stops it")
for image, names in builders.items():
    # `links` comes with any of the others, and may have another image than they.
    check(set(names) - {"links"} in ({"inventory"}, {"shipper"}, set()), f"{image} is built by {names}")
print(f"{sys.argv[1]}: {len(SERVICES)} services, {len(WRONG)} faults")
sys.exit("\n".join(WRONG) if WRONG else 0)
