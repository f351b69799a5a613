"""Request lines: targets, methods, versions, and what is none of it."""

from cases import HALF_CLOSE, HOST, PAGES, Case, head, raw


def targets(server):
    """Targets of GET requests."""
    page = PAGES[server]
    return {
        "root": "/", "page": page, "missing": "/nothing-here", "missing-php": "/index.php", "missing-dir": "/admin/",
        "favicon": "/favicon.ico", "robots": "/robots.txt", "query": "/?a=1&b=2", "query-on-missing": "/x?a=<b>",
        "empty-query": "/?", "fragment": "/#top", "page-slash": page + "/", "page-slash-more": page + "/x",
        "double-slash": "//", "double-slash-page": "/" + page, "many-slashes": "////////" + page[1:], "dot": "/./",
        "dot-page": "/." + page, "dotdot": "/../", "dotdot-inside": "/a/../", "dotdot-page": "/a/.." + page,
        "dotdot-passwd": "/../../../../etc/passwd", "dotdot-end": "/a/..", "dotdot-only": "/..", "three-dots": "/...",
        "encoded-dotdot": "/%2e%2e/", "encoded-dotdot-deep": "/cgi-bin/.%2e/.%2e/.%2e/.%2e/etc/passwd",
        "double-encoded": "/cgi-bin/.%%32%65/.%%32%65/etc/passwd", "double-encoded-percent": "/%252e%252e/etc/passwd",
        "backslash": "/..\\..\\etc", "encoded-backslash": "/..%5c..%5cetc", "encoded-slash": "/%2f",
        "encoded-slash-inside": "/a%2fb", "encoded-slash-page": "/%2f" + page[1:], "encoded-page": "/%69" + page[2:],
        "encoded-space": "/a%20b", "encoded-nul": "/%00", "nul-after-page": page + "%00", "nul-jpg": page + "%00.jpg",
        "encoded-newline": "/%0a", "encoded-crlf": "/a%0d%0aSet-Cookie:x=1", "bad-percent": "/%", "bad-percent-one": "/%a",
        "bad-percent-hex": "/%zz", "bad-percent-query": "/?a=%zz", "encoded-question": "/%3f", "encoded-hash": "/%23",
        "utf8": "/caf\u00c3\u00a9", "encoded-utf8": "/caf%c3%a9", "high-byte": "/\u00ff", "del": "/\x7f",
        "control": "/\x01", "tab": "/a\tb", "quote": "/a\"b", "angle": "/<script>alert(1)</script>", "brace": "/{a}",
        "pipe": "/a|b", "caret": "/^", "backtick": "/`", "tilde-root": "/~root", "tilde-root-slash": "/~root/",
        "htaccess": "/.htaccess", "htpasswd": "/.htpasswd", "ht": "/.ht", "ht-dir": "/.ht/x", "git": "/.git/config",
        "env": "/.env", "server-status": "/server-status", "server-status-auto": "/server-status?auto",
        "server-info": "/server-info", "nginx-status": "/nginx_status", "cgi-bin": "/cgi-bin/",
        "cgi-bin-bare": "/cgi-bin", "icons": "/icons/", "icons-bare": "/icons", "icons-bare-query": "/icons?x=1",
        "icons-dot": "/icons/.", "icons-dotdot": "/icons/../", "icons-missing": "/icons/none.gif",
        "icon-gif": "/icons/folder.gif", "icon-png": "/icons/text.png", "icon-small": "/icons/small/back.gif",
        "icons-small": "/icons/small/", "icons-small-bare": "/icons/small", "logo": "/icons/openlogo-75.png",
        "icon-svg": "/icons/apache_pb.svg", "icon-case": "/icons/FOLDER.gif", "icon-path-info": "/icons/folder.gif/x",
        "manual": "/manual/", "javascript": "/javascript/", "doc": "/doc/", "phpmyadmin": "/phpmyadmin/",
        "wp-login": "/wp-login.php", "listing-sort": "/?C=N;O=D", "star": "*", "no-slash": "foo", "colon": ":",
        "absolute": f"http://{HOST}/", "absolute-page": f"http://{HOST}{page}", "absolute-other": "http://evil.test/",
        "absolute-no-path": f"http://{HOST}", "absolute-port": f"http://{HOST}:8080/x", "absolute-query": f"http://{HOST}?a=1",
        "absolute-upper": f"HTTP://{HOST}/", "absolute-https": f"https://{HOST}/", "absolute-ftp": "ftp://x/y",
        "absolute-empty-host": "http:///", "absolute-user": f"http://u:p@{HOST}/", "absolute-v6": "http://[::1]/",
        "absolute-dotdot": f"http://{HOST}/../", "authority": f"{HOST}:443", "long-2k": "/" + "a" * 2000,
        "long-name": "/" + "n" * 255, "long-name-256": "/" + "n" * 256, "long-4k": "/" + "a" * 4090,
        "long-8k": "/" + "a" * 8170, "long-8190": "/" + "a" * 8176, "long-8191": "/" + "a" * 8177,
        "long-9k": "/" + "a" * 9000, "long-40k": "/" + "a" * 40000,
    }


def target_cases(server):
    for name, target in targets(server).items():
        yield Case(f"target {name}", [head(target)])


def methods(server):
    page = PAGES[server]
    yield Case("method head", [head(method="HEAD")])
    yield Case("method head missing", [head("/none", method="HEAD")])
    for name in ("OPTIONS", "TRACE", "TRACK", "CONNECT", "DELETE", "PROPFIND", "PATCH", "SEARCH", "LOCK", "MKCOL", "FOO",
                 "DEBUG", "INDEX", "get", "Get", "G", "GETS", "GET:", "G-T", "G_T", "A" * 40, "A" * 4000):
        yield Case(f"method {name[:12]}{len(name) if len(name) > 12 else ''}", [head(method=name)])
    for name in ("OPTIONS", "TRACE", "DELETE", "PUT", "POST", "PATCH", "FOO", "PROPFIND", "MOVE", "COPY", "MKCOL"):
        yield Case(f"method {name} on page", [head(page, "Content-Length: 0", method=name)])
        yield Case(f"method {name} on missing", [head("/none", "Content-Length: 0", method=name)])
    yield Case("method OPTIONS star", [head("*", method="OPTIONS")])
    yield Case("method HEAD star", [head("*", method="HEAD")])
    yield Case("method OPTIONS icons", [head("/icons/", method="OPTIONS")])
    yield Case("method POST icons", [head("/icons/", "Content-Length: 0", method="POST")])
    yield Case("method CONNECT authority", [head("evil.test:443", method="CONNECT")])
    yield Case("method PUT with body", [head("/up.txt", "Content-Length: 5", method="PUT") + b"hello"])
    yield Case("method TRACE with body", [head("/", "Content-Length: 5", method="TRACE") + b"hello"])
    yield Case("method PRI", [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"])
    yield Case("method h2c upgrade", [head("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
                                           "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")])
    yield Case("method websocket upgrade", [head("/", "Connection: Upgrade", "Upgrade: websocket",
                                                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")])


def versions(server):
    for version in ("HTTP/1.0", "HTTP/1.2", "HTTP/1.9", "HTTP/1.10", "HTTP/1.99", "HTTP/1.999", "HTTP/1.1000", "HTTP/2.0",
                    "HTTP/2", "HTTP/3.0", "HTTP/9.8", "HTTP/10.0", "HTTP/1337", "HTTP/1337.0", "HTTP/0.9", "HTTP/0.0",
                    "HTTP/1", "HTTP/1.", "HTTP/.1", "HTTP/", "HTTP", "HTTP/a.b", "HTTP/1.x", "HTTP/1.1x", "HTTP/1.1 x",
                    "http/1.1", "Http/1.1", "HTTPS/1.1", "HTTP /1.1", "HTTP/ 1.1", "HTTP/1 .1", "HTTP/01.1", "HTTP/1.01",
                    "HTTP/-1.1", "HTTP/1,1", "FTP/1.1", "JUNK", "HTTP/1.1\t", "HTTP/1.1 ", "HTTP/1.1\r", "HTTP\\1.1",
                    "HTTP/2.0 ", "HTTP/1.1\x0b"):
        yield Case(f"version {version!r}", [head(version=version)])
    yield Case("version 1337 of the check list", [b"GET / HTTP/1337\r\nHost: n\r\n\r\n"])
    for name, text in {
            "slash": "GET /\r\n", "slash lf": "GET /\n", "missing": "GET /none\r\n", "page": f"GET {PAGES[server]}\r\n",
            "no target": "GET\r\n", "no target blank": "GET \r\n", "post": "POST /\r\n", "head": "HEAD /\r\n",
            "space": "GET / \r\n", "bare word": "foo\r\n", "with headers": "GET /\r\nHost: x\r\n\r\n",
            "empty lines": "\r\n\r\nGET /\r\n", "bad target": "GET foo\r\n", "dotdot": "GET /../\r\n",
            "icons": "GET /icons\r\n", "options": "OPTIONS /\r\n", "absolute": "GET http://x/\r\n",
            "lower": "get /\r\n", "help": "HELP\r\n", "help lf": "help\n", "quit": "QUIT\r\n"}.items():
        yield Case(f"version none {name}", [raw(text)])


def request_lines(server):
    page = PAGES[server]
    end = f" HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
    for name, text in {
            "double space before target": "GET  /" + end, "double space before version": "GET /  " + end[1:],
            "tab before target": "GET\t/" + end, "tab before version": "GET /\t" + end[1:], "leading space": " GET /" + end,
            "leading crlf": "\r\nGET /" + end, "leading crlf many": "\r\n" * 12 + "GET /" + end, "leading lf": "\n\nGET /" + end,
            "leading cr": "\rGET /" + end, "leading nul": "\0GET /" + end, "leading tab": "\tGET /" + end,
            "space in target": "GET /a b" + end, "space in query": "GET /?a b" + end, "many words": "GET / a b c" + end,
            "lf only": f"GET / HTTP/1.1\nHost: {HOST}\n\n", "lf only missing": f"GET /none HTTP/1.1\nHost: {HOST}\n\n",
            "cr only": f"GET / HTTP/1.1\rHost: {HOST}\r\r", "mixed": f"GET / HTTP/1.1\r\nHost: {HOST}\n\r\n",
            "cr in line": "GET /a\rb" + end, "cr cr lf": f"GET / HTTP/1.1\r\r\nHost: {HOST}\r\n\r\n",
            "nul in target": "GET /a\0b" + end, "nul in method": "G\0T /" + end, "nul in version": "GET / HTTP/1.1\0\r\n\r\n",
            "vertical tab": "GET\x0b/" + end, "form feed": "GET\x0c/" + end, "only crlf": "\r\n", "only crlfs": "\r\n\r\n\r\n\r\n",
            "only lf": "\n", "empty header block": "\r\n\r\n", "no lines": "GET / HTTP/1.1\r\n\r\n",
            "method only version": "GET HTTP/1.1\r\n\r\n", "comma": "GET, /" + end, "quoted": '"GET" /' + end,
            "question first": "GET ?a=1" + end, "hash first": "GET #" + end, "dot first": "GET ." + end,
            "slashless page": f"GET {page[1:]}" + end, "percent first": "GET %2f" + end, "colon target": "GET a:b" + end,
            "http slash": "GET http:/x" + end, "http colon": "GET http:" + end, "scheme digits": "GET h1://x/" + end,
            "scheme plus": "GET a+b://x/" + end, "host underscore": "GET http://a_b/" + end,
            "host space": "GET http://a b/" + end, "host bad": "GET http://a<b/" + end,
            "port bad": "GET http://x:abc/" + end, "port empty": "GET http://x:/" + end, "port big": "GET http://x:99999/" + end,
            "ssh banner": "SSH-2.0-OpenSSH_9.2\r\n", "smtp": "EHLO x\r\n", "redis": "*1\r\n$4\r\nPING\r\n",
            "rtsp": "OPTIONS / RTSP/1.0\r\n\r\n", "sip": "OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm\r\n\r\n",
            "tls hello": "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + "\x00" * 36 + "\xc0\x2f\x01\x00\x00\x00",
            "tls hello lf": "\x16\x03\x01\x00\x2f\x0a\x00\x00\x2b\x03\x03\n", "ff fe": "\xff\xfe\xff\xfe\xff\xfe\xff\xfe",
            "ff fe lf": "\xff\xfe\xff\xfe\xff\xfe\xff\xfe\r\n\r\n", "nuls": "\0" * 64, "nuls lf": "\0" * 64 + "\n",
            "rdp": "\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00",
            "smb": "\x00\x00\x00\x2f\xffSMBr" + "\0" * 39, "socks4": "\x04\x01\x00\x50\x7f\x00\x00\x01\x00",
            "socks5": "\x05\x01\x00", "java rmi": "JRMI\x00\x02K", "ldap": "0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\x00\x80\x00",
            "t3": "t3 12.2.1\nAS:255\nHL:19\nMS:10000000\n\n", "nmap generic": "\r\n\r\n",
            "very long word": "A" * 9000, "very long word lf": "A" * 9000 + "\r\n\r\n"}.items():
        yield Case(f"line {name}", [raw(text)])
    yield Case("line in pieces", [b"G", b"ET / HT", b"TP/1.1\r", b"\nHo", b"st: x\r\n", b"\r", b"\n"])
    yield Case("line half close", [b"GET / HTTP/1.1\r\n", HALF_CLOSE])
    yield Case("line half close after request", [head(), HALF_CLOSE])
    yield Case("line half close at once", [HALF_CLOSE])
    yield Case("line half close 0.9", [b"GET /", HALF_CLOSE])
    yield Case("line bytes then half close", [b"\x00\x01\x02", HALF_CLOSE])
