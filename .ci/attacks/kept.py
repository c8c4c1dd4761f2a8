"""Attacks on what the collector has acknowledged: damage, clocks, encodings, and ends of the process."""

import gzip, json, shutil, threading, time, zlib

from asking import found_of, get, lists, load, now_us, post, span

FILE = "0000000000.spans"


def ten_thousand(lab, **more):
    """A folder with 10,000 spans in a hundred batches, whose collector has ended."""
    folder = lab.folder / "data"
    collector = lab.collector(DATA_DIR=str(folder), **more)
    load(collector.port, lists(10_000, each=100))
    lab.end(collector)
    return folder


def spans_of(port):
    answer = get(port, "/api/v2/traces?limit=100000&lookback=86400000", timeout=30)
    return sum(map(len, json.loads(answer.body))) if answer.status == 200 else 0


def damaged_byte(lab):
    """one byte of 10,000 kept spans is changed: a batch is lost at most, the file stays, and what is lost is said by its name"""
    folder = ten_thousand(lab)
    with open(folder / FILE, "r+b") as file:
        file.seek(100)
        file.write(b"\x01")
    said_and_kept(lab, folder, FILE, 9_800)


def damaged_lengths(lab):
    """in each tenth of a file a run of bytes is zero, and its end is cut: what lies between is found"""
    folder = ten_thousand(lab)
    size = (folder / FILE).stat().st_size
    with open(folder / FILE, "r+b") as file:
        for tenth in range(10):
            file.seek(size * tenth // 10 + 50)
            file.write(bytes(40))
        file.truncate(size - 10)
    said_and_kept(lab, folder, FILE, 8_000)


def said_and_kept(lab, folder, name, at_least):
    collector = lab.collector(DATA_DIR=str(folder))
    found = spans_of(collector.port)
    lab.note(f"{found} of 10,000 spans found")
    lab.check(found >= at_least, f"{found} of 10,000 spans are left")
    lab.check(name in collector.said(), f"it does not name {name}: {collector.said()!r}")
    lab.check((folder / name).exists(), f"{name} is deleted")
    lab.recovers(collector)
    lab.end(collector)


def later_version(lab):
    """a file of a later version, and then one with a name of ours but for its end: the start fails, names it and leaves all as it is"""
    folder = ten_thousand(lab)
    head = (folder / FILE).read_bytes()[:20]
    later = bytearray(head)
    later[8:12] = (99).to_bytes(4, "little")
    for name, content in {
        "0000000007.spans": bytes(later) + zlib.crc32(later).to_bytes(4, "little") + b"what only a later one reads",
        "0000000007.spans.bak": b"a copy",
    }.items():
        strange = folder / name
        strange.write_bytes(content)
        before = {each.name: each.read_bytes() for each in folder.iterdir()}
        collector = lab.collector(DATA_DIR=str(folder))
        lab.check(collector.process.poll() == 1, f"with {name}, it ends with {collector.process.poll()}")
        lab.check(name in collector.said(), f"it does not name {name}: {collector.said()!r}")
        lab.check({each.name: each.read_bytes() for each in folder.iterdir()} == before, f"with {name}, files are changed")
        collector.kill()
        strange.unlink()
    collector = lab.collector(DATA_DIR=str(folder))
    found = spans_of(collector.port)
    lab.check(found == 10_000, f"{found} of 10,000 spans are left without them")


def folder_removed(lab):
    """DATA_DIR is removed below a running collector: 503 and DOWN, and never 202"""
    folder = lab.folder / "data"
    collector = lab.collector(DATA_DIR=str(folder))
    with lab.healthy(collector):
        load(collector.port, lists(1_000))
        shutil.rmtree(folder)
        time.sleep(1)
        first = post(collector.port, "[" + span(0xF01D, 1) + "]")
        health = get(collector.port, "/health")
        lab.check(first.status == 503, f"a span without a folder: {first}")
        lab.check(health.status == 503 and b"DOWN" in health.body, f"/health without a folder: {health}")
    lab.end(collector)


def far_clocks(lab):
    """500,000 spans of the year 2255 and far later, then normal ones: these are found, before and after a restart"""
    folder = lab.folder / "data"
    collector = lab.collector(DATA_DIR=str(folder))
    load(collector.port, lists(250_000, start=9_000_000_000_000_000))
    # Nanoseconds in the place of microseconds.
    load(collector.port, lists(250_000, start=now_us() * 1000, trace_of=lambda number: 0xB0_0000 + number // 8))
    with lab.healthy(collector):
        load(collector.port, lists(10_000, trace_of=lambda number: 0xA0_0000 + number))
        time.sleep(1)
    for when in ("before", "after"):
        found = found_of(collector.port, range(0xA0_0000, 0xA0_0000 + 10_000))
        lab.check(found == 10_000, f"{found} of 10,000 normal spans are found {when} the restart")
        lab.recovers(collector)
        lab.end(collector)
        if when == "before":
            collector = lab.collector(DATA_DIR=str(folder))


def gzip_members(lab):
    """a batch packed as several gzip members, the first of which is empty: what is acknowledged is found"""
    collector = lab.collector()
    first, second = b'[{"traceId":"a1","id":"1"},', b'{"traceId":"a2","id":"2"}]'
    large = "[" + ",".join(span(0xA6, number) for number in range(2_000)) + "]"
    bodies = {
        "a1": gzip.compress(b"") + gzip.compress(b'[{"traceId":"a1","id":"1"}]'),
        "a2": gzip.compress(first) + gzip.compress(second),
        "a3": gzip.compress(b'[{"traceId":"a3","id":"1"}]') + gzip.compress(b"") * 3,
        "a4": gzip.compress(b'[{"traceId":"a4","id":"1"}]') + b"junk after the end",
        "a5": b"".join(gzip.compress(bytes([each])) for each in b'[{"traceId":"a5","id":"1"}]'),
        "a6": b"".join(gzip.compress(large[first:first + 99_999].encode()) for first in range(0, len(large), 99_999)),
    }
    with lab.healthy(collector):
        for trace, body in bodies.items():
            answer = post(collector.port, body, packed=True)
            found = get(collector.port, f"/api/v2/trace/{trace.rjust(16, '0')}")
            lab.check(answer.status == 202 and found.status == 200, f"{trace}: {answer}, then {found}")
        count = found.body.count(b'"traceId"')
        lab.check(count == 2_000, f"{count} of 2,000 spans in members of 100 kB")
        answer = post(collector.port, gzip.compress(bytes(1 << 20)) * 11, packed=True)
        lab.check(answer.status == 413, f"members of 11 MiB in all: {answer}")
    lab.end(collector)


def ends_under_load(lab, end):
    """Posts from eight clients until the collector has ended; then all that was acknowledged is found after a restart."""
    folder = lab.folder / "data"
    collector = lab.collector(DATA_DIR=str(folder))
    acknowledged, stop = set(), threading.Event()

    def report(client):
        for number in range(1_000_000):
            if stop.is_set():
                return
            trace = 0xE0_0000_0000 + client * 1_000_000 + number
            spans = "[" + ",".join(span(trace, each) for each in range(5)) + "]"
            if post(collector.port, spans, timeout=5).status == 202:
                acknowledged.add(trace)

    clients = [threading.Thread(target=report, args=(client,)) for client in range(8)]
    for client in clients:
        client.start()
    time.sleep(2)
    end(collector)
    stop.set()
    for client in clients:
        client.join()
    restarted = lab.collector(DATA_DIR=str(folder))
    found = found_of(restarted.port, sorted(acknowledged))
    lab.note(f"{len(acknowledged) * 5} spans acknowledged, {found * 5} found")
    lab.check(found == len(acknowledged) > 0, f"of {len(acknowledged)} acknowledged traces {found} are found")


def sigterm_under_load(lab):
    """SIGTERM while eight reporters post: every acknowledged span is found after a restart"""
    ends_under_load(lab, lab.end)


def killed_under_load(lab):
    """kill -9 while eight reporters post: every acknowledged span is found after a restart"""
    ends_under_load(lab, lambda collector: collector.kill())


ATTACKS = [damaged_byte, damaged_lengths, later_version, folder_removed, far_clocks, gzip_members, sigterm_under_load, killed_under_load]
