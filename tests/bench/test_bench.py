"""The bench itself: it runs from its command, every figure stands in its table, and a missed mark says so."""

import subprocess
import sys

import pytest

from tests.bench.figures import Figure, Run, in_turns, table
from tests.servers import postgres
from tests.servers.missing import required
from tests.servers.site import TREE

FIGURES = [
    "event page", "form", "event page beside a plain one", ".ics unchanged (304)", "feed unchanged (304)",
    "p95 at 50 visits a second", "complete registrations",
    "the same with five questions, two ways in one room", "registration with five answers beside 1,000",
    "seat transaction, one hot row",
    "seat transaction, 5 rows", "CSV of 3,000 registrations", "memory of it",
    "CSV of 600 with 5 answers each", "memory of that", "large feed written first", "large feed unchanged (304)",
    ".ics beside it unchanged (304)", "large feed whole, packed (200)", ".ics beside it whole (200)",
    "courier", "memory of the courier grew by", "a confirmation waits", "others beside two bad domains",
    "claim past a domain that waits",
]  # fmt: skip
SQLITE_ONLY = ["longest wait of a writer"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_whole_bench_runs_and_fills_its_table(kind):
    with required(postgres.server()):
        command = [sys.executable, "-m", "tests.bench", "--quick", "--on", kind]
        done = subprocess.run(command, cwd=TREE, capture_output=True, text=True, timeout=600, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    for what in [f"{what}, {kind}" for what in FIGURES + SQLITE_ONLY * (kind == "sqlite")]:
        assert f"\n{what} " in done.stdout, done.stdout


def test_a_mark_is_met_or_missed_and_the_table_says_which():
    lines = table(
        [
            Figure("page", 200, "/s", 400, "a bare page", 0.4),
            Figure("hello", 200, "/s", 400, "a bare hello", 0.7, note="2 runs"),
            Figure("wait", 1.5, "s", None, mark=1.0, mark_is="most"),
        ]
    ).splitlines()

    assert [line.split() for line in lines[2:]] == [
        ["page", "200", "/s", "400", "0.50", ">=", "0.4", "ok"],
        ["limit:", "a", "bare", "page"],
        ["hello", "200", "/s", "400", "0.50", ">=", "0.7", "missed"],
        ["limit:", "a", "bare", "hello"],
        ["2", "runs"],
        ["wait", "1.5", "s", "<=", "1", "missed"],
    ]


def test_things_are_measured_in_turns():
    order: list[str] = []

    def thing(name: str, rate: float) -> Run:
        order.append(name)
        return Run(rate)

    one, other = in_turns(3, lambda: thing("one", len(order)), lambda: thing("other", 7))

    assert order == ["one", "other"] * 3
    assert (one.rate, other.rate) == (2, 7)
