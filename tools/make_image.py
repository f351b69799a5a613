#!/usr/bin/env python3
"""Writes the image of a freshly installed Debian 12 server, which the emulated shell shows: the asset debian12/image.

    tools/make_image.py --out FILE [--cache FOLDER]

Fetches the packages with apt-get (no root, nothing is installed), reads their lists of files, applies what their scripts would
have done (image_setup.py), and writes one file. The same packages give the same file.

Layout, all numbers little endian: "DNIMG1\\n\\0"; u32 number of nodes, u32 bytes of names, u32 number of blocks, u32 CRC-32C of
the three tables; then the tables:
- a node, 32 bytes: u32 place of its name, u8 length of the name, u8 kind (0 file, 1 directory, 2 symbolic link), u16 mode, u16
  uid, u16 gid, u32 size (of a directory its number of children, of a link the length of its target), u32 time in seconds since
  1970, u32 place (of the first child; of the target in the names; of the content among all unpacked contents), u32 how many
  bytes of the content are kept, u32 parent. Breadth first: the children of a directory lie side by side, sorted by name
- the names and targets
- a block, 8 bytes: u32 packed size, u32 unpacked size
and the blocks, each packed with zstd. No content spans two blocks.
"""

import argparse
import ctypes
import ctypes.util
import dataclasses
import pathlib
import struct
import sys

import image_packages
import image_setup
from checksum import crc32c

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE, DIRECTORY, LINK = 0, 1, 2
MAGIC = b"DNIMG1\n\0"
BLOCK_BYTES = 256 * 1024
KEPT_BYTES_MAX = 64 * 1024  # Of texts; larger ones keep their beginning.
HEAD_BYTES = 1024  # Of programs.
# Programs that people hash, copy away or run elsewhere are kept whole, up to a size.
PROGRAMS = ("/usr/bin/", "/usr/sbin/")
DATABASE = {"/var/lib/dpkg/status", "/var/lib/dpkg/status-old"}
WHOLE_BYTES_MAX = 256 * 1024
UNREAD = ("/usr/share/locale/", "/usr/share/info/", "/usr/share/perl/", "/usr/lib/python3",
          "/usr/share/i18n/", "/usr/share/X11/", "/usr/lib/x86_64-linux-gnu/perl", "/usr/lib/grub/", "/usr/share/vim/", "/usr/share/perl5/",
          "/usr/share/nano/", "/usr/share/consolefonts/", "/usr/share/pci.ids", "/usr/lib/x86_64-linux-gnu/gconv/")
MOVED = ("/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32")


@dataclasses.dataclass
class Node:
    kind: int
    mode: int
    owner: str = "root"
    group: str = "root"
    modified: int = 0
    content: bytes = None  # Of a file, where it is known.
    size: int = 0
    target: str = ""
    children: dict = dataclasses.field(default_factory=dict)


class Tree:
    """The files of a host that is being set up."""

    def __init__(self):
        self.root = Node(DIRECTORY, 0o755)
        self.scripts = {}  # Package: its postinst.

    @staticmethod
    def merged(path: str) -> str:
        """Where a path lies since /usr was merged."""
        return "/usr" + path if path.startswith(tuple(f"{top}/" for top in MOVED)) or path in MOVED else path

    def find(self, path: str) -> Node:
        node = self.root
        for part in filter(None, path.split("/")):
            node = node.children.get(part)
            if node is None:
                return None
        return node

    def put(self, path: str, node: Node) -> None:
        parts = [part for part in path.split("/") if part]
        at = self.root
        for part in parts[:-1]:
            at = at.children.setdefault(part, Node(DIRECTORY, 0o755, modified=node.modified))
            if at.kind != DIRECTORY:
                raise RuntimeError(f"{path}: {part} is no directory")
        if not parts:
            self.root.mode = node.mode
            return
        known = at.children.get(parts[-1])
        if known is not None and known.kind == DIRECTORY and node.kind == DIRECTORY:
            known.mode, known.owner, known.group = node.mode, node.owner, node.group
            return
        at.children[parts[-1]] = node

    def file(self, path: str, content, mode: int = 0o644, owner: str = "root", group: str = "root", size: int = None) -> None:
        """A file that is written at the installation; content None: only its size is known."""
        content = content.encode() if isinstance(content, str) else content
        self.put(path, Node(FILE, mode, owner, group, self.installed, content, len(content) if content is not None else size))

    def directory(self, path: str, mode: int = 0o755, owner: str = "root", group: str = "root") -> None:
        self.put(path, Node(DIRECTORY, mode, owner, group, self.installed))

    def link(self, path: str, target: str) -> None:
        self.put(path, Node(LINK, 0o777, modified=0, target=target))

    installed = 0  # What the installation writes has no time of its own: the persona gives it.

    def add(self, package: image_packages.Package) -> list:
        """The paths of a package, which are put into the tree."""
        paths = []
        for path, member, content in package.members():
            paths.append(path)
            place = self.merged(path)
            owner, group, time = member.uname or "root", member.gname or "root", int(member.mtime)
            if member.isdir():
                self.put(place, Node(DIRECTORY, member.mode, owner, group, time))
            elif member.issym():
                self.put(place, Node(LINK, 0o777, owner, group, time, target=member.linkname))
            elif member.islnk():
                self.put(place, self.find(self.merged(member.linkname.removeprefix("."))))
            elif member.isfile():
                self.put(place, Node(FILE, member.mode, owner, group, time, content, len(content)))
        self.scripts[package.name] = package.script("postinst")
        return paths


def kept(path: str, content: bytes) -> bytes:
    """The bytes of a file that the image holds."""
    if content is None:
        return b""
    if content[:4] == b"\x7fELF":
        return content if path.startswith(PROGRAMS) and len(content) <= WHOLE_BYTES_MAX else content[:HEAD_BYTES]
    if path.startswith("/usr/share/zoneinfo/") or path.startswith("/usr/share/terminfo/") or path.startswith("/usr/lib/terminfo/"):
        return content
    if path.startswith("/usr/share/man/man"):
        return content[:KEPT_BYTES_MAX]
    if b"\0" in content[:4096] or content[:2] == b"\x1f\x8b":
        return content[:HEAD_BYTES // 4]
    if path in DATABASE:
        return content
    if path.startswith(UNREAD):
        return b""
    return content[:KEPT_BYTES_MAX]


def breadth_first(root: Node) -> list:
    """[(path, node, number of the parent)], the children of a directory side by side."""
    order = [("", root, 0)]
    at = 0
    while at < len(order):
        path, node, _ = order[at]
        if node.kind == DIRECTORY:
            order += [(f"{path}/{name}", node.children[name], at) for name in sorted(node.children, key=str.encode)]
        at += 1
    return order


class Contents:
    """Contents side by side, cut into blocks."""

    def __init__(self):
        self.known, self.blocks, self.open, self.begin = {}, [], bytearray(), 0

    def add(self, content: bytes) -> int:
        if content in self.known:
            return self.known[content]
        if self.open and len(self.open) + len(content) > BLOCK_BYTES:
            self.close()
        at = self.known[content] = self.begin + len(self.open)
        self.open += content
        return at

    def close(self) -> None:
        if self.open:
            self.blocks.append(bytes(self.open))
            self.begin += len(self.open)
            self.open = bytearray()


def compress(data: bytes) -> bytes:
    library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    library.ZSTD_compressBound.restype = library.ZSTD_compress.restype = ctypes.c_size_t
    library.ZSTD_compressBound.argtypes = [ctypes.c_size_t]
    library.ZSTD_compress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
    room = library.ZSTD_compressBound(len(data))
    out = ctypes.create_string_buffer(room)
    size = library.ZSTD_compress(out, room, data, len(data), 19)
    if size > room:
        raise RuntimeError("zstd refuses to compress")
    return out.raw[:size]


def encode(tree: Tree) -> bytes:
    uids, gids = image_setup.numbers(tree)
    order = breadth_first(tree.root)
    first = {}
    for number, (_, _, parent) in enumerate(order[1:], 1):
        first.setdefault(parent, number)
    names, places, contents, table = bytearray(), {}, Contents(), bytearray()

    def place(text: bytes) -> int:
        if text not in places:
            places[text] = len(names)
            names.extend(text)
        return places[text]

    for number, (path, node, parent) in enumerate(order):
        name = path.rpartition("/")[2].encode()
        size, at, held = node.size, 0, b""
        if node.kind == DIRECTORY:
            size, at = len(node.children), first.get(number, 0)
        elif node.kind == LINK:
            size, at = len(node.target.encode()), place(node.target.encode())
        else:
            held = kept(path, node.content)
            at = contents.add(held) if held else 0
        table += struct.pack("<IBBHHHIIIII", place(name), len(name), node.kind, node.mode & 0o7777, uids[node.owner], gids[node.group],
                             size, node.modified, at, len(held), parent)
    contents.close()
    packed = [compress(block) for block in contents.blocks]
    tables = bytes(table) + bytes(names) + b"".join(
        struct.pack("<II", len(small), len(block)) for small, block in zip(packed, contents.blocks))
    head = MAGIC + struct.pack("<IIII", len(order), len(names), len(packed), crc32c(tables))
    return head + tables + b"".join(packed)


def plant(cache: pathlib.Path) -> Tree:
    """The files of the image. RuntimeError where not even the base of a system can be had."""
    packages = image_packages.available()
    files = image_packages.fetch(image_packages.choose(packages), packages, cache)
    if "base-files" not in files or "base-passwd" not in files:
        raise RuntimeError("apt-get cannot fetch base-files and base-passwd")
    tree = Tree()
    image_setup.prepare(tree)
    added = []
    for name in sorted(files):
        package = image_packages.Package(name, files[name])
        added.append((package, tree.add(package)))
    image_setup.finish(tree, added)
    return tree


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--cache", type=pathlib.Path, default=ROOT / "build/image-packages")
    arguments = options.parse_args()
    image = encode(plant(arguments.cache))
    arguments.out.write_bytes(image)
    print(f"{arguments.out}: {len(image)} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
