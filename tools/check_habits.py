#!/usr/bin/env python3
"""Fails where the code breaks a habit that no compiler knows: file lengths, and the g++ 12.2 coroutine traps.

- A source file has at most 400 lines, a public header 150.
- No closure and no braced aggregate is built inside a co_await expression (g++ 12.2 destroys such a temporary twice).
- No coroutine without a variable at its top level branches on a co_await (g++ 12.2 lays out its frame wrongly).
- DECNET_TRY leaves its function in the middle of an expression: it stands behind no other element of an initializer or of
  arguments, which nobody would destroy.
- DECNET_CO_TRY and DECNET_CO_CHECK are several statements: never the unbraced body of an if or a loop.
- Nobody calls co_spawn but net's TaskGroup and Loop.
"""
import pathlib
import re
import subprocess
import sys

LINES_MAX = {".cc": 400, ".h": 150, ".ts": 400, ".tsx": 400, ".py": 400}
CO_AWAIT_TEMPORARY = re.compile(r"co_await\s[^;]*?(\[[&=\w\s,*]*\]\s*(\([^)]*\))?\s*(mutable\s*)?(->\s*\w+\s*)?\{|[(,]\s*(\w+(::\w+)*)?\{[^};]*[^};\s][^;]*\})")
TRIVIAL = re.compile(r"\b(std::chrono::\w+|Duration|net::Endpoint|Endpoint)\{[^{};]*\}")  # Nothing to destroy.
UNBRACED = re.compile(r"^\s*(if|while|for)\s*\(.*\)\s*(\n\s*)?DECNET_CO_(TRY|CHECK)\(", re.M)
VARIABLE = re.compile(r"(?:^|[;}])\s*(?:DECNET_CO_TRY\(|(?!co_|return|delete|throw|using|else|goto)(?:static |const )*[\w:]+(?:<[^;=]*>)?[&*\s]+\w+\s*(?:=|\(|\{|\}|;|\[))")
SPAWNERS = {"src/net/task_group.cc", "src/net/loop.cc"}


def tracked(root):
    out = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True)
    return [root / line for line in out.stdout.splitlines() if (root / line).is_file()]


def pairs_of(code, opening, closing):
    """Position of each opening bracket: position of its closing one."""
    found, stack = {}, []
    for at, here in enumerate(code):
        if here == opening:
            stack.append(at)
        elif here == closing and stack:
            found[stack.pop()] = at
    return found


def is_control(code, brace, parens):
    """Whether the block that opens here belongs to an if, a loop, a switch or nothing at all, and is no function's body."""
    before = code[:brace].rstrip()
    if before.endswith(")"):
        start = next((open_at for open_at, close_at in parens.items() if close_at == len(before) - 1), 0)
        return re.search(r"\b(if|for|while|switch|catch|constexpr)\s*$", code[:start]) is not None
    return re.search(r"(\b(else|do|try)|[;{}:])$", before) is not None


def without_blocks(code, start, end, braces):
    """The text of a body without the blocks inside it."""
    text, at = [], start
    while at < end:
        if code[at] == "{" and at in braces:
            at = braces[at]
        text.append(code[at])
        at += 1
    return "".join(text)


def frameless_branches(code):
    """Branches on a co_await in coroutines without a variable of their own: g++ 12.2 lays out their frames wrongly (PR 106188)."""
    parens, braces = pairs_of(code, "(", ")"), pairs_of(code, "{", "}")
    branches = [match.start() for match in re.finditer(r"\b(if|while|switch)\s*\(", code)
                if "co_await" in code[match.end():parens.get(match.end() - 1, match.end())]
                and not re.search(r"[^=!<>]=[^=].*co_await", code[match.end():parens[match.end() - 1]], re.S)]
    branches += [match.start() for match in re.finditer(r"(&&|\|\||\?)[^;{}()]*\bco_await\b", code)]
    for at in sorted(branches):
        around = [start for start, end in braces.items() if start < at < end and not is_control(code, start, parens)]
        if not around:
            continue
        start = max(around)
        if not VARIABLE.search(without_blocks(code, start + 1, braces[start], braces)):
            yield at


def late_tries(code):
    """DECNET_TRY behind a comma: what stands before the comma leaks when it returns."""
    for match in re.finditer(r"(?<!define )\bDECNET_TRY\(", code):
        depth, comma, at = 0, False, match.start()
        while at > 0:
            at -= 1
            here = code[at]
            if depth == 0 and here == "}" and re.match(r"\s*\n\s*[^\s,;)}]", code[at + 1:at + 200]):
                break  # The end of a block before.
            if here in ")}]":
                depth += 1
            elif here in "({[":
                depth -= 1
                if depth < 0 and comma:
                    yield match.start()
                    break
                depth = max(depth, 0)
            elif depth == 0 and here == ",":
                comma = True
            elif depth == 0 and (here == ";" or (here == "=" and not re.search(r"\.\w+\s*$", code[:at]))):
                break


def problems(root):
    for path in tracked(root):
        name = str(path.relative_to(root))
        most = LINES_MAX.get(path.suffix)
        if most is None or "testdata" in path.parts or name.endswith("schema.d.ts"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        lines = text.count("\n")
        if lines > most:
            yield f"{name}: {lines} lines, at most {most} (one subject a file)"
        if path.suffix not in (".cc", ".h"):
            continue
        code = re.sub(r"//[^\n]*", "", text)
        for match in CO_AWAIT_TEMPORARY.finditer(TRIVIAL.sub("trivial()", code)):
            yield f"{name}:{code.count(chr(10), 0, match.start()) + 1}: a temporary closure or aggregate inside co_await: name it first"
        for at in frameless_branches(code):
            yield f"{name}:{code.count(chr(10), 0, at) + 1}: a branch on co_await in a coroutine without a variable at its top: name its outcome first"
        for at in late_tries(code):
            yield f"{name}:{code.count(chr(10), 0, at) + 1}: DECNET_TRY behind a comma: name its value first"
        for match in UNBRACED.finditer(code):
            yield f"{name}:{code.count(chr(10), 0, match.start()) + 1}: {match.group(3)} macro needs braces here"
        if "co_spawn(" in code and name not in SPAWNERS and not name.endswith("_test.cc"):
            yield f"{name}: co_spawn belongs to net::TaskGroup"


def main():
    found = list(problems(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
