"""The longest that anybody waits who writes to SQLite while others write without pause."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from eventsvc.app import create_app
from eventsvc.db import core, transaction
from eventsvc.settings import load_settings
from tests.bench.figures import Figure
from tests.bench.plan import Plan
from tests.bench.stage import APART, Stage

PROCESSES, THREADS = 4, 2
MARK = 1.0
WRITE = "UPDATE quotas SET last_number = last_number + 1"
Waits = tuple[float, int]


def figures(stage: Stage, plan: Plan) -> Iterator[Figure]:
    """The longest of all waits counts: percentiles hide who starves, for the starved give few samples."""
    stage.event("Waiting")
    seconds = plan.seconds * 2
    with ProcessPoolExecutor(PROCESSES, APART) as writers:
        ours, number = _all(writers, partial(through_transaction, str(stage.settings.data_dir), seconds))
        bare, bare_number = _all(writers, partial(bare_driver, str(stage.settings.sqlite_file), seconds))
    yield Figure(
        "longest wait of a writer, sqlite",
        ours,
        "s",
        bare,
        f"BEGIN IMMEDIATE and busy_timeout by the bare driver, {seconds:.0f} s of it",
        MARK,
        "most",
        f"{PROCESSES} processes of {THREADS} threads without pause; {number / seconds:,.0f} and "
        f"{bare_number / seconds:,.0f} transactions/s",
    )


def _all(writers: ProcessPoolExecutor, job: Callable[[int], Waits]) -> Waits:
    found = list(writers.map(job, range(PROCESSES)))
    return max(longest for longest, _ in found), sum(number for _, number in found)


def through_transaction(data_dir: str, seconds: float, _: int) -> Waits:
    app = create_app(load_settings(data_dir=Path(data_dir), base_url="http://localhost"))

    def write() -> None:
        with transaction():
            core().execute(sa.text(WRITE))

    def writes() -> Waits:
        with app.app_context():
            return _without_pause(write, seconds)

    return _threads(writes)


def bare_driver(file: str, seconds: float, _: int) -> Waits:
    def writes() -> Waits:
        line = sqlite3.connect(file, isolation_level=None, timeout=60)
        line.execute("PRAGMA synchronous=FULL")

        def write() -> None:
            line.execute("BEGIN IMMEDIATE")
            line.execute(WRITE)
            line.execute("COMMIT")

        try:
            return _without_pause(write, seconds)
        finally:
            line.close()

    return _threads(writes)


def _without_pause(write: Callable[[], None], seconds: float) -> Waits:
    longest, number = 0.0, 0
    until = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < until:
        write()
        longest = max(longest, time.perf_counter() - begun)
        number += 1
    return longest, number


def _threads(writes: Callable[[], Waits]) -> Waits:
    with ThreadPoolExecutor(THREADS) as threads:
        found = [each.result() for each in [threads.submit(writes) for _ in range(THREADS)]]
    return max(longest for longest, _ in found), sum(number for _, number in found)
