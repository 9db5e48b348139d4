"""`python -m tests.bench [--quick] [--only WORD] [--on DATABASE] [--times N]`: everything on both databases, and the table."""

import argparse
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from tests.bench import calendars, exporting, growing, mailing, pages, registering, seats, visits, waiting
from tests.bench.figures import Figure, table
from tests.bench.plan import FULL, QUICK, Plan
from tests.bench.stage import DATABASES, Stage, stage

Part = Callable[[Stage, Plan], Iterator[Figure]]
EVERYWHERE: dict[str, Part] = {
    "pages": pages.figures,
    "visits": visits.figures,
    "registering": registering.figures,
    "seats": seats.figures,
    "growing": growing.figures,
    "exporting": exporting.figures,
    "calendars": calendars.figures,
    "mailing": mailing.figures,
}
SQLITE_ONLY: dict[str, Part] = {"waiting": waiting.figures}


def main(words: list[str]) -> int:
    """The exit code is 0 also where a mark is missed: a machine may be busy, and the table says so."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only see that everything runs; the figures say nothing")
    parser.add_argument("--only", metavar="WORD", choices=[*EVERYWHERE, *SQLITE_ONLY], help="one part of it")
    parser.add_argument("--on", metavar="DATABASE", choices=DATABASES, help="on one of the two")
    parser.add_argument("--times", metavar="N", type=int, help="so many runs of each thing, for a steadier middle")
    chosen = parser.parse_args(words)
    kinds = [chosen.on] if chosen.on else DATABASES
    plan = QUICK if chosen.quick else FULL
    plan = replace(plan, times=chosen.times or plan.times)
    print(_machine(), flush=True)
    begun = time.monotonic()
    found = list(chain.from_iterable(_on(kind, plan, chosen.only) for kind in kinds))
    print(f"\n{table(found)}\n\n{time.monotonic() - begun:.0f} seconds; {_load()}")
    return 0


def _on(kind: str, plan: Plan, only: str | None) -> Iterator[Figure]:
    parts = EVERYWHERE | (SQLITE_ONLY if kind == "sqlite" else {})
    wanted = {name: part for name, part in parts.items() if only in {None, name}}
    if not wanted:
        return
    with stage(kind, workers=1 if plan.is_quick else 2) as where:
        for name, part in wanted.items():
            print(f"-- {kind}: {name} ({_load()})", flush=True)
            yield from part(where, plan)


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores shared by servers, "
        f"database and clients; medians of runs in turns; {_load()}"
    )


def _load() -> str:
    """What else the machine had to do; above its cores the figures are the smaller for it, the ratios less so."""
    return f"load {' '.join(Path('/proc/loadavg').read_text().split()[:2])}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
