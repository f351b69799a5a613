"""The whole program: its memory at rest, its API under load, and the way to the screen."""
import json
import os
import pathlib
import socket
import subprocess
import time

from suite import machine
from suite.decnet import LIFTED, Decnet
from suite.network import TOUCH_EVENTS, lifted_note, nginx_places
from suite.storage import program
from suite.table import Row, Section, number

API_PATH = "/api/v1/attackers?limit=50&sort=-last_seen"


def memory(context):
    with Decnet(context.binary, context.scratch) as decnet:
        context.say(f"memory: {context.rest} s at rest")
        time.sleep(context.rest)
        found = {name: machine.pss_mib(pid) for name, pid in decnet.processes().items()}
        deckies = len(decnet.deckies())
    rows = [Row(name, size, "MiB PSS") for name, size in sorted(found.items())]
    rows.append(Row("all processes", sum(found.values()), "MiB PSS", "< 120"))
    return Section("memory", "Memory of the demo fleet", rows, [f"{deckies} deckies, {context.rest} s after ready."])


def cursors(decnet):
    """Where each page of 200 attackers begins."""
    found, path = [], "/attackers?limit=200&sort=-last_seen"
    page = decnet.api(path)
    while page["next_cursor"]:
        found.append(page["next_cursor"])
        page = decnet.api(f"{path}&cursor={page['next_cursor']}")
    return found


def api(context):
    store = pathlib.Path(context.scratch) / "api.sqlite"
    context.say(f"api: making a store of {context.attackers:,} attackers")
    filled = program(context, "ingest", "fill", "--attackers", context.attackers, "--file", store)[0]
    with Decnet(context.binary, context.scratch, LIFTED, store) as decnet:
        store.unlink()
        pages = cursors(decnet)
        paths = pathlib.Path(context.scratch) / "paths"
        paths.write_text("".join(f"{API_PATH}&cursor={cursor}\n" for cursor in pages))
        targets = ",".join(place for _, place in nginx_places(decnet))
        seconds = context.seconds * 2
        first = decnet.newest()
        writer = subprocess.Popen([context.build / "bench/http_bench", "--targets", targets, "--fresh", "--rate", str(500 / TOUCH_EVENTS),
                                   "--seconds", str(seconds + 3)], stdout=subprocess.DEVNULL)
        pid = decnet.processes()["api"]
        before = machine.cpu_seconds(pid)
        found = program(context, "http", "--targets", f"127.0.0.1:{decnet.port}", "--connections", context.api_connections, "--sources", 1,
                        "--rate", context.api_rate, "--warm-up", 2, "--seconds", seconds, "--paths", paths,
                        "--header", f"Authorization: Bearer {decnet.token()}")[0]
        cpu = (machine.cpu_seconds(pid) - before) / max(context.api_rate * (seconds + 2) - found["unsent"], 1) * 1e6
        writer.wait(60)
        decnet.settle()
        stored, memory_mib = decnet.newest() - first, machine.pss_mib(pid)
    bad = found["errors"] + found["refused"] + found["other_status"] + found["unsent"]
    rows = [Row("answered", found["per_s"], "/s", f">= {context.api_rate * 0.99:.0f}"), Row("latency, p50", found["p50_ms"], "ms"),
            Row("latency, p90", found["p90_ms"], "ms"), Row("latency, p99", found["p99_ms"], "ms", "< 50"),
            Row("latency, longest", found["max_ms"], "ms"), Row("errors, and what was never answered", bad, "", "= 0"),
            Row("CPU of the API", cpu, "us/request"), Row("memory of the API", memory_mib, "MiB PSS"),
            Row("events stored meanwhile", stored / (seconds + 3), "/s")]
    return Section("api", "API: pages of 50 attackers at random cursors", rows,
                   [f"{context.api_connections:,} open connections, {context.api_rate:,} requests/s in open loop (latency counts from the moment "
                    f"a request was due), a token checked on each; {filled['attackers']:,} attackers, {filled['rows']:,} events; "
                    f"{len(pages)} cursors; no cache of answers.", lifted_note()])


def touch_once(target):
    """(port, ms since 1970) of a connection with one request."""
    host, port = target.split(":")
    at = time.time() * 1000
    with socket.create_connection((host, int(port)), timeout=5) as peer:
        own = peer.getsockname()[1]
        peer.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: touch\r\nConnection: close\r\n\r\n")
        while peer.recv(65536):
            pass
    return own, at


def screen_times(context, decnet, password, decky, target, others, rate):
    """Milliseconds from a touch of `target` to its row in the live feed, beside `rate` events/s on the other deckies."""
    environment = os.environ | {"DECNET_URL": f"http://127.0.0.1:{decnet.port}", "DECNET_USER": "admin", "DECNET_DECKY": decky,
                                "DECNET_PASSWORD": password}
    page = subprocess.Popen(["node", context.root / "bench/screen.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    load = None
    try:
        if page.stdout.readline().strip() != "ready":
            raise SystemExit("the live feed did not open")
        if rate:
            load = subprocess.Popen([context.build / "bench/http_bench", "--targets", ",".join(others), "--fresh", "--rate", str(rate / TOUCH_EVENTS),
                                     "--seconds", str(context.touches / 10 + 3)], stdout=subprocess.DEVNULL)
            time.sleep(1)
        touched = {}
        for _ in range(context.touches):
            port, at = touch_once(target)
            touched[port] = at
            time.sleep(0.1)
        time.sleep(1)
        out, _ = page.communicate("\n", timeout=30)
    finally:
        for process in (page, load):
            if process and process.poll() is None:
                process.kill()
                process.wait(10)
    rows = {int(seq): at for seq, at in json.loads(out.splitlines()[-1]).items()}
    decnet.settle()
    events = decnet.api(f"/events?decky={decky}&type=session.started&limit=200")["data"]
    return sorted(rows[event["seq"]] - touched[event["src_port"]] for event in events
                  if event["src_port"] in touched and event["seq"] in rows)


def screen(context):
    rows = []
    with Decnet(context.binary, context.scratch, LIFTED) as decnet:
        password = decnet.choose_password()
        (decky, target), *others = nginx_places(decnet)
        for rate in (0, 2000):
            context.say(f"screen: {context.touches} touches beside {rate} events/s")
            took = screen_times(context, decnet, password, decky, target, [place for _, place in others], rate)
            beside = f"beside {number(rate)} events/s" if rate else "alone"
            if not took:
                rows.append(Row(f"touch to screen, {beside}", "no row appeared", ""))
                continue
            rows += [Row(f"touch to screen, {beside}, p50", took[len(took) // 2], "ms"),
                     Row(f"touch to screen, {beside}, p99", took[min(int(len(took) * 0.99), len(took) - 1)], "ms", "< 200"),
                     Row(f"rows seen, {beside}", len(took), "", f">= {context.touches}")]
    return Section("screen", "From a peer's connect to the row in the live feed", rows,
                   ["Chromium, headless, on the same machine; the feed shows one decky, the load is on the others.", lifted_note()])
