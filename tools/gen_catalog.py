#!/usr/bin/env python3
"""Writes the C++ table of the service catalogue from the service.toml files.

    gen_catalog.py OUT.cc src/service/http/service.toml …

A service.toml, every key of it:

    name = "http"                   # that of its folder
    summary = "Web server: …"       # one clause
    [[ports]]                       # the usual one first; at least one
    port = 80
    transport = "tcp"               # or "udp"; tcp where nothing is said
    [options.server]
    type = "choice"                 # or enum; text or string; integer; boolean
    values = ["nginx", "apache2"]   # of a choice
    min = 1                         # of an integer, as is max
    default = "nginx"
    doc = "Which server it claims to be."
    [fields]                        # of its `request` events
    method = "The request method."

Anything else is an error that names the file and the key.
"""
import pathlib
import re
import sys
import tomllib

TYPES = {"text": "text", "string": "text", "integer": "integer", "boolean": "boolean", "choice": "choice", "enum": "choice"}
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
INTEGER_MIN, INTEGER_MAX = -(2**63) + 1, 2**63 - 1


class Bad(Exception):
    pass


def need(condition, key, why):
    if not condition:
        raise Bad(f"{key}: {why}")


def only(table, allowed, key):
    for name in table:
        need(name in allowed, f"{key}{name}", "is not a key of service.toml")


def text(table, name, key):
    value = table.get(name)
    need(isinstance(value, str) and value.strip(), f"{key}{name}", "must be a text that is not empty")
    return value


def option_value(kind, value, table, key):
    """The value as the text that a decky's options hold."""
    if kind == "boolean":
        need(isinstance(value, bool), key, "must be true or false")
        return "true" if value else "false"
    if kind == "integer":
        need(isinstance(value, int) and not isinstance(value, bool), key, "must be a whole number")
        need(table["min"] <= value <= table["max"], key, f"must be from {table['min']} to {table['max']}")
        return str(value)
    need(isinstance(value, str), key, "must be a text")
    if kind == "choice":
        need(value in table["values"], key, "is not one of its values")
    return value


def read_option(name, table):
    key = f"options.{name}."
    need(NAME.match(name), f"options.{name}", "a name is of a-z, 0-9 and _")
    only(table, {"type", "values", "default", "doc", "min", "max"}, key)
    kind = text(table, "type", key)
    need(kind in TYPES, f"{key}type", f"must be one of {', '.join(sorted(TYPES))}")
    kind = TYPES[kind]
    values = table.setdefault("values", [])
    if kind == "choice":
        good = isinstance(values, list) and values and all(isinstance(v, str) and v for v in values)
        need(good and len(set(values)) == len(values), f"{key}values", "must be a list of different texts")
    else:
        need(not values, f"{key}values", "are of a choice only")
    for bound, standard in (("min", INTEGER_MIN), ("max", INTEGER_MAX)):
        need(kind == "integer" or bound not in table, f"{key}{bound}", "is of an integer only")
        need(isinstance(table.setdefault(bound, standard), int), f"{key}{bound}", "must be a whole number")
    need("default" in table, f"{key}default", "is missing")
    return {"name": name, "type": kind, "values": values, "min": table["min"], "max": table["max"],
            "default": option_value(kind, table["default"], table, f"{key}default"), "doc": text(table, "doc", key)}


def read_service(path):
    with open(path, "rb") as file:
        table = tomllib.load(file)
    only(table, {"name", "summary", "ports", "options", "fields"}, "")
    name = text(table, "name", "")
    need(NAME.match(name), "name", "is of a-z, 0-9 and _")
    need(name == path.parent.name, "name", f"must be that of its folder, {path.parent.name}")
    ports = table.get("ports")
    need(isinstance(ports, list) and ports, "ports", "must be a list that is not empty")
    for port in ports:
        only(port, {"port", "transport"}, "ports.")
        need(isinstance(port.get("port"), int) and 0 < port["port"] < 65536, "ports.port", "must be from 1 to 65535")
        need(port.setdefault("transport", "tcp") in ("tcp", "udp"), "ports.transport", "must be tcp or udp")
    fields = table.get("fields", {})
    for field in fields:
        need(NAME.match(field), f"fields.{field}", "a name is of a-z, 0-9 and _")
        text(fields, field, "fields.")
    return {"name": name, "summary": text(table, "summary", ""), "ports": ports, "fields": fields,
            "options": [read_option(n, t) for n, t in table.get("options", {}).items()]}


def quoted(value):
    out = ""
    for byte in value.encode():
        out += chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
    return f'"{out}"'


def integer(value):
    return f"INT64_C({value})"


def table(kind, name, rows):
    """A constant array, or nothing where it would be empty, and how to refer to it."""
    if not rows:
        return "", "{}"
    body = "".join(f"    {row},\n" for row in rows)
    return f"constexpr {kind} {name}[] = {{\n{body}}};\n", name


def render(services):
    arrays, rows = "", []
    for number, service in enumerate(services):
        options = []
        for index, option in enumerate(service["options"]):
            array, values = table("std::string_view", f"kValues{number}_{index}", [quoted(value) for value in option["values"]])
            arrays += array
            options.append(f"{{{quoted(option['name'])}, OptionType::{option['type']}, {values}, {integer(option['min'])}, "
                           f"{integer(option['max'])}, {quoted(option['default'])}, {quoted(option['doc'])}}}")
        parts = []
        for kind, name, entries in (
                ("PortInfo", "kPorts", [f"{{{p['port']}, Transport::{p['transport']}}}" for p in service["ports"]]),
                ("OptionInfo", "kOptions", options),
                ("FieldInfo", "kFields", [f"{{{quoted(n)}, {quoted(d)}}}" for n, d in service["fields"].items()])):
            array, reference = table(kind, f"{name}{number}", entries)
            arrays += array
            parts.append(reference)
        rows.append(f"{{{quoted(service['name'])}, {quoted(service['summary'])}, {', '.join(parts)}}}")
    array, reference = table("ServiceInfo", "kServices", rows)
    return ("// Generated by tools/gen_catalog.py from the service.toml files. Do not edit.\n#include \"fleet/catalog.h\"\n\n"
            f"namespace decnet::fleet {{\nnamespace {{\n\n{arrays}{array}\n}}  // namespace\n\n"
            f"std::span<const ServiceInfo> catalogue() noexcept {{ return {reference}; }}\n\n}}  // namespace decnet::fleet\n")


def main(out, *paths):
    services, failed = [], False
    for path in map(pathlib.Path, paths):
        try:
            services.append(read_service(path))
        except (Bad, tomllib.TOMLDecodeError, OSError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed = True
    if failed:
        return 1
    pathlib.Path(out).write_text(render(sorted(services, key=lambda s: s["name"])), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
