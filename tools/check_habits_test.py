#!/usr/bin/env python3
"""The habits that no other test would miss."""
import importlib.util
import pathlib
import unittest

spec = importlib.util.spec_from_file_location("check_habits", pathlib.Path(__file__).with_name("check_habits.py"))
check_habits = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_habits)


def found(body):
    return len(list(check_habits.frameless_branches("Task<bool> f(int n) {\n" + body + "\n}\n")))


class FramelessBranches(unittest.TestCase):
    def test_a_branch_without_any_variable_is_found(self):
        self.assertEqual(found("  if (!co_await g()) co_return false;\n  co_return true;"), 1)

    def test_a_loop_is_a_branch(self):
        self.assertEqual(found("  while (co_await g()) {\n    h();\n  }\n  co_return true;"), 1)

    def test_a_right_operand_is_a_branch(self):
        self.assertEqual(found("  done_ = n > 1 || co_await g();\n  co_return true;"), 1)

    def test_a_variable_of_an_inner_block_does_not_help(self):
        self.assertEqual(found("  for (;;) {\n    const int m = n;\n    if (!co_await g(m)) co_return false;\n  }"), 1)

    def test_a_variable_at_the_top_does(self):
        self.assertEqual(found("  const int m = n;\n  if (!co_await g(m)) co_return false;\n  co_return true;"), 0)
        self.assertEqual(found("  DECNET_CO_TRY(auto m, co_await h());\n  if (!co_await g(m)) co_return false;\n  co_return true;"), 0)

    def test_a_named_outcome_is_no_branch_on_a_co_await(self):
        self.assertEqual(found("  for (;;) {\n    const bool on = co_await g();\n    if (!on) co_return false;\n  }"), 0)
        self.assertEqual(found("  if (const auto on = co_await g(); !on) co_return false;\n  co_return true;"), 0)


class LateTries(unittest.TestCase):
    def test_behind_a_comma_it_is_found(self):
        for line in ("return Pair{a, DECNET_TRY(b())};", "f(a, DECNET_TRY(b()));", "x = {.a = a(), .b = DECNET_TRY(b())};"):
            self.assertEqual(len(list(check_habits.late_tries("Result<int> g() {\n  " + line + "\n}\n"))), 1, line)

    def test_where_nothing_is_lost_it_is_not(self):
        for line in ("return Pair{DECNET_TRY(b()), a};", "const auto [a, b] = DECNET_TRY(c(d, e));", "int a, b = DECNET_TRY(c());",
                     "const std::map<int, int> a = DECNET_TRY(b());", "f(a, b);\n  DECNET_TRY(c());"):
            self.assertEqual(len(list(check_habits.late_tries("Result<int> g(int a, int b) {\n  " + line + "\n}\n"))), 0, line)


if __name__ == "__main__":
    unittest.main()
