"""The lab: hop.exe, its processes under Wine, and the cargo outside."""

import fcntl, os, shutil, subprocess, termios, threading, time
from pathlib import Path

# Debian's wine64 alone has no program on the path.
WINE, WINESERVER = (shutil.which(name) or f"/usr/lib/wine/{name}" for name in ("wine64", "wineserver"))
TARGET = "x86_64-pc-windows-gnu"
# Ports that nobody else is likely to hold.
OFFSET = 21400


class Lab:
    def __init__(self, top, is_built):
        self.script = top.parent / "shared/lab/windows"
        root = Path(os.environ.get("THREE_HOPS_LAB", "/var/lib/three-hops-lab")) / "windows"
        self.debian, self.source = root / "debian", root / "debian/src"
        self.exe = self.source / "target" / TARGET / "debug/hop.exe"
        if not (is_built and self.exe.exists()):
            subprocess.run([self.script, "build", top], check=True, stdout=subprocess.DEVNULL)
        self.environment = {**os.environ, "WINEPREFIX": str(root / "wine"), "WINEDEBUG": "-all"}
        for name in ("RUST_LOG", "DATA_DIR", "OTEL_TRACES_EXPORTER"):
            self.environment.pop(name, None)
        # The first program makes Wine's folder, which takes half a minute. On drive C, as on Windows, there is no /proc.
        self.hop("--version", folder=root)
        self.work = root / "wine/drive_c/try"
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        self.started = []

    def close(self):
        subprocess.run([WINESERVER, "-k"], env=self.environment, check=False)

    def command(self, *arguments):
        return [WINE, str(self.exe), *map(str, arguments)]

    def hop(self, *arguments, code=0, limit=60, folder=None, **variables):
        """Runs hop.exe to its end, and gives what it printed."""
        done = subprocess.run(self.command(*arguments), cwd=folder or self.work, env={**self.environment, **variables}, timeout=limit,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        text = done.stdout.decode()
        assert done.returncode == code, f"hop {' '.join(map(str, arguments))} ended with {done.returncode}: {text}"
        return text

    def start(self, *arguments, until, limit=60, folder=None, terminal=None, **variables):
        """Starts hop.exe, at a terminal where one is given, and waits until it prints this."""
        log = self.work / f"{len(self.started)}.log"
        before = programs()
        with open(log, "wb") as file:
            ends = dict(stdin=subprocess.DEVNULL, stdout=file, stderr=file)
            if terminal:
                own, other = terminal
                ends = dict(stdin=other, stdout=other, stderr=other, start_new_session=True,
                            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
            process = subprocess.Popen(self.command(*arguments), cwd=folder or self.work, env={**self.environment, **variables}, **ends)
        if terminal:
            os.close(other)
            threading.Thread(target=copy, args=(own, log), daemon=True).start()
        run = Run(process, log, before)
        self.started.append(run)
        run.prints(until, limit)
        return run

    def end_all(self):
        for run in self.started:
            run.end()
        self.started.clear()


class Run:
    """A hop.exe that runs."""

    def __init__(self, process, log, before):
        self.process, self.log, self.before = process, log, before

    def text(self):
        return self.log.read_text(errors="replace")

    def prints(self, text, limit=60):
        wait_for(lambda: text in self.text() or self.process.poll() is not None, limit, f"{text!r} in:\n{self.text()}")
        assert text in self.text(), f"ended with {self.process.returncode} before {text!r}:\n{self.text()}"

    def kill(self):
        """As from the task manager: nothing of it runs any more, and it told nobody."""
        self.process.kill()
        self.process.wait()

    def left(self):
        """What it started and what runs still."""
        return programs() - self.before

    def all_gone_within(self, limit):
        """How long its children outlive it."""
        began = time.monotonic()
        wait_for(lambda: not self.left(), limit, f"the end of {self.left()}")
        return time.monotonic() - began

    def end(self):
        if self.process.poll() is None:
            self.kill()
        for pid in self.left():
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                pass


def copy(terminal, log):
    """A terminal's lines, into a file."""
    with open(log, "ab", buffering=0) as file:
        while True:
            try:
                file.write(os.read(terminal, 65536))
            # It is closed.
            except OSError:
                return


def programs():
    """The hop.exe that run, and the lessons' programs."""
    found = set()
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0") if folder.name.isdigit() else [b""]
        except OSError:
            continue
        if any(word.lower().endswith((b"hop.exe", b"mine.exe")) for word in words[:2]):
            found.add(int(folder.name))
    return found


def wait_for(is_so, limit, what):
    end = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < end, f"not within {limit} s: {what}"
        time.sleep(0.05)
