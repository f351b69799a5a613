"""What a case is: one connection, and what is said on it step by step."""

import dataclasses

HOST = "www.example.com"
HALF_CLOSE = object()  # A step: end the sending direction.

# Moments and tags of the recorded default pages (servers.PAGE_MTIME_NS and the sizes in Debian's packages).
MODIFIED = "Fri, 01 Mar 2024 09:30:03 GMT"
EARLIER = "Fri, 01 Mar 2024 09:30:02 GMT"
LATER = "Sat, 02 Mar 2024 09:30:03 GMT"
TAGS = {"nginx": '"65e1a01b-267"', "apache": '"29cd-612960545df00"'}
PAGES = {"nginx": "/index.nginx-debian.html", "apache": "/index.html"}


@dataclasses.dataclass
class Wait:
    """A step: say nothing until the server ends the connection, for so many seconds at most."""
    seconds: float


@dataclasses.dataclass
class Case:
    name: str
    steps: list


def head(target="/", *headers, method="GET", version="HTTP/1.1", host=HOST):
    lines = [f"{method} {target} {version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1")


def raw(text):
    return text.encode("latin-1")
