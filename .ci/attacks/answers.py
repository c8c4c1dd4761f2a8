"""Attacks on the collector by questions and batches that are dear to answer."""

import gzip, subprocess, time

from asking import at_once, get, lists, load, now_us, post, span



def many_services(lab):
    """0.9 MB of gzip with 105,000 services, then / and the trace's page twice each, and `hop trace`"""
    collector = lab.collector()
    start = now_us()
    spans = [
        f'{{"traceId":"b1","id":"{number + 1:x}","timestamp":{start},"localEndpoint":{{"serviceName":"{number:x}"}}}}'
        for number in range(105_000)
    ]
    with lab.healthy(collector):
        answer = post(collector.port, gzip.compress(f"[{','.join(spans)}]".encode()), packed=True)
        lab.check(answer.status == 202, f"the batch: {answer}")
        for path in ("/", "/traces/00000000000000b1", "/api/v2/services", "/api/v2/dependencies?endTs=9999999999999"):
            pages = at_once([lambda: get(collector.port, path)] * 2)
            for page in pages:
                lab.check(page.status in (200, 503), f"{path}: {page}")
        began = time.monotonic()
        command = [lab.hop, "trace", "b1".rjust(16, "0"), "--zipkin-url", f"http://127.0.0.1:{collector.port}"]
        try:
            subprocess.run(command, capture_output=True, timeout=10, check=True)
            lab.note(f"`hop trace` {time.monotonic() - began:.1f} s")
        except subprocess.SubprocessError as error:
            lab.check(False, f"hop trace: {str(error)[-60:]}, after {time.monotonic() - began:.1f} s")
    lab.recovers(collector)
    lab.end(collector)


def vast_searches(lab):
    """24 searches at once for all of 480,000 spans: one at least is answered whole, and the others 503 with Retry-After"""
    collector = lab.collector()
    load(collector.port, lists(480_000))
    with lab.healthy(collector):
        path = "/api/v2/traces?limit=2147483647&lookback=999999999"
        answers = at_once([lambda: get(collector.port, path, timeout=30, read=count_spans)] * 24)
    whole = [answer for answer in answers if answer.status == 200 and answer.body >= 480_000]
    refused = [answer for answer in answers if answer.status == 503 and "Retry-After" in answer.headers]
    slowest = max(answer.seconds for answer in answers)
    lab.note(f"{len(whole)} whole, {len(refused)} refused, the last after {slowest:.1f} s")
    lab.check(whole, "none is answered whole")
    others = [answer for answer in answers if answer not in whole + refused]
    lab.check(not others, f"{len(others)} neither whole nor refused: {', '.join(map(str, others[:3]))}")
    lab.recovers(collector)
    lab.end(collector)


def count_spans(response):
    """How many spans an answer has, which is not kept."""
    needle, count, tail = b'"traceId"', 0, b""
    while part := response.read(1 << 20):
        part = tail + part
        count += part.count(needle)
        tail = part[-len(needle) + 1:]
    return count


def vast_trace(lab):
    """a trace of 450,000 spans, asked for as JSON, as a page, and as a search, twice each at once"""
    collector = lab.collector()
    # With room for the healthy client's own: beyond half a million, this trace is the one that goes.
    load(collector.port, lists(450_000, trace_of=lambda _: 0xB16))
    paths = ["/api/v2/trace/0000000000000b16", "/traces/0000000000000b16", "/", "/api/v2/traces?limit=10&lookback=9999999",
             "/api/v2/traceMany?traceIds=0000000000000b16,0000000000000b17", "/api/v2/dependencies?endTs=9999999999999"]
    with lab.healthy(collector):
        answers = at_once([lambda path=path: get(collector.port, path, timeout=30, read=count_spans) for path in paths * 2])
    for path, answer in zip(paths * 2, answers):
        lab.check(answer.status in (200, 503), f"{path}: {answer}")
    alone = get(collector.port, paths[0], timeout=30, read=count_spans)
    lab.check(alone.status == 200 and alone.body == 450_000, f"asked for alone: {alone}, with {alone.body} spans")
    lab.note(f"alone {alone.seconds:.1f} s")
    lab.recovers(collector)
    lab.end(collector)


def many_names(lab):
    """300,000 names of spans, of remote services and of a tag's values, and every list of them asked for four times at once"""
    collector = lab.collector(AUTOCOMPLETE_KEYS="orderId")
    start = now_us()
    for first in range(0, 300_000, 10_000):
        spans = [
            f'{{"traceId":"{number // 5000 + 1:x}","id":"{number + 1:x}","name":"name-{number}","timestamp":{start},'
            f'"localEndpoint":{{"serviceName":"one"}},"remoteEndpoint":{{"serviceName":"remote-{number}"}},"tags":{{"orderId":"{number}"}}}}'
            for number in range(first, first + 10_000)
        ]
        load(collector.port, [f"[{','.join(spans)}]"])
    paths = ("/api/v2/spans?serviceName=one", "/api/v2/remoteServices?serviceName=one", "/api/v2/autocompleteValues?key=orderId", "/",
             "/?serviceName=one", "/api/v2/dependencies?endTs=9999999999999")
    with lab.healthy(collector):
        for path in paths:
            for answer in at_once([lambda: get(collector.port, path)] * 4):
                lab.check(answer.status in (200, 503), f"{path}: {answer}")
    lab.recovers(collector)
    lab.end(collector)


def read_as_it_grows(lab):
    """four clients read a trace of 100,000 spans again and again, two as a page, while four others add to it"""
    collector = lab.collector()
    load(collector.port, lists(100_000, trace_of=lambda _: 0xB16))
    deadline = time.monotonic() + 6

    def add(client):
        number = 100_000 * (client + 2)
        while time.monotonic() < deadline:
            answer = post(collector.port, "[" + span(0xB16, number) + "]")
            lab.check(answer.status in (202, 503), f"a span more: {answer}")
            number += 1

    def read(client):
        path = ("/traces/0000000000000b16", "/api/v2/trace/0000000000000b16")[client % 2]
        while time.monotonic() < deadline:
            answer = get(collector.port, path, read=count_spans)
            lab.check(answer.status in (200, 503), f"{path}: {answer}")

    with lab.healthy(collector):
        at_once([lambda each=each, client=client: each(client) for client in range(4) for each in (add, read)])
    lab.recovers(collector)
    lab.end(collector)


def left_searches(lab):
    """200 searches for all of 200,000 spans by clients that hang up after a tenth of a second"""
    collector = lab.collector()
    load(collector.port, lists(200_000))
    path = "/api/v2/traces?limit=2147483647&lookback=999999999&minDuration=99999999"
    with lab.healthy(collector):
        for _ in range(10):
            at_once([lambda: get(collector.port, path, timeout=0.1)] * 20)
    lab.recovers(collector, within=2)
    lab.end(collector)


def strange_batches(lab):
    """gzip bombs within gzip bombs, JSON 5 MB deep, a text of 10 MB, 100,000 annotations and tags, ids without end: 4 at once of each"""
    collector = lab.collector()
    bomb = gzip.compress(bytes(200 << 20), 9)
    head = f'[{{"traceId":"1","id":"2","timestamp":{now_us()},"localEndpoint":{{"serviceName":"strange"}},'
    numbers = range(100_000)
    bodies = {
        "a bomb": bomb,
        "a bomb of many members": gzip.compress(bytes(1 << 20), 9) * 2_000,
        "deep lists": gzip.compress(b"[" * 5_000_000),
        "deep objects": gzip.compress(b'[{"a":' * 1_500_000),
        "a long text": gzip.compress((head + f'"name":"{"n" * 10_000_000}"}}]').encode()),
        "a long tag": gzip.compress((head + f'"tags":{{"a":"{"n" * 10_000_000}"}}}}]').encode()),
        "many tags": gzip.compress((head + '"tags":{' + ",".join(f'"{each}":"v"' for each in numbers) + "}}]").encode()),
        "many annotations": gzip.compress(
            (head + '"annotations":[' + ",".join(f'{{"timestamp":{each},"value":"v"}}' for each in numbers) + "]}]").encode()),
        "a long id": gzip.compress(('[{"traceId":"' + "a" * 10_000_000 + '","id":"2"}]').encode()),
        "a long number": gzip.compress(('[{"traceId":"1","id":"2","timestamp":' + "9" * 10_000_000 + "}]").encode()),
    }
    with lab.healthy(collector):
        for name, body in bodies.items():
            for answer in at_once([lambda: post(collector.port, body, packed=True)] * 4):
                lab.check(answer.status in (202, 400, 413, 503), f"{name}: {answer}")
            for path in ("/", "/traces/0000000000000001", "/api/v2/trace/0000000000000001", "/api/v2/services"):
                answer = get(collector.port, path)
                lab.check(answer.status in (200, 404, 503), f"{path} after {name}: {answer}")
    lab.recovers(collector)
    lab.end(collector)


def tangled_traces(lab):
    """a chain of 100,000 spans, a cycle of as many, 100,000 children of one span and 100,000 spans of one id, looked at in every way"""
    collector = lab.collector()
    start, numbers = now_us(), range(1, 100_001)
    shapes = {
        0xA1: [f'"id":"{each:x}","parentId":"{each - 1 or 200_000:x}"' for each in numbers],
        0xA2: [f'"id":"{each:x}","parentId":"{each % 100_000 + 1:x}"' for each in numbers],
        0xA3: [f'"id":"{each + 1:x}","parentId":"1"' for each in numbers],
        0xA4: [f'"id":"1","shared":{"true" if each % 2 else "false"},"name":"{each}"' for each in numbers],
    }
    with lab.healthy(collector):
        for trace, ids in shapes.items():
            kinds = ("CLIENT", "SERVER", "PRODUCER", "CONSUMER")
            spans = [
                f'{{"traceId":"{trace:x}",{each},"kind":"{kinds[place % 4]}","timestamp":{start + place},"duration":9,'
                f'"localEndpoint":{{"serviceName":"s{place % 50}"}}}}' for place, each in enumerate(ids)
            ]
            for first in range(0, len(spans), 20_000):
                load(collector.port, ["[" + ",".join(spans[first:first + 20_000]) + "]"])
            for path in (f"/traces/{trace:016x}", f"/api/v2/trace/{trace:016x}", "/", "/api/v2/dependencies?endTs=9999999999999"):
                answer = get(collector.port, path)
                lab.check(answer.status in (200, 503), f"{path}: {answer}")
            command = [lab.hop, "trace", f"{trace:016x}", "--zipkin-url", f"http://127.0.0.1:{collector.port}"]
            try:
                subprocess.run(command, capture_output=True, timeout=10, check=True)
            except subprocess.SubprocessError as error:
                lab.check(False, f"hop trace {trace:x}: {str(error)[-60:]}")
    lab.recovers(collector)
    lab.end(collector)


ATTACKS = [many_services, many_names, vast_searches, vast_trace, read_as_it_grows, left_searches, strange_batches, tangled_traces]
