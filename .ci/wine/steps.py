"""One request, faults, doctor, spans on disk, and ends of all kinds."""

import json, os, re, shutil, time, urllib.request

from lab import OFFSET, wait_for

PORTS = ("--port-offset", OFFSET)
ADDRESSES = [f"--{part}={url}" for part, url in (
    ("gateway", f"http://127.0.0.1:{8081 + OFFSET}"), ("orders", f"http://127.0.0.1:{8082 + OFFSET}"),
    ("inventory", f"http://127.0.0.1:{8083 + OFFSET}"), ("zipkin-url", f"http://127.0.0.1:{9411 + OFFSET}"))]
ZIPKIN = f"http://127.0.0.1:{9411 + OFFSET}"


def once(lab):
    """Three Windows processes, one trace."""
    text = lab.hop("up", "--once", *PORTS)
    assert "5 spans of 3 services" in text and "The collector received 5 spans" in text, text
    return "5 spans of 3 services, and an ordered stop"


def running(lab):
    return lab.start("up", *PORTS, until="Log lines of the services")


def call_and_trace(lab):
    """A request with a Korean name, and its trace from the store."""
    shown = running(lab).text()
    assert f'curl.exe -H "userid: terry" http://127.0.0.1:{8081 + OFFSET}/orders/2' in shown and "taskkill /F" in shown, shown
    text = lab.hop("call", "/orders/7", "--user", "민수", *PORTS)
    trace = re.search(r"[0-9a-f]{32}", text)[0]
    assert "200 OK" in text and "민수" in text, text
    stored = lab.hop("trace", trace[:8], *PORTS)
    assert trace in stored and "orders → inventory" in stored, stored
    spans = [span for spans in answer(f"{ZIPKIN}/api/v2/traces?limit=10") for span in spans]
    assert any(span.get("tags", {}).get("userId") == "민수" for span in spans), spans
    return "the trace is found by its first digits; a name in Hangul is whole"


def faults(lab):
    """Set, listed, seen, cleared; and one by a header."""
    running(lab)
    lab.hop("fault", "set", "orders", "latency=300ms", *PORTS)
    assert "latency=300ms" in lab.hop("fault", "list", *PORTS)
    slow = lab.hop("call", *PORTS)
    assert "orders' own work" in slow, slow
    lab.hop("fault", "clear", *PORTS)
    assert "latency" not in lab.hop("fault", "list", *PORTS)
    header = lab.hop("call", "-H", "x-envoy-fault-delay-request: 300", "-H", "x-fault-hop: orders", *PORTS)
    assert "orders' own work" in header, header
    return "set, list, clear, and a header's delay"


def doctor(lab):
    """No check fails, and the canary passes every hop."""
    running(lab)
    text = lab.hop("doctor", "--json", *ADDRESSES)
    found, _ = json.JSONDecoder().raw_decode(text[text.index("[{"):])
    failed = [finding for finding in found if finding["verdict"] == "bad"]
    assert not failed and any(finding["category"] == "canary" for finding in found), found
    return f"{len(found)} findings, none has a ×"


def stored(lab):
    """Written, killed, read again."""
    folder = lab.work / "spans"
    address = f"127.0.0.1:{OFFSET + 9000}"
    variables = {"DATA_DIR": f"Z:{folder}".replace("/", "\\"), "OTLP_PORT": "0"}
    start = lambda: lab.start("collector", "--listen-addr", address, until="listening on", **variables)
    first = start()
    span = {"traceId": "86154a4ba6e91385", "id": "4d1e00c0db9010db", "name": "주문", "timestamp": time.time_ns() // 1000, "duration": 5,
            "localEndpoint": {"serviceName": "창고"}}
    post = urllib.request.Request(f"http://{address}/api/v2/spans", json.dumps([span]).encode(), {"content-type": "application/json"})
    assert urllib.request.urlopen(post, timeout=10).status == 202
    wait_for(lambda: answer(f"http://{address}/api/v2/services") == ["창고"], 10, "the span")
    first.kill()
    second = start()
    [again] = answer(f"http://{address}/api/v2/trace/86154a4ba6e91385")
    assert again["name"] == "주문", again
    second.kill()
    shutil.rmtree(folder)
    return "a span with a name in Hangul outlives a killed collector"


def killed_parent(lab):
    """No service outlives its parent for long."""
    run = running(lab)
    run.kill()
    return f"the services are gone {run.all_gone_within(3):.2f} s after their parent was killed"


def ctrl_c(lab):
    """In a console: Ctrl-C stops the services in order, and every span is delivered."""
    terminal, other_end = os.openpty()
    run = lab.start("up", *PORTS, until="Log lines of the services", terminal=(terminal, other_end), TERM="xterm")
    began = time.monotonic()
    os.write(terminal, b"\x03")
    run.process.wait(30)
    took = time.monotonic() - began
    run.prints("The collector received 5 spans")
    assert run.process.returncode == 0 and not run.left(), (run.process.returncode, run.text())
    assert "\x1b[3" in run.text(), "colours on a terminal"
    return f"an ordered stop in {took:.1f} s, with colours"


def answer(url):
    return json.load(urllib.request.urlopen(url, timeout=10))


STEPS = [once, call_and_trace, faults, doctor, stored, killed_parent, ctrl_c]
