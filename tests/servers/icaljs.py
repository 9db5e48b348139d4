"""ical.js, the calendar reader inside Thunderbird and Nextcloud: a second opinion on every file we write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import npm
from tests.servers.answering import Reader, answering
from tests.servers.chromium import node

__all__ = ["Reader", "reader"]

SCRIPT = Path(__file__).with_suffix(".mjs")


@contextmanager
def reader() -> Iterator[Reader]:
    """One node process for as long as it is needed."""
    box = npm.prepare("icaljs", "calendar files were not read by ical.js, which could not be fetched")
    with answering(node(), SCRIPT, box / "node_modules" / "ical.js" / "dist" / "ical.js") as process:
        yield Reader(process)
