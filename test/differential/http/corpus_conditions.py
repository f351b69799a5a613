"""Conditions, ranges and content codings."""

from cases import EARLIER, LATER, MODIFIED, PAGES, TAGS, Case, head


def conditions(server):
    page, tag = PAGES[server], TAGS[server]

    def one(name, *lines, method="GET", **more):
        return Case(f"condition {name}", [head(page, *lines, method=method, **more)])

    for name, value in {"same": MODIFIED, "earlier": EARLIER, "later": LATER, "junk": "junk", "empty": "",
                        "rfc850": "Friday, 01-Mar-24 09:30:03 GMT", "asctime": "Fri Mar  1 09:30:03 2024", "wrong day":
                        MODIFIED.replace("Fri", "Mon"), "no zone": MODIFIED[:-4], "future": "Fri, 01 Mar 2124 09:30:03 GMT",
                        "length": MODIFIED + "; length=615", "epoch": "Thu, 01 Jan 1970 00:00:00 GMT"}.items():
        yield one(f"modified since {name}", f"If-Modified-Since: {value}")
        yield one(f"unmodified since {name}", f"If-Unmodified-Since: {value}")
    yield one("modified since head", f"If-Modified-Since: {MODIFIED}", method="HEAD")
    yield one("modified since post", f"If-Modified-Since: {MODIFIED}", method="POST")
    yield one("modified since 1.0", f"If-Modified-Since: {MODIFIED}", version="HTTP/1.0")
    yield Case("condition modified since root", [head("/", f"If-Modified-Since: {MODIFIED}")])
    yield Case("condition modified since missing", [head("/none", f"If-Modified-Since: {MODIFIED}")])
    for name, value in {"same": tag, "other": '"x"', "weak": "W/" + tag, "star": "*", "list": f'"x", {tag}', "list bad": f'"x" {tag}',
                        "unquoted": tag.strip('"'), "empty": "", "lower weak": "w/" + tag, "tag gzip": tag[:-1] + '-gzip"'}.items():
        yield one(f"none match {name}", f"If-None-Match: {value}")
        yield one(f"match {name}", f"If-Match: {value}")
    yield one("none match head", f"If-None-Match: {tag}", method="HEAD")
    yield one("none match gzip", f"If-None-Match: {tag}", "Accept-Encoding: gzip")
    yield one("none match weak gzip", f"If-None-Match: W/{tag}", "Accept-Encoding: gzip")
    yield one("none match and since", f"If-None-Match: {tag}", f"If-Modified-Since: {EARLIER}")
    yield one("none match other and since", 'If-None-Match: "x"', f"If-Modified-Since: {MODIFIED}")
    yield one("match and unmodified", f"If-Match: {tag}", f"If-Unmodified-Since: {EARLIER}")
    yield one("close 304", f"If-None-Match: {tag}", "Connection: close")
    for name, value in {"first": "bytes=0-9", "last": "bytes=-10", "from": "bytes=600-", "one": "bytes=0-0", "over": "bytes=600-99999",
                        "beyond": "bytes=99999-", "beyond both": "bytes=99999-999999", "reversed": "bytes=9-0", "all": "bytes=0-",
                        "suffix zero": "bytes=-0", "suffix big": "bytes=-99999", "two": "bytes=0-0,5-9", "two spaces": "bytes=0-0, 5-9",
                        "overlap": "bytes=0-9,5-14", "reverse order": "bytes=5-9,0-0", "two one bad": "bytes=0-0,99999-", "empty":
                        "bytes=", "junk": "bytes=abc", "dash": "bytes=-", "comma": "bytes=,", "no unit": "0-9", "upper": "BYTES=0-9",
                        "unit space": "bytes =0-9", "value space": "bytes= 0-9", "number space": "bytes=0 - 9", "negative": "bytes=-1-5",
                        "overflow": "bytes=0-99999999999999999999", "huge": "bytes=99999999999999999999-", "many":
                        "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 40, 2)), "same many": "bytes=" + ",".join(["0-"] * 12),
                        "killer": "bytes=0-," + ",".join(f"5-{n}" for n in range(100)), "trailing comma": "bytes=0-9,",
                        "ms15-034": "bytes=0-18446744073709551615"}.items():
        yield one(f"range {name}", f"Range: {value}")
    yield one("range head", "Range: bytes=0-9", method="HEAD")
    yield one("range two head", "Range: bytes=0-0,5-9", method="HEAD")
    yield one("range 1.0", "Range: bytes=0-9", version="HTTP/1.0")
    yield one("range post", "Range: bytes=0-9", method="POST")
    yield one("range gzip", "Range: bytes=0-9", "Accept-Encoding: gzip")
    yield one("range if same", "Range: bytes=0-9", f"If-Range: {tag}")
    yield one("range if weak", "Range: bytes=0-9", f"If-Range: W/{tag}")
    yield one("range if other", "Range: bytes=0-9", 'If-Range: "x"')
    yield one("range if date", "Range: bytes=0-9", f"If-Range: {MODIFIED}")
    yield one("range if later", "Range: bytes=0-9", f"If-Range: {LATER}")
    yield one("range if junk", "Range: bytes=0-9", "If-Range: junk")
    yield one("range and none match", "Range: bytes=0-9", f"If-None-Match: {tag}")
    yield one("request-range", "Request-Range: bytes=0-9")
    yield one("request-range msie 3", "Request-Range: bytes=0-9,12-14", "User-Agent: MSIE 3.0")
    yield Case("condition range missing", [head("/none", "Range: bytes=0-9")])
    yield Case("condition range icon", [head("/icons/folder.gif", "Range: bytes=0-9,12-15")])
    yield Case("condition icon none match star", [head("/icons/folder.gif", "If-None-Match: *")])


def encodings(server):
    page = PAGES[server]
    for name, value in {"gzip": "gzip", "gzip deflate": "gzip, deflate", "browser": "gzip, deflate, br", "deflate": "deflate",
                        "star": "*", "star q0": "*;q=0", "q0": "gzip;q=0", "q0.0": "gzip; q=0.0", "q0.5": "gzip;q=0.5", "q1": "gzip;q=1",
                        "q0.000": "gzip;q=0.000", "q0.0001": "gzip;q=0.0001", "q2": "gzip;q=2", "x-gzip": "x-gzip", "upper": "GZIP",
                        "xgzip": "xgzip", "gzipx": "gzipx", "identity": "identity", "empty": "", "identity q0": "identity;q=0",
                        "second": "deflate, gzip", "bad q": "gzip;q=x", "blank q": "gzip ; q = 0", "q1.1": "gzip;q=1.1"}.items():
        yield Case(f"encoding {name}", [head(page, f"Accept-Encoding: {value}")])
    yield Case("encoding head", [head(page, "Accept-Encoding: gzip", method="HEAD")])
    yield Case("encoding 1.0", [head(page, "Accept-Encoding: gzip", version="HTTP/1.0")])
    yield Case("encoding 1.0 keep-alive", [head(page, "Accept-Encoding: gzip", "Connection: keep-alive", version="HTTP/1.0")])
    yield Case("encoding close", [head(page, "Accept-Encoding: gzip", "Connection: close")])
    yield Case("encoding missing", [head("/none", "Accept-Encoding: gzip")])
    yield Case("encoding missing head", [head("/none", "Accept-Encoding: gzip", method="HEAD")])
    yield Case("encoding bad request", [head("/../", "Accept-Encoding: gzip")])
    yield Case("encoding 405", [head(page, "Accept-Encoding: gzip", method="POST")])
    yield Case("encoding 403", [head("/icons/", "Accept-Encoding: gzip")])
    yield Case("encoding 301", [head("/icons", "Accept-Encoding: gzip")])
    yield Case("encoding icon", [head("/icons/folder.gif", "Accept-Encoding: gzip")])
    yield Case("encoding svg", [head("/icons/apache_pb.svg", "Accept-Encoding: gzip")])
    yield Case("encoding msie 6", [head(page, "Accept-Encoding: gzip", "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0)")])
    yield Case("encoding via", [head(page, "Accept-Encoding: gzip", "Via: 1.1 proxy")])
    yield Case("encoding twice", [head(page, "Accept-Encoding: br", "Accept-Encoding: gzip")])
    yield Case("encoding te", [head(page, "TE: gzip", "Connection: TE")])
    yield Case("encoding options", [head("/", "Accept-Encoding: gzip", method="OPTIONS")])
