#!/usr/bin/env python3
"""How long an sshd takes from the connection to its banner: sampled, and two servers compared.

    test/differential/ssh/latency.py [--times N] [--record FILE] PLACE
    test/differential/ssh/latency.py [--times N] --compare PLACE PLACE

PLACE is a port of 127.0.0.1, or ADDRESS:PORT. Without --compare it prints the quantiles that src/service/ssh/banner.cc holds, in
microseconds; --record writes the whole sample, which src/service/ssh/testdata/banner.sample is.

--compare asks both in turn, so that what the machine does meanwhile meets both, and prints the statistic of Kolmogorov and Smirnov with
its critical value at 5 %: of the times as they are, and of their shape (medians and quartile distances made equal, as two hosts differ in
their pace). Both only mean something on a quiet machine; where it is not, `chrt -f 10` for both servers and `chrt -f 20` for this.
"""
import argparse
import math
import pathlib
import socket
import sys
import time

LEVEL = 1.3581  # sqrt(-ln(0.05 / 2) / 2)
PAUSE_S = 0.05  # Between two connections: no queue, and MaxStartups stays out of it.
PERMILLE = (0, 10, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950, 990, 1000)


def place_of(text):
    address, _, port = text.rpartition(":")
    return address or "127.0.0.1", int(port)


def once(place):
    """Microseconds."""
    with socket.socket() as connection:
        connection.settimeout(10)
        start = time.perf_counter()
        connection.connect(place)
        said = connection.recv(256)
        took = time.perf_counter() - start
    if not said.startswith(b"SSH-2.0-"):
        sys.exit(f"{place} said {said!r}")
    return int(took * 1e6)


def sample(places, times):
    """One sorted list a place."""
    found = [[] for _ in places]
    for _ in range(times):
        for times_of, place in zip(found, places):
            times_of.append(once(place))
            time.sleep(PAUSE_S)
    return [sorted(one) for one in found]


def quantile(ordered, permille):
    return ordered[min(len(ordered) * permille // 1000, len(ordered) - 1)]


def distance(first, second):
    """The largest difference of the two distribution functions; both lists are sorted."""
    largest, at, beside = 0.0, 0, 0
    while at < len(first) and beside < len(second):
        value = min(first[at], second[beside])
        while at < len(first) and first[at] == value:
            at += 1
        while beside < len(second) and second[beside] == value:
            beside += 1
        largest = max(largest, abs(at / len(first) - beside / len(second)))
    return largest


def critical(first, second):
    return LEVEL * math.sqrt((len(first) + len(second)) / (len(first) * len(second)))


def shape(ordered):
    spread = max(quantile(ordered, 750) - quantile(ordered, 250), 1)
    return [(value - quantile(ordered, 500)) / spread for value in ordered]


def compare(first, second):
    print("quantiles (us)", *(f"{permille / 10:g}%" for permille in PERMILLE), sep="\t")
    for name, ordered in (("first", first), ("second", second)):
        print(name, *(quantile(ordered, permille) for permille in PERMILLE), sep="\t")
    limit, same = critical(first, second), True
    for what, one, other in (("as they are", first, second), ("shape", shape(first), shape(second))):
        found = distance(one, other)
        same = found <= limit
        print(f"{what}: D = {found:.4f}, critical value at 5 % = {limit:.4f}: {'not told apart' if same else 'told apart'}")
    return same


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="+", type=place_of, metavar="PLACE")
    parser.add_argument("--times", type=int, default=400)
    parser.add_argument("--record", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--compare", action="store_true")
    arguments = parser.parse_args()
    if len(arguments.places) != (2 if arguments.compare else 1):
        parser.error("one place, or two with --compare")
    found = sample(arguments.places, arguments.times)
    if arguments.compare:
        return 0 if compare(*found) else 1
    print("\n".join(f"{permille}\t{quantile(found[0], permille)}" for permille in PERMILLE))
    if arguments.record:
        arguments.record.write_text("\n".join(map(str, found[0])) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
