"""What an attack has: parts of `hop` that it starts, a healthy client beside them, and a list of what was wrong."""

import contextlib, json, os, re, resource, signal, socket, subprocess, sys, tempfile, time
from pathlib import Path

from asking import get, post

TOP = Path(__file__).resolve().parents[2]
COMPOSE = (TOP / "docker-compose.yml").read_text(encoding="utf-8")
# Files that most systems let a process open.
USUAL_FILES = 1024


def of_compose(part, setting):
    """A number that compose sets for a part, or else for all."""
    own = re.search(rf"^  {part}:\n(?:    .*\n)*?    {setting}: (\d+)", COMPOSE, re.M)
    return int((own or re.search(rf"^  {setting}: (\d+)", COMPOSE, re.M)).group(1))


class Part:
    """A running process of `hop`."""

    def __init__(self, command, role, files, environment, output=None, error=None):
        self.role, self.peak, self.ended_after, self.is_judged = role, 0.0, None, False
        self.output = tempfile.NamedTemporaryFile(prefix="abuse-")
        # Nothing of who runs the attacks: DATA_DIR, RUST_LOG, …
        inherited = {name: os.environ[name] for name in ("HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR") if name in os.environ}
        self.process = subprocess.Popen(
            command,
            env=inherited | {"RUST_BACKTRACE": "0"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=output or self.output,
            stderr=error or self.output,
            start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
        )
        self.pid = self.process.pid

    def said(self):
        """All that it has written, but for output that went elsewhere."""
        return Path(self.output.name).read_text(encoding="utf-8", errors="replace")

    def runs(self):
        return self.process.poll() is None

    def measure(self):
        """The most memory that it ever had, in MiB; as long as it runs."""
        with contextlib.suppress(OSError, AttributeError):
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
            self.peak = max(self.peak, int(re.search(r"VmHWM:\s*(\d+) kB", status).group(1)) / 1024)
        return self.peak

    def end(self, patience, *signals):
        """Sends the signals, waits, and gives the seconds that it took; none where it did not end."""
        self.measure()
        began = time.monotonic()
        for each in signals or (signal.SIGTERM,):
            self.process.send_signal(each)
            time.sleep(0.1 * (len(signals) > 1))
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
            self.ended_after = time.monotonic() - began
        return self.ended_after

    def kill(self):
        """Ends it at once, unjudged."""
        self.measure()
        self.is_judged = True
        if self.runs():
            self.process.kill()
        self.process.wait()


class Lab:
    """One attack's own parts, sockets and folder. Used with `with`: it ends each part by SIGTERM and judges how."""

    def __init__(self, hop):
        self.hop, self.parts, self.faults, self.notes, self.held = hop, [], [], [], []

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="abuse-")
        self.folder = Path(self.temporary.name)
        return self

    def __exit__(self, broken, *_):
        # Time may be over meanwhile, but no process stays.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        # Those that were started last call those before them.
        for part in reversed(self.parts):
            if not broken:
                self.end(part)
            part.kill()
        for connection in self.held:
            connection.close()
        self.temporary.cleanup()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})

    def check(self, fine, fault):
        if not fine:
            self.faults.append(fault)

    def note(self, text):
        self.notes.append(text)

    def hold(self, connection):
        """Keeps a connection open until the parts have ended: that it is there must not keep them."""
        self.held.append(connection)
        return connection

    def start(self, role, files=USUAL_FILES, output=None, error=None, **environment):
        """Starts `hop ROLE` on a free port, and waits until it answers."""
        port = free_port()
        environment = {"LISTEN_ADDR": f"127.0.0.1:{port}"} | environment
        part = Part([self.hop, role], role, files, environment, output, error)
        part.port = port
        self.parts.append(part)
        until(lambda: not part.runs() or get(port, "/health", timeout=5).status, f"the start of {role}", 20)
        return part

    def collector(self, **more):
        return self.start("collector", **more)

    def chain(self, **more):
        """The gateway, with orders, inventory and a collector behind it."""
        collector = self.collector()
        zipkin = {"OTEL_EXPORTER_ZIPKIN_ENDPOINT": f"http://127.0.0.1:{collector.port}/api/v2/spans"}
        inventory = self.start("inventory", **zipkin)
        orders = self.start("orders", INVENTORY_URL=f"http://127.0.0.1:{inventory.port}", **zipkin)
        gateway = self.start("gateway", ORDERS_URL=f"http://127.0.0.1:{orders.port}", **zipkin | more)
        gateway.collector, gateway.orders, gateway.inventory = collector, orders, inventory
        return gateway

    @contextlib.contextmanager
    def healthy(self, part):
        """A healthy client at work, before the attack begins and as long as it lasts."""
        behind = [str(part.collector.port)] if hasattr(part, "collector") else []
        program = [sys.executable, "-B", str(Path(__file__).with_name("healthy.py")), str(part.port), *behind]
        client = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            client.stdout.readline()
            yield
        finally:
            seen = json.loads(client.communicate(timeout=30)[0])
        self.note(
            f"/health {seen['worst_health'] * 1000:.0f} ms, own trace {seen['worst_own'] * 1000:.0f} ms "
            f"({seen['read']} read, {seen['refused']} refused)"
        )
        self.faults += shortened(seen["faults"])
        self.check(part.runs(), f"{part.role} is gone")

    def end(self, part, *signals):
        """Asks a part to end, if it has not, and judges how long it takes and the memory it had."""
        if part.is_judged:
            return
        part.is_judged = True
        if not part.runs():
            self.check(False, f"{part.role} ended by itself, with {part.process.returncode}: {part.said()[-300:]}")
            return
        grace = of_compose(part.role, "stop_grace_period")
        seconds = part.end(grace, *signals)
        self.check(seconds is not None, f"{part.role} did not end within {grace} s of SIGTERM")
        self.judge_memory(part)
        self.check("panicked" not in part.said(), f"{part.role} panicked: {part.said()[-300:]}")

    def judge_memory(self, part):
        limit = of_compose(part.role, "mem_limit")
        self.check(part.peak < limit, f"{part.role} took {part.peak:.0f} MiB, and compose gives it {limit}")

    def recovers(self, collector, within=10):
        """That a span is taken and read again once the attack is over."""
        trace = "00000000000ca1f0"
        body = f'[{{"traceId":"{trace}","id":"1","timestamp":{time.time_ns() // 1000}}}]'
        began = time.monotonic()
        while time.monotonic() < began + within:
            if post(collector.port, body, timeout=2).status == 202:
                if get(collector.port, f"/api/v2/trace/{trace}", timeout=2).status == 200:
                    return
            time.sleep(0.2)
        self.check(False, f"{within} s after the attack, a span is not taken and read")


def shortened(faults):
    """The first of many faults that are alike, and their number."""
    return faults[:2] + ([f"… {len(faults) - 2} more like it"] if len(faults) > 2 else [])


def free_port():
    """A port that nobody listens on. Somebody else may take it before it is used, which is unlikely."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def until(poll, what, patience=10):
    """Calls until there is something, and fails after a while."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := poll():
            return found
        time.sleep(0.05)
    raise RuntimeError(f"waited in vain for {what}")
