"""What is said to the genuine servers, good manners and bad: which cases are played where."""

from cases import HALF_CLOSE, Case, head
from corpus_conditions import conditions, encodings
from corpus_fields import bodies, connection, headers
from corpus_lines import methods, request_lines, target_cases, versions


def all_cases(server):
    for group in (target_cases, methods, versions, request_lines, headers, connection, bodies, conditions, encodings):
        yield from group(server)


def tls_cases(server):
    """What is played over TLS: the same answers are due, but for what tells the port or the scheme."""
    yield from (case for case in all_cases(server) if case.name in {
        "target root", "target missing", "target icons-bare", "target absolute", "target absolute-port", "target page-slash",
        "method OPTIONS", "method TRACE", "header no host", "header host empty", "header host other port", "header host port",
        "header host none on icons", "header host other with absolute", "header host ip on icons", "header host port on icons",
        "version 'HTTP/1.0'", "version none slash", "connection three pipelined", "encoding gzip", "condition range two",
        "body length", "body chunk ok", "line half close", "line half close after request", "line bytes then half close"})


def plain_to_tls_cases(server):
    """Plain words to a TLS port."""
    yield Case("plain get", [head()])
    yield Case("plain head", [head(method="HEAD")])
    yield Case("plain missing", [head("/none")])
    yield Case("plain 1.0", [head(version="HTTP/1.0", host=None)])
    yield Case("plain 0.9", [b"GET /\r\n"])
    yield Case("plain post", [head("/none", "Content-Length: 3", method="POST") + b"abc"])
    yield Case("plain options", [head(method="OPTIONS")])
    yield Case("plain lower", [b"get / HTTP/1.1\r\n\r\n"])
    yield Case("plain host other", [head(host="other.test:8443")])
    yield Case("plain bad version", [b"GET / HTTP/1337\r\nHost: n\r\n\r\n"])
    yield Case("plain bad target", [head("/../")])
    yield Case("plain first byte", [b"G", b"ET / HTTP/1.1\r\nHost: x\r\n\r\n"])
    yield Case("plain crlf", [b"\r\n\r\n"])
    yield Case("plain junk", [b"junk\r\n\r\n"])
    yield Case("plain ssh", [b"SSH-2.0-x\r\n"])
    yield Case("plain binary", [b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\r\n"])
    yield Case("plain nul", [b"\x00" * 16])
    yield Case("plain half close", [HALF_CLOSE])
    yield Case("plain connect", [head("x:443", method="CONNECT")])
    yield Case("plain put", [head("/x", "Content-Length: 1", method="PUT") + b"x"])
    yield Case("plain partial", [b"GET / HTTP/1.1\r\n"])
    yield Case("plain gzip", [head("/", "Accept-Encoding: gzip")])
