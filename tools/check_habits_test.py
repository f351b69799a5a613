#!/usr/bin/env python3
"""The habit that no other test would miss: branches on a co_await in a coroutine without a variable of its own."""
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


if __name__ == "__main__":
    unittest.main()
