"""What a decky's peers see of it: requests, many connections, and how soon the dashboard tells."""
import json
import subprocess
import time
import urllib.request

from suite import machine, peers
from suite.decnet import LIFTED, Decnet
from suite.storage import program
from suite.table import Row, Section, number

TOUCH_EVENTS = 5  # A connection with one request: started, request, two fingerprints, ended.


def is_plain_nginx(place):
    with urllib.request.urlopen(f"http://{place}/", timeout=5) as reply:
        return reply.headers.get("Server", "").startswith("nginx") and b"Welcome to nginx" in reply.read()


def nginx_places(decnet):
    """Deckies with nginx's default page: others take the time that their applications would."""
    found = [(decky, place) for decky, place in decnet.places() if is_plain_nginx(place)]
    if not found:
        raise SystemExit("no decky of the demo fleet shows nginx's default page")
    return found


def lifted_note():
    return "Set for the load: " + ", ".join(f"{key}={value}" for key, value in LIFTED.items()) + "; sources spread over 127.90.0.0/16."


def measure_http(context, target, pid_of, *arguments):
    """(outcome, CPU microseconds a request of the serving process)"""
    pids = pid_of()
    before = sum(machine.cpu_seconds(pid) for pid in pids)
    outcome = program(context, "http", "--targets", target, "--seconds", context.seconds, "--connections", 32, *arguments)[0]
    used = sum(machine.cpu_seconds(pid) for pid in pids) - before
    return outcome, used / max(outcome["answered"], 1) * 1e6


KINDS = (("keep-alive", ()), ("one connection a request", ("--fresh",)))


def genuine(context):
    with peers.Nginx(context.cache, context.scratch) as nginx:
        if nginx is None:
            return None, {}
        workers = lambda: list(machine.children(nginx.process.pid))
        return nginx.version, {kind: measure_http(context, f"127.0.0.1:{nginx.port}", workers, *options) for kind, options in KINDS}


def http(context):
    rows, notes = [], []
    version, beside = genuine(context)
    with Decnet(context.binary, context.scratch, LIFTED) as decnet:
        decky, place = nginx_places(decnet)[0]
        engines = lambda: [pid for name, pid in decnet.processes().items() if name.startswith("engine.")]
        for kind, options in KINDS:
            first = decnet.newest()
            outcome, cpu = measure_http(context, place, engines, *options)
            behind = decnet.settle()
            peer, peer_cpu = beside.get(kind, (None, 0))
            says = lambda what, unit: f"{number(what)} {unit}: nginx {version}" if peer else ""
            rows += [Row(f"{kind}: requests", outcome["per_s"], "/s", "", says(peer and peer["per_s"], "/s")),
                     Row(f"{kind}: CPU of the engines", cpu, "us/request", "", says(peer_cpu, "us/request")),
                     Row(f"{kind}: answered in, p99", outcome["p99_ms"], "ms", "", says(peer and peer["p99_ms"], "ms")),
                     Row(f"{kind}: errors", outcome["errors"] + outcome["refused"] + outcome["other_status"], "", "= 0")]
            notes.append(f"{kind}: {decnet.newest() - first:,} events of it were stored {behind:.1f} s after the last request.")
        ingest = decnet.ingest()
        notes.append(f"Events shed by the engines: {ingest['dropped_total']}.")
    notes.append("32 connections, closed loop, one decky (one engine process) with nginx's default page; every request is an event that is "
                 "recorded, made durable and stored beside it. nginx: one worker, Debian's settings, access log.")
    return Section("http", "Requests of an HTTP decky", rows, notes + [lifted_note()])


def touch(context):
    with Decnet(context.binary, context.scratch, LIFTED) as decnet:
        targets = ",".join(place for _, place in nginx_places(decnet))
        found = program(context, "touch", "--targets", targets, "--api", f"127.0.0.1:{decnet.port}", "--token", decnet.token(),
                        "--rate", 2000 / TOUCH_EVENTS, "--seconds", context.seconds * 2)[0]
    rows = [Row("touch to frame, p50", found["p50_ms"], "ms"), Row("touch to frame, p99", found["p99_ms"], "ms", "< 100"),
            Row("touch to frame, longest", found["max_ms"], "ms"), Row("frames that did not come", found["missing"], "", "= 0"),
            Row("events on the stream", found["events_per_s"], "/s"), Row("connections that failed", found["errors"], "", "= 0")]
    return Section("touch", "From a peer's connect to the server-sent event", rows,
                   [f"{found['touches']:,} touches, each with its own connection and one request; one client of /api/v1/stream.", lifted_note()])


def hold(context):
    count = context.connections
    with Decnet(context.binary, context.scratch, LIFTED) as decnet:
        engines = {name: pid for name, pid in decnet.processes().items() if name.startswith("engine.")}
        before = {name: machine.pss_mib(pid) for name, pid in engines.items()}
        targets = ",".join(place for _, place in nginx_places(decnet))
        command = [context.build / "bench/hold_bench", "--targets", targets, "--connections", str(count)]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            opened = json.loads(holder.stdout.readline())
            after = {name: machine.pss_mib(pid) for name, pid in engines.items()}
            time.sleep(10)
            still, _ = holder.communicate("\n", timeout=30)
        finally:
            if holder.poll() is None:
                holder.kill()
    grown = sum(after.values()) - sum(before.values())
    rows = [Row("connections held", opened["open"], "", f">= {count}"), Row("opened in", opened["seconds"], "s"),
            Row("still open 10 s later", json.loads(still)["still_open"], "", f">= {count}")]
    rows += [Row(f"memory of {name}", after[name], "MiB PSS", "", f"{number(before[name])} MiB idle") for name in sorted(engines)]
    rows.append(Row("memory of a connection", grown / max(opened["open"], 1) * 1024, "KiB"))
    return Section("hold", "Connections held", rows, ["HTTP deckies (nginx); each connection was answered once and then kept alive.", lifted_note()])
