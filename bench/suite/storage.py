"""Lines parsed, lines stored."""
import json
import pathlib
import subprocess

from suite import peers
from suite.table import Row, Section, number


def program(context, name, *arguments, **options):
    """The JSON objects that a benchmark program prints, one a line."""
    command = [context.build / "bench" / f"{name}_bench", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=context.environment, **options)
    return [json.loads(line) for line in done.stdout.splitlines()]


def parse(context):
    done = subprocess.run([context.build / "bench/parse_bench", "--benchmark_format=json", "--benchmark_repetitions=3",
                           "--benchmark_report_aggregates_only=true"], capture_output=True, text=True, check=True)
    best = {entry["run_name"]: entry["items_per_second"] / 1e6 for entry in json.loads(done.stdout)["benchmarks"]
            if entry["aggregate_name"] == "median"}
    lines = pathlib.Path(context.scratch) / "lines.log"
    subprocess.run([context.build / "bench/parse_bench", "--lines", "200000", lines], check=True)
    beside = [f"{number(peers.python_parse(lines) / 1e6)} M/s: a Python script with regular expressions"]
    if rate := peers.rsyslog_parse(lines, context.cache, context.scratch):
        beside.append(f"{number(rate / 1e6)} M/s: rsyslog (imtcp, mmpstrucdata)")
    lines.unlink()
    rows = [Row("lines parsed", best["parse_line"], "M/s", ">= 1.5", "; ".join(beside)),
            Row("lines written", best["append_line"], "M/s")]
    return Section("parse", "Lines parsed, one core", rows,
                   ["event::parse_line over 100,000 lines of mixed traffic (about 310 bytes each); items of CPU time, median of 3 runs."])


def ingest(context):
    counts = [(context.rows, "60000" if context.rows >= 1_000_000 else "")]
    if context.full:
        counts.append((10_000_000, "40000"))
    rows, notes = [], []
    for count, aim in counts:
        context.say(f"ingest: {count:,} rows")
        steps = program(context, "ingest", "rows", "--rows", count, "--steps", 10)
        last = steps[-1]
        name = f"{count // 1_000_000} M" if count >= 1_000_000 else f"{count // 1000} k"
        rows += [Row(f"rows stored, mean to {name}", last["rows_per_s_mean"], "rows/s", f">= {aim}" if aim else ""),
                 Row(f"rows stored, the last tenth of {name}", last["rows_per_s"], "rows/s"),
                 Row("CPU", last["cpu_us_per_row_mean"], "us/row"), Row("memory", last["pss_mib"], "MiB PSS"),
                 Row("slowest batch", max(step["slowest_ms"] for step in steps), "ms"), Row("file", last["file_mb"], "MB")]
    lines = pathlib.Path(context.scratch) / "lines.log"
    peer = min(context.rows, 1_000_000)
    subprocess.run([context.build / "bench/parse_bench", "--lines", str(peer), lines], check=True)
    context.say("ingest: a script's loop beside it")
    script = peers.python_store(lines, context.scratch)
    lines.unlink()
    rows[0].beside = f"{number(script)} rows/s: a Python script, one events table with five indexes"
    notes.append("From the ingest log through the parser to one transaction a batch of 5,000: events, sessions, credentials, attackers, "
                 "fingerprints, counters, journal, log position; SQLite, WAL, synchronous FULL.")
    if not context.full:
        notes.append("10 M rows take some minutes more: --full.")
    return Section("ingest", "From the ingest log to committed rows", rows, notes)
