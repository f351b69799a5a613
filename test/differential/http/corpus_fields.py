"""Header fields, the life of a connection, and bodies."""

from cases import HALF_CLOSE, HOST, PAGES, Case, Wait, head, raw


def headers(server):
    def one(name, *lines, target="/", host=HOST, **more):
        return Case(f"header {name}", [head(target, *lines, host=host, **more)])

    yield one("no host", host=None)
    yield one("no host 1.0", host=None, version="HTTP/1.0")
    yield one("no host missing", host=None, target="/none")
    for name, host in {
            "empty": "", "port": f"{HOST}:80", "other port": f"{HOST}:8080", "port bad": f"{HOST}:x", "port empty": f"{HOST}:",
            "port zero": f"{HOST}:0", "port big": f"{HOST}:65536", "ip": "127.0.0.1", "v6": "[::1]", "v6 port": "[::1]:80",
            "v6 bad": "[::1", "v6 junk": "[::1]x", "upper": "WWW.Example.COM", "underscore": "a_b.test", "space": "a b",
            "slash": "a/b", "dotdot": "a..b", "dot end": "www.example.com.", "dot first": ".x", "only dot": ".", "angle": "<b>",
            "quote": "a\"b", "nul": "a\0b", "high": "caf\u00c3\u00a9", "user": "u@x", "list": "a, b", "percent": "a%41",
            "long": "h" * 300, "label 64": "h" * 64 + ".test", "star": "*", "question": "a?b", "semicolon": "a;b",
            "backslash": "a\\b", "tab": "a\tb", "dash first": "-x"}.items():
        yield one(f"host {name}", target="/none", host=host)
    yield one("host ip on icons", target="/icons", host="127.0.0.1")
    yield one("host port on icons", target="/icons", host=f"{HOST}:8080")
    yield one("host upper on icons", target="/icons", host="WWW.Example.COM")
    yield one("host none on icons", target="/icons", host=None, version="HTTP/1.0")
    yield one("host other with absolute", target="http://a.test/icons", host="b.test")
    yield one("host twice", f"Host: {HOST}")
    yield one("host twice other", "Host: other.test")
    yield one("no colon", "Junk")
    yield one("no colon words", "Junk junk")
    yield one("empty name", ": value")
    yield one("only colon", ":")
    yield one("space before colon", "X-A : 1")
    yield one("tab before colon", "X-A\t: 1")
    yield one("leading space", " X-A: 1")
    yield one("folded", "X-A: 1\r\n 2")
    yield one("folded tab", "X-A: 1\r\n\t2")
    yield Case("header folded first", [raw(f"GET / HTTP/1.1\r\n X: 1\r\nHost: {HOST}\r\n\r\n")])
    yield one("folded host", host="www\r\n .example.com")
    yield one("underscore name", "X_A: 1")
    yield one("dot name", "X.A: 1")
    yield one("space name", "X A: 1")
    yield one("slash name", "X/A: 1")
    yield one("paren name", "X(A): 1")
    yield one("at name", "X@A: 1")
    yield one("digit name", "1: 1")
    yield one("high name", "X\u00e9: 1")
    yield one("nul name", "X\0: 1")
    yield one("nul value", "X: a\0b")
    yield one("cr value", "X: a\rb")
    yield one("control value", "X: a\x01b")
    yield one("del value", "X: a\x7fb")
    yield one("high value", "X: \u00ff\u00fe")
    yield one("tab value", "X:\ta\t")
    yield one("empty value", "X:")
    yield one("blanks value", "X:     ")
    yield one("shellshock", "User-Agent: () { :;}; /bin/id")
    yield one("log4shell", "User-Agent: ${jndi:ldap://x/a}")
    yield one("proxy", "Proxy: http://x/")
    for size in (4000, 8000, 8170, 8190, 8200, 9000, 16000, 33000, 70000):
        yield one(f"value {size}", "X-Long: " + "v" * size)
    yield one("name 8k", "N" * 8300 + ": 1")
    for count in (90, 99, 100, 101, 200):
        yield one(f"count {count}", *[f"X-{n}: {n}" for n in range(count)])
    yield one("total 40k", *[f"X-{n}: " + "v" * 4000 for n in range(10)])
    yield one("cookie 8200", "Cookie: " + "c" * 8200)
    yield one("close", "Connection: close")
    yield one("close upper", "Connection: CLOSE")
    yield one("close list", "Connection: foo, close")
    yield one("keep-alive", "Connection: keep-alive")
    yield one("keep-alive and close", "Connection: keep-alive, close")
    yield one("te", "TE: trailers", "Connection: TE")
    yield one("referer", "Referer: http://x/", "User-Agent: curl/7.88.1", "Accept: */*")
    for name, agent in {"chrome": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
                        "firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", "msie":
                        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)", "opera": "Opera/9.80 MSIE 6.0; Chrome/1"}.items():
        yield one(f"agent {name}", f"User-Agent: {agent}", target="/none")
        yield one(f"agent {name} bad", f"User-Agent: {agent}", host="a b")
        yield one(f"agent {name} packed", f"User-Agent: {agent}", "Accept-Encoding: gzip", target="/none")
    yield one("mozilla 2", "User-Agent: Mozilla/2.0", "Connection: keep-alive")
    yield one("jdk 1.0", "User-Agent: JDK/1.0")
    yield one("basic", "Authorization: Basic YWRtaW46YWRtaW4=")
    yield one("range unit", "Range: items=0-1")
    yield one("accept json", "Accept: application/json", target="/none")
    yield one("accept-language", "Accept-Language: de", target="/none")
    yield one("max-forwards", "Max-Forwards: 0", method="OPTIONS")


def connection(server):
    get, close = head(), head("/", "Connection: close")
    missing = head("/none")
    yield Case("connection two requests", [get, missing])
    yield Case("connection three pipelined", [missing * 3])
    yield Case("connection pipelined then close", [missing + head("/none", "Connection: close") + missing])
    yield Case("connection pipelined bad", [missing + b"BAD\r\n\r\n" + missing])
    yield Case("connection post pipelined", [head("/none", "Content-Length: 3", method="POST") + b"abc" + missing])
    yield Case("connection empty lines between", [missing + b"\r\n\r\n" + missing])
    yield Case("connection head then get", [head("/", method="HEAD"), missing])
    yield Case("connection 1.0", [head(version="HTTP/1.0")])
    yield Case("connection 1.0 keep-alive", [head("/none", "Connection: keep-alive", version="HTTP/1.0"), missing])
    yield Case("connection 1.0 keep-alive page", [head("/", "Connection: Keep-Alive", version="HTTP/1.0")])
    yield Case("connection close then more", [close, missing])
    yield Case("connection 101 requests", [missing * 101])
    yield Case("connection 405 goes on", [head(method="DELETE"), missing])
    yield Case("connection 404 head goes on", [head("/none", method="HEAD"), missing])
    yield Case("connection idle keep-alive", [missing, Wait(80)])
    yield Case("connection idle at start", [Wait(65)])
    yield Case("connection slow head", [b"GET / HTTP/1.1\r\n", Wait(65)])
    yield Case("connection slow head after one", [missing, b"GET / HTTP/1.1\r\n", Wait(65)])
    yield Case("connection slow body", [head("/none", "Content-Length: 10", method="POST") + b"abc", Wait(65)])


def bodies(server):
    page = PAGES[server]

    def post(name, body, *lines, target="/none", method="POST", more=()):
        return Case(f"body {name}", [head(target, *lines, method=method) + raw(body), *more])

    after = head("/after")
    yield post("length", "abc", "Content-Length: 3", more=[after])
    yield post("length page", "abc", "Content-Length: 3", target=page, more=[after])
    yield post("length root", "abc", "Content-Length: 3", target="/", more=[after])
    yield post("length get", "abc", "Content-Length: 3", method="GET", target="/", more=[after])
    yield post("none", "", more=[after])
    yield post("extra", "abcdef", "Content-Length: 3", more=[after])
    yield post("in pieces", "ab", "Content-Length: 5", more=[b"c", b"de", after])
    for value in ("0", "00", "003", "+3", "-1", "3x", "x", "", " 3 ", "3 3", "3, 3", "0x3", "3.0", "99999999999999999999",
                  "9223372036854775807", "9223372036854775808", "1048576", "1048577", "2000000000", "3;"):
        yield post(f"length value {value!r}", "abc", f"Content-Length: {value}")
    yield post("length twice same", "abc", "Content-Length: 3", "Content-Length: 3")
    yield post("length twice other", "abc", "Content-Length: 3", "Content-Length: 4")
    yield post("length and chunked", "3\r\nabc\r\n0\r\n\r\n", "Content-Length: 3", "Transfer-Encoding: chunked", more=[after])
    yield post("chunked and length", "3\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked", "Content-Length: 3", more=[after])
    for value in ("chunked", "Chunked", "CHUNKED", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked",
                  "chunked, identity", " chunked", "chunked ", "xchunked", "", "deflate", ",chunked", "chunked;a=b", "\x0bchunked"):
        yield post(f"encoding {value!r}", "3\r\nabc\r\n0\r\n\r\n", f"Transfer-Encoding: {value}", more=[after])
    yield post("encoding twice", "3\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked")
    yield Case("body chunked 1.0", [head("/none", "Transfer-Encoding: chunked", method="POST", version="HTTP/1.0")
                                    + b"3\r\nabc\r\n0\r\n\r\n"])
    yield Case("body length 1.0", [head("/none", "Content-Length: 3", method="POST", version="HTTP/1.0") + b"abc"])
    for name, body in {
            "ok": "3\r\nabc\r\n0\r\n\r\n", "two": "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "upper hex": "A\r\n0123456789\r\n0\r\n\r\n",
            "leading zeros": "0003\r\nabc\r\n0\r\n\r\n", "extension": "3;a=b\r\nabc\r\n0\r\n\r\n", "extension quoted":
            '3;a="b"\r\nabc\r\n0;x\r\n\r\n', "trailer": "3\r\nabc\r\n0\r\nX: 1\r\n\r\n", "lf": "3\nabc\n0\n\n", "bad size":
            "x\r\nabc\r\n0\r\n\r\n", "negative": "-3\r\nabc\r\n0\r\n\r\n", "empty size": "\r\nabc\r\n0\r\n\r\n", "space": "3 \r\nabc\r\n0\r\n\r\n",
            "leading space": " 3\r\nabc\r\n0\r\n\r\n", "0x": "0x3\r\nabc\r\n0\r\n\r\n", "overflow": "FFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n",
            "big": "7FFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n", "long size": "0" * 40 + "3\r\nabc\r\n0\r\n\r\n", "missing crlf": "3\r\nabc0\r\n\r\n",
            "too long data": "3\r\nabcdef\r\n0\r\n\r\n", "tab": "3\t\r\nabc\r\n0\r\n\r\n", "long extension": "3;" + "e" * 9000
            + "\r\nabc\r\n0\r\n\r\n", "bad trailer": "3\r\nabc\r\n0\r\nX\r\n\r\n", "cr in size": "3\r\rabc", "1m and more": "100001\r\n"}.items():
        yield post(f"chunk {name}", body, "Transfer-Encoding: chunked", more=[after])
        yield post(f"chunk {name} on root", body, "Transfer-Encoding: chunked", target="/", more=[after])
    for value in ("100-continue", "100-Continue", "foo", "", "100-continue, foo", "200-ok"):
        yield Case(f"body expect {value!r}", [head("/none", "Content-Length: 3", f"Expect: {value}", method="POST"), b"abc", after])
    yield Case("body expect on page", [head(page, "Content-Length: 3", "Expect: 100-continue", method="POST"), b"abc", after])
    yield Case("body expect put", [head("/x", "Content-Length: 3", "Expect: 100-continue", method="PUT"), b"abc", after])
    yield Case("body expect get", [head("/", "Expect: 100-continue"), after])
    yield Case("body expect get length", [head("/", "Content-Length: 3", "Expect: 100-continue"), b"abc", after])
    yield Case("body expect 1.0", [head("/", "Content-Length: 3", "Expect: 100-continue", version="HTTP/1.0"), b"abc"])
    yield Case("body expect too big", [head("/none", "Content-Length: 1048577", "Expect: 100-continue", method="POST")])
    yield Case("body half close", [head("/none", "Content-Length: 10", method="POST") + b"abc", HALF_CLOSE])
    yield Case("body half close chunked", [head("/none", "Transfer-Encoding: chunked", method="POST") + b"5\r\nab", HALF_CLOSE])
    yield Case("body form", [head("/login", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 15",
                                  method="POST") + b"user=a&pass=b%21", after])
