#!/usr/bin/env python3
"""Turns the built dashboard into a table of files for the linker: embed_web.py web/dist OUT_FOLDER

Writes OUT_FOLDER/web_files.bin (the bytes, plain and gzip) and web_files.cc (the table). Neither is touched where nothing
has changed, so that a build without changes links nothing. Where web/dist has no index.html, a page that says how to
build it takes its place.
"""
import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".json": "application/json", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".png": "image/png",
    ".ico": "image/x-icon", ".woff2": "font/woff2", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json",
}
COMPRESSED = {".png", ".ico", ".woff2"}
ABSENT = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>decnet</title></head>
<body><h1>decnet</h1><p>This program was built without its dashboard. The API answers below <code>/api/v1</code>.</p>
<p>To build it in: <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>, then build the program again.</p></body></html>
"""


def found(dist):
    if not (dist / "index.html").is_file():
        return [("/index.html", ABSENT)]
    files = sorted(path for path in dist.rglob("*") if path.is_file() and path.suffix in TYPES)
    return [("/" + path.relative_to(dist).as_posix(), path.read_bytes()) for path in files]


def write_if_changed(path, content):
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)


def main():
    dist, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    blob, rows = bytearray(), []
    for name, content in sorted(found(dist)):
        suffix = pathlib.PurePosixPath(name).suffix
        packed = b"" if suffix in COMPRESSED else gzip.compress(content, 9, mtime=0)
        if len(packed) >= len(content):
            packed = b""
        etag = hashlib.sha256(content).hexdigest()[:16]
        rows.append('    {"%s", "%s", "\\"%s\\"", part(%d, %d), part(%d, %d), %s},' % (
            name, TYPES[suffix], etag, len(blob), len(content), len(blob) + len(content), len(packed),
            "true" if name.startswith("/assets/") else "false"))
        blob += content + packed
    write_if_changed(out / "web_files.bin", bytes(blob))
    source = f"""// Made by tools/embed_web.py. {hashlib.sha256(blob).hexdigest()}
#include "api/web_files.h"

asm(".section .rodata\\n.balign 16\\n.hidden decnet_web_bytes\\n.globl decnet_web_bytes\\ndecnet_web_bytes:\\n"
    ".incbin \\"{(out / "web_files.bin").resolve()}\\"\\n.byte 0\\n.previous\\n");
extern "C" const char decnet_web_bytes[];

namespace decnet::api {{
namespace {{

std::string_view part(std::size_t at, std::size_t length) {{
  return {{decnet_web_bytes + at, length}};
}}

const WebFile kFiles[] = {{
{chr(10).join(rows)}
}};

}}  // namespace

std::span<const WebFile> web_files() {{
  return kFiles;
}}

}}  // namespace decnet::api
"""
    write_if_changed(out / "web_files.cc", source.encode())


if __name__ == "__main__":
    main()
