#!/usr/bin/env python3
"""Measures how long an sshd takes from the connection to its banner, and prints the quantiles in microseconds.

    test/differential/ssh/latency.py PORT [TIMES]
"""
import socket
import sys
import time


def main():
    times = []
    for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 200):
        with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
            start = time.perf_counter()
            connection.recv(256)
            times.append(int((time.perf_counter() - start) * 1e6))
        time.sleep(0.05)
    times.sort()
    print([times[min(len(times) * tenth // 10, len(times) - 1)] for tenth in range(11)])


if __name__ == "__main__":
    main()
