"""The service bus beside other brokers."""
import json
import subprocess

from suite import bus_peers
from suite.table import Row, Section, number

# What the load may be ahead of the slowest subscriber of a broker that would lose events otherwise. decnet's has none.
PEER_WINDOW = 20_000
CLIENTS = 100
RATES = (("1 publisher to 1 subscriber", 1, 1, 3_000_000), ("1 to 10", 10, 1, 5_000_000), ("1,000 patterns of which 10 match", 10, 100, 4_000_000))
CPU_US, RELAY_TIMES, IDLE_MIB, CLIENTS_MIB, STALL_MS = 0.1, 1.2, 8, 9, 5


def measure(context, mode, broker=None, *options):
    command = [context.build / "bench/bus_bench", mode, "--seconds", context.seconds, *options]
    if broker:
        command += ["--dialect", broker.dialect, "--address", broker.address, "--pid", broker.process.pid]
        command += [] if broker.dialect == "decnet" else ["--window", PEER_WINDOW]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, env=context.environment, timeout=300)
    if done.returncode != 0:
        raise SystemExit(f"bus_bench {mode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def measure_all(context, broker):
    """{what: outcome} of one broker, which has been started for it."""
    found = {"memory": measure(context, "memory", broker, "--clients", CLIENTS)}
    for what, subscribers, patterns, _ in RATES:
        found[what] = measure(context, "rate", broker, "--subscribers", subscribers, "--patterns", patterns)
    found["trips"] = measure(context, "trips", broker)
    found["stall"] = measure(context, "stall", broker)
    return found


def peers_of(context):
    """{"nats-server 2.9.10": outcomes}: of those that can be had; one that fails in the middle is left out."""
    found = {}
    for kind in bus_peers.ALL:
        with kind(context) as broker:
            if broker is None:
                context.say(f"bus: no {kind.name}")
                continue
            context.say(f"bus: {broker.version()}")
            try:
                found[broker.version()] = measure_all(context, broker)
            except (SystemExit, subprocess.SubprocessError) as failure:
                context.say(f"bus: {kind.name}: {failure}")
    return found


def rate_text(outcome):
    lost = f" ({outcome['dropped']:,} lost: does not count)" if outcome["dropped"] else ""
    return f"{number(outcome['per_s'] / 1e6)} M/s{lost}"


def bus(context):
    with bus_peers.Decnet(context) as broker:
        if broker is None:
            raise SystemExit("the broker does not start")
        context.say("bus: decnet")
        own = measure_all(context, broker)
        relay = measure(context, "relay")
    peers = peers_of(context)

    def beside(of):
        return "; ".join(f"{of(outcomes)}: {name}" for name, outcomes in peers.items())

    rows = []
    for what, _, _, aim in RATES:
        outcome = own[what]
        rows += [Row(what, outcome["per_s"] / 1e6, "M deliveries/s", f">= {aim / 1e6}", beside(lambda all_of, key=what: rate_text(all_of[key]))),
                 Row(f"{what}: lost", outcome["dropped"] + outcome["wrong"], "", "= 0"),
                 Row(f"{what}: CPU of the broker", outcome["cpu_us"], "us/delivery", f"< {CPU_US}" if what == "1 to 10" else "",
                     beside(lambda all_of, key=what: f"{number(all_of[key]['cpu_us'])} us"))]
    for share in ("p50_us", "p99_us"):
        rows.append(Row(f"round trip at 1,000/s, {share[:3]}", own["trips"][share], "us", f"< {relay[share] * RELAY_TIMES:.1f}",
                        f"{number(relay[share])} us: a relay that copies bytes; " + beside(lambda all_of, key=share: f"{number(all_of['trips'][key])} us")))
    rows += [Row("memory, idle", own["memory"]["idle_mib"], "MiB PSS", f"< {IDLE_MIB}", beside(lambda all_of: f"{number(all_of['memory']['idle_mib'])} MiB")),
             Row(f"memory, {CLIENTS} clients", own["memory"]["with_clients_mib"], "MiB PSS", f"< {CLIENTS_MIB}",
                 beside(lambda all_of: f"{number(all_of['memory']['with_clients_mib'])} MiB")),
             Row("one of two subscribers stopped: the publisher's longest stall", own["stall"]["longest_ms"], "ms", f"< {STALL_MS}",
                 beside(lambda all_of: f"{number(all_of['stall']['longest_ms'])} ms")),
             Row("one of two subscribers stopped: the other loses", own["stall"]["lost"], "", "= 0",
                 beside(lambda all_of: f"{all_of['stall']['lost']:,}"))]
    notes = [f"Publisher, broker and each subscriber are processes of their own; {context.seconds} s a part. The payload has 128 bytes; decnet's "
             "events carry it in a body of 253 bytes with id, type and time, the others carry it bare. A rate counts only where nothing is lost.",
             f"The others' publisher is held back while a subscriber is more than {PEER_WINDOW:,} events behind, or they would lose some; decnet's is not: "
             "its broker paces it. redis over a UNIX socket, nats-server and mosquitto over TCP on loopback.",
             "Every topic of the 64 in turn; 1,000 patterns are 100 of each of ten subscribers, one of which matches.",
             "What stands in the way of 3 M/s (perf): 29 % of the broker's time is the JSON parser, 17 % waking the subscriber, 17 % the kernel's "
             "copies. A round trip costs six system calls, because the broker's epoll lies in that of the loop, where the relay has three. The "
             "longest stall is the publisher waiting for its turn among four processes on two cores: 3.3 to 15 ms from run to run."]
    return Section("bus", "The service bus", rows, notes)
