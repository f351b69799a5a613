#!/usr/bin/env python3
"""Asks the genuine server for its tables of facts and writes them as src/service/mysql/facts_*.inc."""
import pathlib
import subprocess

import genuine

HOME = pathlib.Path(__file__).resolve().parents[3] / "src/service/mysql"


def ask(sql):
    done = subprocess.run(["/usr/bin/mariadb", f"-h{genuine.ELSEWHERE}", "-uapp", "-papp-password", "-NB", "--default-character-set=utf8mb4", "-e", sql],
                          preexec_fn=genuine.enter, stdout=subprocess.PIPE, check=True)
    return [line.split("\t") for line in done.stdout.decode("utf-8", "replace").rstrip("\n").split("\n")]


def write(name, rows):
    lines = ["// Written by test/differential/mysql/facts.py."]
    for row in rows:
        text = "|".join(row).replace("\\\\", "\\").replace("\\", "\\\\").replace('"', '\\"')
        text = "".join(c if " " <= c < "\x7f" else "".join(f'\\x{b:02x}""' for b in c.encode()) for c in text)
        lines.append(f'"{text}\\n"')
    (HOME / f"facts_{name}.inc").write_text("\n".join(lines) + "\n", encoding="utf-8")


def columns(schema):
    rows = ask("SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, ifnull(COLUMN_DEFAULT, '-'), ifnull(COLLATION_NAME, ''), EXTRA, COLUMN_KEY "
               f"FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '{schema}' ORDER BY TABLE_NAME, ORDINAL_POSITION")
    kinds = {name: (kind, engine, comment, collation) for name, kind, engine, comment, collation in
             ask(f"SELECT TABLE_NAME, TABLE_TYPE, ifnull(ENGINE, ''), TABLE_COMMENT, ifnull(TABLE_COLLATION, '') FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{schema}'")}
    tables, more = {}, {}
    for table, name, kind, nullable, fallback, collation, extra, key in rows:
        text = f"`{name}` {kind}"
        if collation and schema != "information_schema" and (collation.endswith("_bin") or kind.startswith("enum") and tables.get(table)
                                                             and kinds[table][3].endswith("_bin")):
            text += f" COLLATE {collation}"
        if nullable == "NO":
            text += " NOT NULL"
        if fallback not in ("-", "NULL") and schema in ("mysql", "sys"):
            text += f" DEFAULT {fallback}"
        if key == "PRI":
            text += " PRIMARY KEY"
        tables.setdefault(table, []).append(text)
        if key == "MUL" and table == "db":
            more.setdefault(table, []).append(f"KEY `{name}` (`{name}`)")
    order = [row[0] for row in ask(f"SHOW TABLES FROM {schema}")]
    return [(table, kinds[table][0], kinds[table][1], "" if kinds[table][0] == "VIEW" else kinds[table][2], ", ".join(tables[table] + more.get(table, []))) for table in order]


def main():
    genuine.enter_namespaces()
    genuine.bootstrap()
    server = genuine.Genuine()
    for schema in ["information_schema", "mysql", "performance_schema", "sys"]:
        write(schema, columns(schema))
    write("session_variables", ask("SHOW SESSION VARIABLES"))
    write("status", ask("SHOW SESSION STATUS"))
    write("collations", ask("SELECT ifnull(COLLATION_NAME,''), ifnull(CHARACTER_SET_NAME,''), ifnull(ID,''), ifnull(IS_DEFAULT,''), IS_COMPILED, SORTLEN FROM information_schema.COLLATIONS"))
    write("character_sets", ask("SELECT * FROM information_schema.CHARACTER_SETS"))
    write("engines", ask("SELECT ENGINE, SUPPORT, '', TRANSACTIONS, XA, SAVEPOINTS FROM information_schema.ENGINES"))
    write("plugins", ask("SELECT PLUGIN_NAME, PLUGIN_VERSION, PLUGIN_STATUS, PLUGIN_TYPE, PLUGIN_TYPE_VERSION, PLUGIN_LIBRARY, PLUGIN_LICENSE FROM information_schema.PLUGINS"))
    write("privileges", [[name, context, ""] for name, context, _ in ask("SHOW PRIVILEGES")])  # Its prose is not ours to copy.
    server.stop()


if __name__ == "__main__":
    main()
