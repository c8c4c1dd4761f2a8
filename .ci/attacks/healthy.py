"""A client that means well, in a process of its own so that the attack beside it does not slow it down.

Usage: healthy.py PORT [COLLECTOR]

Ten times a second it asks for /health, and for its own trace: it posts a span to the collector at PORT, or, given a
COLLECTOR behind it, sends a request through the gateway at PORT, and reads the trace. It says when it has begun, goes on
until its standard input ends, and then prints what it saw, as JSON.
"""

import asyncio, json, random, sys, time

EVERY = 0.1
HEALTH_LIMIT, OWN_LIMIT = 1.0, 2.0
# So long is waited for an answer that is too late anyway.
PATIENCE = 4.0


class Healthy:
    def __init__(self, port, collector):
        self.port, self.collector = port, collector
        self.worst_health = self.worst_own = 0.0
        self.read = self.refused = 0
        self.faults = []

    async def run(self, end):
        asked = set()
        while not end.done():
            asked |= {asyncio.create_task(self.health()), asyncio.create_task(self.own())}
            if len(asked) == 2:
                print("asking", flush=True)
            await asyncio.wait([end], timeout=EVERY)
        await asyncio.wait(asked)

    async def health(self):
        began = time.monotonic()
        status, _ = await ask(self.port, "GET", "/health")
        seconds = time.monotonic() - began
        self.worst_health = max(self.worst_health, seconds)
        # 503 is an answer, too: it says that something is down.
        if status not in (200, 503) or seconds > HEALTH_LIMIT:
            self.faults.append(f"/health: {status} after {seconds:.1f} s")

    async def own(self):
        began = time.monotonic()
        what, status = await (self.through_the_chain() if self.collector else self.own_span(began))
        seconds = time.monotonic() - began
        self.worst_own = max(self.worst_own, seconds)
        self.read += status == 200
        self.refused += status == 503
        if status not in (200, 503) or seconds > OWN_LIMIT:
            self.faults.append(f"{what}: {status} after {seconds:.1f} s")

    async def own_span(self, began):
        trace = f"{random.getrandbits(63) | 1:016x}"
        span = {"traceId": trace, "id": trace, "timestamp": int(time.time() * 1e6), "localEndpoint": {"serviceName": "healthy"}}
        status, _ = await ask(self.port, "POST", "/api/v2/spans", json.dumps([span]))
        if status != 202:
            return "its span", status
        return "its trace", (await ask(self.port, "GET", f"/api/v2/trace/{trace}"))[0]

    async def through_the_chain(self):
        trace = f"{random.getrandbits(127) | 1 << 127:032x}"
        headers = f"userid: healthy\r\nX-B3-TraceId: {trace}\r\nX-B3-SpanId: {trace[16:]}\r\nX-B3-Sampled: 1\r\n"
        status, _ = await ask(self.port, "GET", "/orders/8", headers=headers)
        if status != 200:
            return "its order", status
        # The services send their spans a fifth of a second later.
        for _ in range(18):
            await asyncio.sleep(EVERY)
            status, _ = await ask(self.collector, "GET", f"/api/v2/trace/{trace}")
            if status != 404:
                break
        return "the trace of its order", status


async def ask(port, method, path, body="", headers=""):
    """The status and the whole answer; why there is none in place of the status."""
    try:
        return await asyncio.wait_for(answer(port, method, path, body, headers), PATIENCE)
    except asyncio.TimeoutError:
        return "no answer", b""
    except (OSError, ValueError, IndexError) as error:
        return repr(error), b""


async def answer(port, method, path, body, headers):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{headers}"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}\r\n{body}".encode())
        whole = await reader.read()
        return int(whole.split(b" ", 2)[1]), whole
    finally:
        writer.close()


async def main(port, collector=None):
    healthy = Healthy(port, collector)
    await healthy.run(asyncio.get_running_loop().run_in_executor(None, sys.stdin.read))
    print(json.dumps(vars(healthy)))


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
