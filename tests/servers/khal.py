"""Somebody's calendar as files in a folder: vdirsyncer follows a feed over HTTP into it, khal shows what is there.

with khal.agenda() as mine:
    mine.follow("http://localhost:8000/en/feeds/all.ics")
    assert mine.sync() == Copied(items=3, dropped=0)
    mine.events(date(2027, 3, 1), days=30)
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tests.servers import pypi
from tests.servers.lifeline import dies_with_parent, short_folder

FIELDS = ("uid", "title", "start", "end", "status", "location")
KHAL = """[calendars]
[[mine]]
path = {folder}/events
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M
[sqlite]
path = {folder}/khal.db
[default]
default_calendar = mine
"""
VDIRSYNCER = """[general]
status_path = "{folder}/status/"
[pair feed]
a = "there"
b = "here"
collections = null
conflict_resolution = "a wins"
partial_sync = "revert"
[storage there]
type = "http"
url = "{url}"
[storage here]
type = "filesystem"
path = "{folder}/events/"
fileext = ".ics"
"""


class Copied(NamedTuple):
    """What one round of vdirsyncer moved into the folder, and out of it.

    A followed feed has no addresses for its items: vdirsyncer names them after what they say (and gives them a UID that
    says the same), so that a changed event is one item copied and one dropped.
    """

    items: int
    dropped: int


@dataclass(frozen=True)
class Agenda:
    """The folder, and the programs that work on it."""

    folder: Path
    programs: Path

    def follow(self, url: str) -> None:
        """From the next `sync` on, the events of this feed."""
        (self.folder / "vdirsyncer").write_text(VDIRSYNCER.format(folder=self.folder, url=url))
        self._run("vdirsyncer", "discover")

    def sync(self) -> Copied:
        """Fetch the feed. Raises AssertionError where vdirsyncer complains."""
        lines = self._run("vdirsyncer", "sync").splitlines()
        assert not [line for line in lines if line.startswith(("error", "warning", "critical"))], lines
        copied, dropped = (sum(line.startswith(word) for line in lines) for word in ("Copying", "Deleting"))
        return Copied(copied, dropped)

    def take(self, file: bytes) -> None:
        """Import a file, as somebody does who opens one that came by mail."""
        (self.folder / "taken.ics").write_bytes(file)
        self._run("khal", "import", "--batch", "--include-calendar", "mine", str(self.folder / "taken.ics"))

    def events(self, first: date, days: int) -> list[dict[str, str]]:
        """What khal lists for so many days, each event once; times in UTC, to the minute."""
        fields = [word for name in FIELDS for word in ("--json", name)]
        listed = self._run("khal", "list", "--once", *fields, first.isoformat(), f"{days}d")
        return [event for line in listed.splitlines() if line.startswith("[") for event in json.loads(line)]

    def _run(self, program: str, *words: str) -> str:
        own = {"HOME": str(self.folder), "VDIRSYNCER_CONFIG": str(self.folder / "vdirsyncer"), "LC_ALL": "C.UTF-8"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PYTHON"))}
        config = ["--config", str(self.folder / "khal")] if program == "khal" else []
        ran = subprocess.run(
            [self.programs / program, *config, *words],
            env=kept | own, input="", capture_output=True, text=True, check=False, preexec_fn=dies_with_parent(),
        )  # fmt: skip
        assert ran.returncode == 0, f"{program} {' '.join(words)}:\n{ran.stdout}{ran.stderr}"
        return ran.stdout + ran.stderr


@contextmanager
def agenda() -> Iterator[Agenda]:
    """An empty one, gone afterwards."""
    programs = pypi.prepare("readers", "no feed was followed with vdirsyncer and khal, which could not be fetched")
    with short_folder() as folder:
        (folder / "events").mkdir()
        (folder / "khal").write_text(KHAL.format(folder=folder))
        yield Agenda(folder, programs)
