"""Attacks on the collector that hold connections, or memory behind them."""

import contextlib, resource, select, socket, time

from asking import HEADERS, connect, found_of, lists, load, span

MANY_FILES = 20_000


def ask_on(connection, path):
    """Sends a GET, as soon as the connection stands; it stands late where the other side is full."""
    with contextlib.suppress(OSError):
        connection.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


def slow_readers(lab, each=lambda readers: time.sleep(4), path="/api/v2/trace/000000000000b16b", files=1024):
    """512 clients ask for a trace of 20 MB and read nothing of it"""
    collector = lab.collector(files=files)
    load(collector.port, lists(50_000, trace_of=lambda _: 0xB16B))
    with lab.healthy(collector):
        readers = [lab.hold(connect(collector.port, receive_bytes=4096)) for _ in range(512)]
        time.sleep(0.5)
        for reader in readers:
            ask_on(reader, path)
        each(readers)
    lab.recovers(collector)
    lab.end(collector)


def slow_readers_with_many_files(lab):
    """the same where the process may open 20,000 files"""
    slow_readers(lab, files=min(MANY_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def sipping_readers(lab):
    """512 clients ask for the page of a trace of 50,000 spans and read a byte a second"""

    def sip(readers):
        for _ in range(4):
            for reader in readers:
                with contextlib.suppress(OSError):
                    reader.recv(1)
            time.sleep(1)

    slow_readers(lab, each=sip, path="/traces/000000000000b16b")


def growing_trace(lab):
    """a trace of 50,000 spans grows by one span at a time while 512 slow readers have it"""

    def grow(readers):
        port = readers[0].getpeername()[1]
        deadline, number = time.monotonic() + 4, 50_000
        while time.monotonic() < deadline:
            with contextlib.suppress(RuntimeError):
                load(port, ["[" + span(0xB16B, number) + "]"])
            number += 1

    slow_readers(lab, each=grow)


def idle_connections(lab, files=1024):
    """5,000 connections that never ask anything, to a process that may open 1,024 files"""
    collector = lab.collector(files=files)
    ours = min(5_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
    if ours < 5_000:
        lab.note(f"only {ours} connections, as our own ulimit -n has room for no more")
    with lab.healthy(collector):
        for count in range(ours):
            lab.hold(connect(collector.port))
            # At a rate at which the system's own queue has room for others.
            time.sleep(0.05 * (count % 100 == 0))
        time.sleep(4)
    lab.recovers(collector)
    lab.end(collector)


def idle_connections_with_many_files(lab):
    """the same where the process may open 20,000 files"""
    idle_connections(lab, min(MANY_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def keep_alive_reporters(lab):
    """512 reporters keep their connections, and each posts a span every second"""
    collector = lab.collector()
    acknowledged = set()
    with lab.healthy(collector):
        reporters = [lab.hold(connect(collector.port)) for _ in range(512)]
        time.sleep(0.5)
        for turn in range(5):
            began = time.monotonic()
            traces = {connection: 0x5E_0000 + turn * 1000 + place for place, connection in enumerate(reporters)}
            for connection, trace in traces.items():
                with contextlib.suppress(OSError):
                    connection.send(posted("[" + span(trace, 1) + "]"))
            waiting = set(traces)
            while waiting and time.monotonic() < began + 1:
                ready, _, _ = select_many(waiting, 0.1)
                for connection in ready:
                    waiting.discard(connection)
                    with contextlib.suppress(OSError):
                        if connection.recv(4096).startswith(b"HTTP/1.1 202"):
                            acknowledged.add(traces[connection])
            time.sleep(max(0, began + 1 - time.monotonic()))
    lab.check(acknowledged, "no reporter was heard")
    found = found_of(collector.port, sorted(acknowledged))
    lab.note(f"{len(acknowledged)} spans of reporters acknowledged, {found} found")
    lab.check(found == len(acknowledged), f"of {len(acknowledged)} acknowledged spans {found} are found")


def posted(spans):
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    return f"POST /api/v2/spans HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {len(spans)}\r\n\r\n{spans}".encode()


def select_many(connections, seconds):
    """select() that knows numbers above 1,024."""
    poll = select.poll()
    by_number = {connection.fileno(): connection for connection in connections}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(seconds * 1000)], [], []


def dripping_bodies(lab):
    """400 posts of 10 MB by Content-Length, of which a byte comes each second, and 400 more in chunks, asked with Expect"""
    collector = lab.collector()
    with lab.healthy(collector):
        head = "POST /api/v2/spans HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        heads = [head + "Content-Length: 10000000\r\n\r\n[", head + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"]
        drips = [b" ", b"1\r\n \r\n"]
        connections = [(lab.hold(connect(collector.port)), kind) for _ in range(400) for kind in (0, 1)]
        time.sleep(0.5)
        for connection, kind in connections:
            with contextlib.suppress(OSError):
                connection.send(heads[kind].encode())
        for _ in range(4):
            for connection, kind in connections:
                with contextlib.suppress(OSError):
                    connection.send(drips[kind])
            time.sleep(1)
    lab.recovers(collector)
    lab.end(collector)


def half_batches(lab):
    """60 connections send nine of the ten megabytes of a batch, and wait: all the room for batches and more"""
    collector = lab.collector()
    with lab.healthy(collector):
        head = b"POST /api/v2/spans HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n["
        left = {lab.hold(connect(collector.port)): memoryview(head + b" " * 9_000_000) for _ in range(60)}
        send_all(left, 8)
    lab.recovers(collector, within=20)
    lab.end(collector)


def send_all(left, seconds):
    """Sends what is left for each connection, as far as it is taken in this time."""
    deadline = time.monotonic() + seconds
    while left and time.monotonic() < deadline:
        for connection, rest in list(left.items()):
            try:
                left[connection] = rest[connection.send(rest):]
            except BlockingIOError:
                continue
            except OSError:
                left[connection] = rest[:0]
            if not left[connection]:
                del left[connection]
        time.sleep(0.01)


def pipelined_questions(lab):
    """64 clients send 2,000 questions each for a list of 100 traces, one behind the other, and read nothing; then close their side"""
    collector = lab.collector()
    load(collector.port, lists(20_000))
    with lab.healthy(collector):
        question = b"GET /api/v2/traces?limit=100&lookback=86400000 HTTP/1.1\r\nHost: x\r\n\r\n"
        left = {lab.hold(connect(collector.port, receive_bytes=4096)): memoryview(question * 2_000) for _ in range(64)}
        connections = list(left)
        send_all(left, 6)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        time.sleep(2)
    lab.recovers(collector)
    lab.end(collector)


ATTACKS = [
    slow_readers, slow_readers_with_many_files, sipping_readers, growing_trace, idle_connections, idle_connections_with_many_files,
    keep_alive_reporters, dripping_bodies, half_batches, pipelined_questions,
]
