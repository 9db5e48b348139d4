"""The table of what calendars and mail have to hold: every line is there once, and every test it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
ROWS = [
    row.split(" | ") for row in (TESTS / "CALENDAR_AND_MAIL.md").read_text().splitlines() if re.match(r"\| \d", row)
]
UNPROVED = {9, 49, 50, 51, 52, 53, 56}
"""There are no events of whole days; neither replies nor returned mail are read."""


@cache
def names_in(file: str) -> frozenset[str]:
    path = TESTS / file
    tree = ast.parse(path.read_text()) if path.is_file() else ast.Module([], [])
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_line_stands_there_once():
    assert [int(row[0].strip("| ")) for row in ROWS] == list(range(1, 61))


def test_every_test_that_is_named_exists():
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", "\n".join(row[2] for row in ROWS))

    assert [f"{file}::{test}" for file, test in named if test not in names_in(file)] == []


def test_every_line_is_proved_or_says_why_not():
    assert {int(row[0].strip("| ")) for row in ROWS if "`" not in row[2]} == UNPROVED
