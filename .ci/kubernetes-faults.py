"""The commands by which deploy/kubernetes/README.md breaks services on purpose, as far as they go without a cluster: kubectl takes them,
their namespace, deployments and labels are those of the manifests, and `hop` does what they say inside a service that has the settings of its pod.

Usage: kubernetes-faults.py MANIFESTS HOP README
"""

import os
import re
import shlex
import socket
import subprocess
import sys
import time

import yaml

with open(sys.argv[1]) as manifests:
    THINGS = list(yaml.safe_load_all(manifests))
HOP = sys.argv[2]
with open(sys.argv[3]) as readme:
    SECTION = readme.read().split("## Break it on purpose", 1)[1].split("\n## ", 1)[0]
# The three services: Zipkin takes no faults.
PODS = {
    thing["metadata"]["name"]: thing["spec"]["template"]
    for thing in THINGS
    if thing["kind"] == "Deployment" and thing["spec"]["template"]["spec"]["containers"][0]["image"].startswith("three-hops:")
}


def variables(pod):
    """The environment of a pod."""
    container = pod["spec"]["containers"][0]
    maps = {thing["metadata"]["name"]: thing["data"] for thing in THINGS if thing["kind"] == "ConfigMap"}
    found = {one["name"]: one["value"] for one in container.get("env", [])}
    for source in container["envFrom"]:
        found |= maps[source["configMapRef"]["name"]]
    return found


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def commands():
    """What stands in the section's blocks, a loop over pods as the command for one of them."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", SECTION, re.S))
    for line in blocks.splitlines():
        found = re.search(r"kubectl (-n \S+) (exec|get pods|apply)\b.*", line)
        if found:
            yield shlex.split(found[0].split(" #")[0].split("); do")[0].strip())


def kubectl_takes(command):
    """Without a server it gets as far as to look for one."""
    words = ["pod/any" if word == "$pod" else word for word in command]
    answer = subprocess.run([*words[:1], "--server=http://127.0.0.1:1", *words[1:]], capture_output=True, text=True)
    assert "refused" in answer.stderr, f"{shlex.join(command)}: {answer.stderr}"


def holds_in_the_manifests(command):
    namespaces = {thing["metadata"]["namespace"] for thing in THINGS if thing["kind"] == "Deployment"}
    assert command[2] in namespaces, f"{shlex.join(command)}: the namespace is {namespaces}"
    for word in command:
        if word.startswith("deploy/"):
            assert word.removeprefix("deploy/") in PODS, f"{shlex.join(command)}: no {word}"
    if "-l" in command:
        key, _, value = command[command.index("-l") + 1].partition("=")
        assert any(pod["metadata"]["labels"].get(key) == value for pod in PODS.values()), f"{shlex.join(command)}: no such label"


def is_done(name, inside):
    """`hop` inside a service with its pod's settings; ports alone are others, since all pods are one machine here."""
    pod, address = PODS[name], f"127.0.0.1:{free_port()}"
    environment = {**os.environ, **variables(pod), "LISTEN_ADDR": "127.0.0.1:0", "FAULTS_ADDR": address, "OTEL_TRACES_EXPORTER": "none"}
    service = subprocess.Popen([HOP, *pod["spec"]["containers"][0]["args"]], env=environment, stdout=subprocess.DEVNULL)
    ask = lambda *words: subprocess.run([HOP, *words], env=environment, capture_output=True, text=True, timeout=30)
    try:
        deadline = time.monotonic() + 30
        while ask("fault", "list", name).returncode and time.monotonic() < deadline:
            time.sleep(0.1)
        done = ask(*inside[1:])
        assert done.returncode == 0, f"{shlex.join(inside)}: {done.stdout}{done.stderr}"
        listed = ask("fault", "list", name)
        assert ("set" not in inside) or inside[-1].split("=")[0] in listed.stdout, f"{shlex.join(inside)}: {listed.stdout}"
    finally:
        service.terminate()
        service.wait(timeout=30)


found = list(commands())
for command in found:
    kubectl_takes(command)
    holds_in_the_manifests(command)
    if "--" in command:
        inside = command[command.index("--") + 1 :]
        is_done(next(word for word in inside if word in PODS), inside)
assert len(found) >= 4, f"only {len(found)} commands in the section"
assert {variables(pod).get("FAULTS") for pod in PODS.values()} == {"on"}, "not every service lets faults be set"
print(f"{sys.argv[3]}: {len(found)} commands, 0 faults")
