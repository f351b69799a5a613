"""Numbers beside their aims: plain text for people, JSON for programs."""
import dataclasses


@dataclasses.dataclass
class Row:
    what: str
    value: object  # A number, or text.
    unit: str = ""
    aim: str = ""  # "< 100": what `value` must be; empty: no aim.
    beside: str = ""  # The same of what one would use instead.

    def met(self):
        if not self.aim or not isinstance(self.value, (int, float)):
            return ""
        sign, number = self.aim.split()
        number = float(number)
        return "yes" if {"<": self.value < number, ">=": self.value >= number, "=": self.value == number}[sign] else "NO"


@dataclasses.dataclass
class Section:
    name: str
    title: str
    rows: list
    notes: list

    def as_json(self):
        return {"name": self.name, "title": self.title, "notes": self.notes,
                "rows": [dataclasses.asdict(row) | {"met": row.met()} for row in self.rows]}


def number(value):
    if not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, int) or value.is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


HEAD = ("what", "measured", "unit", "aim", "met", "beside")


def cells(row):
    sign, _, limit = row.aim.partition(" ")
    aim = f"{sign} {number(float(limit))}" if limit else ""
    return (row.what, number(row.value), row.unit, aim, row.met(), row.beside)


def text(section):
    lines = [HEAD] + [cells(row) for row in section.rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEAD))]
    out = [section.title]
    for line in lines:
        shown = [line[at].rjust(widths[at]) if at in (1, 3) else line[at].ljust(widths[at]) for at in range(len(HEAD))]
        out.append("  " + "  ".join(shown).rstrip())
    return "\n".join(out + [f"  - {note}" for note in section.notes]) + "\n"


def markdown(section):
    out = [f"## {section.title}", "", "| " + " | ".join(HEAD) + " |", "|---|---:|---|---:|---|---|"]
    out += ["| " + " | ".join(cells(row)) + " |" for row in section.rows]
    out += [""] + [f"- {note}" for note in section.notes] + ([""] if section.notes else [])
    return "\n".join(out)
