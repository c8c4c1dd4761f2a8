"""Attacks on the gateway, with orders, inventory and a collector behind it, and on `hop up`."""

import contextlib, fcntl, http.server, json, os, re, signal, socket, threading, time

from asking import connect, found_of, get
from connections import send_all
from lab import Part, until


def half_heads(lab):
    """100 connections send half a head each to a gateway that may open 64 files"""
    gateway = lab.chain(files=64)
    with lab.healthy(gateway):
        for _ in range(100):
            connection = lab.hold(connect(gateway.port))
            time.sleep(0.01)
            with contextlib.suppress(OSError):
                connection.send(b"GET /orders/8 HTTP/1.1\r\nHost: x\r\nX-Half: ")
        time.sleep(3)
    lab.end(gateway)


def heavy_heads(lab):
    """500 connections send 384 KB of a head that never ends"""
    gateway = lab.chain()
    with lab.healthy(gateway):
        head = b"GET /orders/8 HTTP/1.1\r\nHost: x\r\nX-Half: " + b"a" * (384 << 10)
        send_all({lab.hold(connect(gateway.port)): memoryview(head) for _ in range(500)}, 6)
        time.sleep(1)
    lab.end(gateway)


def half_bodies(lab):
    """500 requests to the gateway whose bodies never come, and 500 answers that nobody reads"""
    gateway = lab.chain()
    with lab.healthy(gateway):
        post = b"POST /orders/8 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n1"
        pipelined = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 2_000
        send_all({lab.hold(connect(gateway.port, 4096)): memoryview(each) for _ in range(500) for each in (post, pipelined)}, 5)
        time.sleep(1)
    lab.end(gateway)


def unread_pipe():
    """A pipe that nobody reads, and that holds as little as the system lets it."""
    reader, writer = os.pipe()
    with contextlib.suppress(AttributeError, OSError):
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    return reader, writer


def ask_300_times(lab, port):
    fine = 0
    for _ in range(300):
        answer = get(port, "/orders/8", headers={"userid": "terry"}, timeout=2)
        fine += answer.status == 200
        if not answer.status:
            break
    lab.check(fine == 300, f"only {fine} of 300 requests were answered: {answer}")


def unread_output(lab):
    """nobody reads what the gateway writes: 300 requests are answered, and SIGTERM ends it"""
    reader, writer = unread_pipe()
    gateway = lab.chain(output=writer)
    with lab.healthy(gateway):
        ask_300_times(lab, gateway.port)
    lab.end(gateway)
    os.close(reader), os.close(writer)


def unread_up(lab, *signals):
    """nobody reads what `hop up` writes: 300 requests are answered, and SIGTERM ends it with its services"""
    offset = free_offset()
    reader, writer = unread_pipe()
    part = Part([lab.hop, "up", "--port-offset", str(offset)], "gateway", 1024, {}, writer)
    lab.parts.append(part)
    part.port = 8081 + offset
    until(lambda: get(part.port, "/health", timeout=1).status == 200, "hop up", 20)
    with lab.healthy(part_with_collector(part, 9411 + offset)):
        ask_300_times(lab, part.port)
    seconds = part.end(15, *signals)
    lab.note(f"ended after {seconds:.1f} s" if seconds is not None else "did not end")
    lab.check(seconds is not None, "hop up did not end within 15 s")
    if seconds is None:
        os.killpg(part.pid, signal.SIGKILL)
    part.kill()
    gone = lambda: all(not get(port + offset, "/health", timeout=1).status for port in (8081, 8082, 8083, 9411))
    lab.check(gone(), "services are left behind")
    os.close(reader), os.close(writer)


def unread_up_interrupted(lab):
    """the same, ended by Ctrl-C twice"""
    unread_up(lab, signal.SIGINT, signal.SIGINT)


def part_with_collector(part, port):
    part.collector = type("Behind", (), {"port": port})
    return part


def free_offset():
    """Far from where people and other tests start theirs."""
    for offset in range(31_000, 50_000, 7):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in (8081, 8082, 8083, 9411, 4318, 7081, 7082, 7083):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port + offset))
            return offset
    raise RuntimeError("no eight ports are free")


def gone_output(lab):
    """who read the output of a service is gone, and its spans go there, too: requests are answered, spans counted as lost"""
    reader, writer = os.pipe()
    service = lab.start("inventory", output=writer, error=writer, OTEL_TRACES_EXPORTER="console")
    os.close(reader), os.close(writer)
    fine = sum(get(service.port, "/items", timeout=2).status == 200 for _ in range(100))
    lab.check(fine == 100, f"{fine} of 100 requests were answered")
    time.sleep(0.5)
    spans = json.loads(get(service.port, "/health").body)["spans"]
    lost = sum(spans["dropped"].values())
    lab.note(f"{spans['ended']} spans ended, {spans['sent']} sent, {lost} dropped")
    lab.check((spans["ended"], spans["sent"] + spans["queued"] + lost) == (100, 100), f"{spans}")
    lab.check(lost > 0, "no span is counted as lost")
    lab.end(service)


class Redirecting(http.server.BaseHTTPRequestHandler):
    """Sends whoever posts elsewhere; and is that elsewhere."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(self.path)
        status = int(self.path.strip("/").split("/")[0]) if self.server.target else 202
        self.send_response(status)
        if self.server.target:
            self.send_header("Location", f"http://localhost:{self.server.target}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_):
        pass


def stand_in(target=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirecting)
    server.asked, server.target = [], target
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def redirected_spans(lab):
    """the place for spans answers 301, 302, 303, 307 or 308: nothing follows it, and the spans count as lost"""
    elsewhere = stand_in()
    redirecting = stand_in(elsewhere.server_port)
    for exporter in ("zipkin", "opentelemetry-zipkin"):
        for status in (301, 302, 303, 307, 308):
            endpoint = f"http://127.0.0.1:{redirecting.server_port}/{status}/api/v2/spans"
            service = lab.start("inventory", OTEL_EXPORTER_ZIPKIN_ENDPOINT=endpoint, OTEL_TRACES_EXPORTER=exporter)
            answer = get(service.port, "/items")
            lab.check(answer.status == 200, f"/items: {answer}")
            time.sleep(0.4)
            lab.end(service)
            ended, sent, dropped = counts(service)
            lab.check((ended, sent, dropped) == (1, 0, 1), f"{exporter}, {status}: {ended} ended, {sent} sent, {dropped} dropped")
            lab.check(re.search(rf"\b{status}\b", service.said()), f"{exporter}: {status} is not said")
    lab.check(redirecting.asked, "no span was sent at all")
    lab.check(not elsewhere.asked, f"it was followed: {len(elsewhere.asked)} times")
    elsewhere.shutdown(), redirecting.shutdown()


def counts(service):
    """Spans that ended, were sent and were dropped, as the last line of a service says."""
    said = re.findall(r"spans: (\d+) ended, (\d+) sent, (\d+) dropped", service.said())
    return tuple(map(int, said[-1])) if said else (None, None, None)


def order_of(trace):
    """The headers of an order, in a trace whose id is known."""
    return {"userid": "terry", "X-B3-TraceId": f"{trace:016x}", "X-B3-SpanId": f"{1:016x}", "X-B3-Sampled": "1"}


def cut_off_request(lab):
    """SIGTERM while orders does not answer: the request that is cut off has a span, or is counted"""
    collector = lab.collector()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        gateway = lab.start(
            "gateway",
            ORDERS_URL=f"http://127.0.0.1:{silent.getsockname()[1]}",
            OTEL_EXPORTER_ZIPKIN_ENDPOINT=f"http://127.0.0.1:{collector.port}/api/v2/spans",
            DOWNSTREAM_TIMEOUT_MS="60000",
        )
        request = threading.Thread(target=get, args=(gateway.port, "/orders/8"), kwargs={"headers": order_of(0xC07F), "timeout": 20})
        request.start()
        time.sleep(0.5)
        lab.end(gateway)
        request.join()
    ended, sent, dropped = counts(gateway)
    found = get(collector.port, "/api/v2/trace/000000000000c07f")
    spans = found.body.count(b'"traceId"') if found.status == 200 else 0
    lab.note(f"{ended} ended, {sent} sent, {dropped} dropped, {spans} found, after {gateway.ended_after:.1f} s")
    # The server's and the client's.
    lab.check(ended == 2 and sent + dropped == 2 and spans == sent, "two spans are not accounted for")


def chain_sigterm_under_load(lab):
    """SIGTERM to the gateway, orders and inventory under load: what was answered is found, or counted"""
    gateway = lab.chain()
    answered, stop = set(), threading.Event()

    def ask_on_and_on(client):
        for number in range(1_000_000):
            if stop.is_set():
                return
            trace = 0xC0_0000_0000 + client * 1_000_000 + number
            if get(gateway.port, "/orders/8", headers=order_of(trace), timeout=5).status == 200:
                answered.add(trace)

    clients = [threading.Thread(target=ask_on_and_on, args=(client,)) for client in range(4)]
    for client in clients:
        client.start()
    time.sleep(2)
    services = (gateway, gateway.orders, gateway.inventory)
    for service in services:
        lab.end(service)
    stop.set()
    for client in clients:
        client.join()
    lost = 0
    for service in services:
        ended, sent, dropped = counts(service)
        lab.check(ended and ended == sent + dropped, f"{service.role}: {ended} ended, {sent} sent, {dropped} dropped")
        lost += dropped or 0
    found = found_of(gateway.collector.port, sorted(answered))
    lab.note(f"{len(answered)} answered, {found} traces found, {lost} spans dropped")
    lab.check(len(answered) - found <= lost and answered, "answered requests have no trace, and no count")


ATTACKS = [
    half_heads, heavy_heads, half_bodies, unread_output, unread_up, unread_up_interrupted, gone_output, redirected_spans, cut_off_request,
    chain_sigterm_under_load,
]
