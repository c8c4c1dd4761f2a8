"""Questions over HTTP, and spans as others send them."""

import http.client, socket, threading, time

HEADERS = {"Content-Type": "application/json"}


class Answer:
    """A status, its headers and its body; status 0 where none came, with the reason as its body."""

    def __init__(self, status, headers, body, seconds):
        self.status, self.headers, self.body, self.seconds = status, headers, body, seconds

    def __str__(self):
        return f"{self.status or self.body} after {self.seconds:.1f} s"


def ask(port, method, path, body=None, headers={}, timeout=15, read=lambda response: response.read()):
    """One request on a connection of its own. `read` makes the body of the response."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        status, fields, found = response.status, response.headers, read(response)
    except (OSError, http.client.HTTPException) as error:
        status, fields, found = 0, {}, repr(error)
    finally:
        connection.close()
    return Answer(status, fields, found, time.monotonic() - began)


def get(port, path, **more):
    return ask(port, "GET", path, **more)


def post(port, body, packed=False, path="/api/v2/spans", **more):
    """A list of spans, as text or bytes."""
    encoding = {"Content-Encoding": "gzip"} if packed else {}
    return ask(port, "POST", path, body, HEADERS | encoding, **more)


def load(port, bodies):
    """Posts every body, and each again while the collector says that it has no room."""
    for body in bodies:
        for _ in range(100):
            answer = post(port, body.encode())
            if answer.status != 503:
                break
            time.sleep(0.05)
        if answer.status != 202:
            raise RuntimeError(f"the spans of an attack were not taken: {answer}")


def at_once(calls):
    """What each of the calls returns, all made at the same time."""
    found = [None] * len(calls)

    def run(place, call):
        found[place] = call()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def connect(port, receive_bytes=None):
    """A connection that is on its way; it never blocks who uses it."""
    connection = socket.socket()
    if receive_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    connection.setblocking(False)
    connection.connect_ex(("127.0.0.1", port))
    return connection


def now_us():
    return time.time_ns() // 1000


def span(trace, number, start=None, service="load", more=""):
    """A span of the size that usual ones have, some 430 bytes."""
    start = now_us() if start is None else start
    return (
        f'{{"traceId":"{trace:016x}","id":"{number + 1:016x}","kind":"SERVER","name":"get /things/{{id}}",'
        f'"timestamp":{start},"duration":{1000 + number % 977},"localEndpoint":{{"serviceName":"{service}","ipv4":"10.1.2.3","port":8080}},'
        f'"remoteEndpoint":{{"ipv4":"10.1.2.4","port":51234}},"tags":{{"http.method":"GET","http.path":"/things/{number}",'
        f'"http.status_code":"200","userId":"terry{number % 1000}","orderId":"{number}","mvc.controller.class":"Things"}}{more}}}'
    )


def lists(count, each=10_000, **more):
    """So many spans, eight to a trace, in lists as reporters post them."""
    trace_of = more.pop("trace_of", lambda number: 0x10_0000 + number // 8)
    for first in range(0, count, each):
        numbers = range(first, min(first + each, count))
        yield "[" + ",".join(span(trace_of(number), number, **more) for number in numbers) + "]"


def found_of(port, traces):
    """How many of these traces the collector has."""
    found, ids = 0, [f"{trace:016x}" for trace in traces]
    for first in range(0, len(ids), 200):
        asked = ids[first:first + 200]
        # Two at least, or it is another question.
        answer = get(port, "/api/v2/traceMany?traceIds=" + ",".join(asked + ["fffffffffffffff0", "fffffffffffffff1"]))
        text = answer.body if answer.status == 200 else b""
        found += sum(f'"traceId":"{each}"'.encode() in text for each in asked)
    return found
