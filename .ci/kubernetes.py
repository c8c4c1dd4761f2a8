"""What no schema says of our manifests: names meet, pods are as restricted as they claim, and whoever calls may call.

Usage: kubernetes.py MANIFESTS HOP
"""

import re
import subprocess
import sys
from urllib.parse import urlsplit

import yaml

NAME = "app.kubernetes.io/name"
SAFE_VOLUMES = {"configMap", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
# What a service takes at most for requests under way and for its last spans, in seconds.
ENDING = 10

with open(sys.argv[1]) as manifests:
    THINGS = list(yaml.safe_load_all(manifests))
HOP = sys.argv[2]
WRONG = []


def of_kind(kind):
    return [thing for thing in THINGS if thing["kind"] == kind]


def check(fine, what):
    if not fine:
        WRONG.append(what)


class Pods:
    """The pods of one Deployment or CronJob."""

    def __init__(self, owner):
        job = owner["kind"] == "CronJob"
        template = (owner["spec"]["jobTemplate"]["spec"] if job else owner["spec"])["template"]
        self.owner, self.name = owner, owner["metadata"]["name"]
        self.labels, self.spec = template["metadata"]["labels"], template["spec"]
        (self.container,) = self.spec["containers"]

    def port(self, wanted):
        ports = self.container.get("ports", [])
        found = [port["containerPort"] for port in ports if wanted in (port.get("name"), port["containerPort"])]
        return found[0] if found else None

    def variables(self):
        """The environment, as far as it is in the manifests."""
        found = {one["name"]: one.get("value") for one in self.container.get("env", [])}
        maps = {one["metadata"]["name"]: one["data"] for one in of_kind("ConfigMap")}
        for source in self.container.get("envFrom", []):
            if "configMapRef" in source:
                name = source["configMapRef"]["name"]
                check(name in maps, f"{self.name}: no ConfigMap {name}")
                found |= maps.get(name, {})
        return found


PODS = [Pods(owner) for owner in of_kind("Deployment") + of_kind("CronJob")]


def selects(selector, labels):
    exact = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    for one in selector.get("matchExpressions", []):
        assert one["operator"] == "In", "only In is known here"
        exact = exact and labels.get(one["key"]) in one["values"]
    return exact


def selected(selector, what):
    found = [pods for pods in PODS if selects(selector, pods.labels)]
    check(found, f"{what} selects no pods")
    return found


def services():
    for service in of_kind("Service"):
        name = service["metadata"]["name"]
        for pods in selected({"matchLabels": service["spec"]["selector"]}, f"Service {name}"):
            for port in service["spec"]["ports"]:
                check(pods.port(port["targetPort"]), f"Service {name}: {pods.name} has no port {port['targetPort']}")


def workloads():
    for owner in of_kind("Deployment"):
        name = owner["metadata"]["name"]
        found = [pods.owner for pods in selected(owner["spec"]["selector"], name)]
        check(found == [owner], f"{name}: its selector does not select its own pods, and no others")
    for budget in of_kind("PodDisruptionBudget"):
        name = budget["metadata"]["name"]
        for pods in selected(budget["spec"]["selector"], f"PodDisruptionBudget {name}"):
            check(pods.owner["spec"]["replicas"] > 1, f"PodDisruptionBudget {name}: of one pod, none can be spared")


def restricted(pods):
    """The standard `restricted`, and a little more: https://kubernetes.io/docs/concepts/security/pod-security-standards/"""
    pod, own = pods.spec.get("securityContext", {}), pods.container.get("securityContext", {})
    check(pod.get("runAsNonRoot") and pod.get("runAsUser", 0) > 0, f"{pods.name}: may be root")
    check(pod.get("seccompProfile") == {"type": "RuntimeDefault"}, f"{pods.name}: no seccomp profile")
    check(own.get("allowPrivilegeEscalation") is False, f"{pods.name}: may escalate")
    check(own.get("capabilities") == {"drop": ["ALL"]}, f"{pods.name}: has capabilities")
    check(own.get("readOnlyRootFilesystem"), f"{pods.name}: may write to its image")
    check(not any(pods.spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")), f"{pods.name}: uses the host")
    for volume in pods.spec.get("volumes", []):
        check(set(volume) - {"name"} <= SAFE_VOLUMES, f"{pods.name}: volume {volume['name']}")
    check(pods.spec.get("automountServiceAccountToken") is False, f"{pods.name}: has a token")
    limits = pods.container.get("resources", {}).get("limits", {})
    check(set(limits) == {"cpu", "memory", "ephemeral-storage"}, f"{pods.name}: a limit is missing")
    for volume in pods.spec.get("volumes", []):
        check("sizeLimit" in volume.get("emptyDir", {"sizeLimit": 0}), f"{pods.name}: volume {volume['name']} has no size")


def ending(pods):
    before = pods.container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    grace = pods.spec.get("terminationGracePeriodSeconds", 30)
    check(grace > before + ENDING, f"{pods.name}: {grace} s are too short for {before} s and {ENDING} s")


def command(pods):
    """That `hop` takes the arguments, and knows the variables."""
    arguments = pods.container.get("args", [])
    answer = subprocess.run([HOP, *arguments, "--help"], capture_output=True, text=True)
    check(answer.returncode == 0, f"{pods.name}: hop does not take {arguments}: {answer.stderr}")
    known = set(re.findall(r"\[env: (\w+)", answer.stdout))
    for name in pods.variables():
        check(name in known, f"{pods.name}: hop {arguments[0]} knows no variable {name}")


def admits(rules, side, other, callee, port):
    """Whether one of the rules has the other side as its peer, or anybody, and the port."""
    for rule in rules:
        peers = rule.get(side, [{"podSelector": {}}])
        inside = [peer["podSelector"] for peer in peers if "podSelector" in peer and "namespaceSelector" not in peer]
        if any(selects(peer, other.labels) for peer in inside):
            if "ports" not in rule or any(callee.port(one["port"]) == port for one in rule["ports"]):
                return True
    return False


def policies():
    for policy in of_kind("NetworkPolicy"):
        name, spec = f"NetworkPolicy {policy['metadata']['name']}", policy["spec"]
        selected(spec["podSelector"], name)
        peers = [peer for rule in spec.get("ingress", []) for peer in rule.get("from", [])]
        peers += [peer for rule in spec.get("egress", []) for peer in rule.get("to", [])]
        for peer in peers:
            if "podSelector" in peer and "namespaceSelector" not in peer:
                selected(peer["podSelector"], f"{name}: a peer")
    denied = [policy for policy in of_kind("NetworkPolicy") if policy["spec"]["podSelector"] == {}
              and set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}]
    check(denied, "no NetworkPolicy denies by default")


def calls(pods):
    """That each address in the settings is one of a Service of ours, and that policies let the call through."""
    texts = [*pods.variables().values(), *pods.container.get("args", [])]
    for url in [urlsplit(text) for text in texts if text and re.match(r"http://\w+[:/]", text)]:
        matching = [one for one in of_kind("Service") if one["metadata"]["name"] == url.hostname]
        if not matching:
            check(False, f"{pods.name}: no Service {url.hostname}")
            continue
        ports = [port for port in matching[0]["spec"]["ports"] if port["port"] == url.port]
        check(ports, f"{pods.name}: Service {url.hostname} has no port {url.port}")
        for callee in selected({"matchLabels": matching[0]["spec"]["selector"]}, f"Service {url.hostname}"):
            for port in ports:
                target = callee.port(port["targetPort"])
                out = [rule for one in of_kind("NetworkPolicy") if selects(one["spec"]["podSelector"], pods.labels)
                       for rule in one["spec"].get("egress", [])]
                into = [rule for one in of_kind("NetworkPolicy") if selects(one["spec"]["podSelector"], callee.labels)
                        for rule in one["spec"].get("ingress", [])]
                check(admits(out, "to", callee, callee, target), f"{pods.name} may not call {callee.name}")
                check(admits(into, "from", pods, callee, target), f"{callee.name} takes no calls of {pods.name}")


services()
workloads()
policies()
for each in PODS:
    restricted(each)
    ending(each)
    calls(each)
    if each.container["image"].startswith("three-hops:"):
        command(each)
print(f"{sys.argv[1]}: {len(THINGS)} manifests, {len(WRONG)} faults")
sys.exit("\n".join(WRONG) if WRONG else 0)
