#!/usr/bin/env python3
"""What gen_catalog.py takes, and what it refuses."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import gen_catalog

GOOD = """
name = "echo"
summary = "Says \\"it\\" again"
[[ports]]
port = 7
[[ports]]
port = 7
transport = "udp"
[options.mood]
type = "choice"
values = ["calm", "loud"]
default = "calm"
doc = "How it answers."
[options.times]
type = "integer"
min = 1
max = 9
default = 2
doc = "How often."
[options.strict]
type = "boolean"
default = true
doc = "Whether it minds."
[fields]
text = "What was said."
"""


class Catalogue(unittest.TestCase):
    def generate(self, *descriptions, folder="echo"):
        with tempfile.TemporaryDirectory() as place:
            paths = []
            for number, description in enumerate(descriptions):
                path = pathlib.Path(place) / str(number) / folder / "service.toml"
                path.parent.mkdir(parents=True)
                path.write_text(description, encoding="utf-8")
                paths.append(str(path))
            out = pathlib.Path(place) / "table.cc"
            self.errors = io.StringIO()
            with contextlib.redirect_stderr(self.errors):
                code = gen_catalog.main(str(out), *paths)
            return out.read_text(encoding="utf-8") if code == 0 else None

    def test_writes_a_table(self):
        code = self.generate(GOOD)
        for part in ('{"echo", "Says \\042it\\042 again", kPorts0, kOptions0, kFields0}',
                     "{7, Transport::tcp}", "{7, Transport::udp}", '{"mood", OptionType::choice, kValues0_0,',
                     'INT64_C(1), INT64_C(9), "2", "How often."}', '"true", "Whether it minds."}',
                     '{"text", "What was said."}'):
            self.assertIn(part, code)
        self.assertNotIn("kValues0_1", code)  # An empty array is none in C++.

    def test_types_have_two_names(self):
        renamed = GOOD.replace('type = "choice"', 'type = "enum"')
        self.assertEqual(self.generate(renamed), self.generate(GOOD))

    def test_no_service_is_an_empty_table(self):
        self.assertIn("catalogue() noexcept { return {}; }", self.generate())

    def test_refuses_and_names_the_key(self):
        for old, new, key in (
                ('name = "echo"', 'name = "other"', "name"), ('name = "echo"', 'name = "e-o"', "name"),
                ("port = 7\n", "port = 0\n", "ports.port"), ('"udp"', '"sctp"', "ports.transport"),
                ('default = "calm"', 'default = "wild"', "options.mood.default"),
                ("default = 2", "default = 10", "options.times.default"),
                ("default = 2", "default = true", "options.times.default"),
                ("default = true", 'default = "true"', "options.strict.default"),
                ('type = "boolean"', 'type = "truth"', "options.strict.type"),
                ('["calm", "loud"]', '["calm", "calm"]', "options.mood.values"),
                ('doc = "How often."', "", "options.times.doc"), ("max = 9", "most = 9", "options.times.most"),
                ('"What was said."', "3", "fields.text"), ("[fields]", "[field]", "field")):
            with self.subTest(key=key, new=new):
                self.assertIn(old, GOOD)
                self.assertIsNone(self.generate(GOOD.replace(old, new)))
                self.assertIn(f"service.toml: {key}: ", self.errors.getvalue())


if __name__ == "__main__":
    unittest.main()
