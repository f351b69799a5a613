"""The corpus: corpus/*.txt.

    # name of a script          begins one: a connection of its own
    @login USER PASSWORD [DB]   logs in as a usual client does ("-" is nothing)
    @login+eof …                the same with CLIENT_DEPRECATE_EOF, @login+multi with CLIENT_MULTI_STATEMENTS,
                                @login+sha2 asks for another plugin
    @raw "\\x01\\x00…"           bytes, as they are
    @com 0e "…"                 a command with its arguments
    anything else               COM_QUERY
"""
import codecs
import pathlib

HERE = pathlib.Path(__file__).parent


def unquoted(text):
    text = text.strip()
    return codecs.escape_decode(text[1:-1].encode("latin-1"))[0] if text.startswith('"') else b""


def load():
    """[(family, name, [(kind, arguments)])]"""
    scripts = []
    for path in sorted((HERE / "corpus").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            line = line.strip()
            if not line:
                continue
            if line.startswith("# "):
                scripts.append((path.stem, line[2:], []))
                continue
            steps = scripts[-1][2]
            word, _, rest = line.partition(" ")
            if word.startswith("@login"):
                steps.append((word[1:], rest.split()))
            elif word == "@raw":
                steps.append(("raw", unquoted(rest)))
            elif word == "@com":
                code, _, arguments = rest.partition(" ")
                steps.append(("com", bytes.fromhex(code) + unquoted(arguments)))
            else:
                steps.append(("com", b"\x03" + line.encode()))
    return scripts
