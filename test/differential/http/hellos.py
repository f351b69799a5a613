"""ClientHellos as clients send them, and what a server's first answer to one says.

The answer is reduced to what does not change from one handshake to the next: an alert, or the version, the cipher, the
session's kind and the extensions of the ServerHello in their order.
"""

import ssl


def _hello(low, high, alpn=(), ciphers="ALL:@SECLEVEL=0", options=0):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(ciphers)
    context.minimum_version, context.maximum_version = low, high
    context.options |= options
    if alpn:
        context.set_alpn_protocols(list(alpn))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="www.example.com")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def hellos():
    """Name → bytes."""
    version = ssl.TLSVersion
    of = {f"only {name}": _hello(one, one) for name, one in
          (("tls10", version.TLSv1), ("tls11", version.TLSv1_1), ("tls12", version.TLSv1_2), ("tls13", version.TLSv1_3))}
    of["tls10 to tls12"] = _hello(version.TLSv1, version.TLSv1_2)
    of["tls11 to tls13"] = _hello(version.TLSv1_1, version.TLSv1_3)
    for name, alpn in (("h2", ["h2"]), ("http11", ["http/1.1"]), ("h2 http11", ["h2", "http/1.1"]), ("unknown", ["foo"]),
                       ("unknown http11", ["foo", "http/1.1"]), ("http10", ["http/1.0"]), ("acme", ["acme-tls/1"])):
        of[f"tls12 alpn {name}"] = _hello(version.TLSv1_2, version.TLSv1_2, alpn)
        of[f"tls13 alpn {name}"] = _hello(version.TLSv1_3, version.TLSv1_3, alpn)
    for cipher in ("AES128-SHA", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
                   "ADH-AES128-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305", "NULL-SHA256"):
        of[f"tls12 cipher {cipher}"] = _hello(version.TLSv1_2, version.TLSv1_2, (), f"{cipher}:@SECLEVEL=0")
    of["tls12 without ticket"] = _hello(version.TLSv1_2, version.TLSv1_2, options=ssl.OP_NO_TICKET)
    of["tls12 weakest first"] = _hello(version.TLSv1_2, version.TLSv1_2, (), "AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0")
    old = bytearray(of["only tls10"])
    old[1:3] = old[9:11] = b"\x03\x00"
    of["only ssl3"] = bytes(old)
    high = bytearray(of["only tls12"])
    high[9:11] = b"\x03\x09"
    of["version 3.9"] = bytes(high)
    cut = bytearray(of["only tls12"])
    cut[3:5] = b"\x00\x20"
    cut[6:9] = b"\x00\x00\x1c"
    of["cut short"] = bytes(cut[:0x25])
    of["another record"] = b"\x17" + of["only tls12"][1:]
    of["another message"] = of["only tls12"][:5] + b"\x02" + of["only tls12"][6:]
    return of


def said(answer):
    """One line on the first record of an answer."""
    if not answer:
        return "nothing"
    if answer[0] == 21:
        return f"alert {answer[1]}.{answer[2]} {answer[5]} {answer[6]}"
    if answer[0] != 22 or answer[5] != 2:
        return "no TLS: " + answer[:60].hex()
    hello = answer[9:9 + int.from_bytes(answer[6:9], "big")]
    session = hello[35:35 + hello[34]]
    rest = hello[35 + len(session):]
    extensions, at = [], rest[5:]
    while at:
        kind, length = at[:2].hex(), int.from_bytes(at[2:4], "big")
        shown = at[4:4 + length].hex() if kind in ("0010", "002b", "000b", "ff01", "0023", "0000") else ""
        extensions.append(kind + ("=" + shown if shown else ""))
        at = at[4 + length:]
    return f"hello {answer[1]}.{answer[2]} {hello[:2].hex()} session {len(session)} cipher {rest[:2].hex()} extensions {' '.join(extensions)}".rstrip()
