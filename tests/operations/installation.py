"""One installation of the service: a folder, a database, a key, and the commands run on it as real processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from flask import Flask

from eventsvc.opening import opened
from eventsvc.settings import Settings, load_settings
from tests.servers import site

Found = TypeVar("Found")


@dataclass(frozen=True)
class Installation:
    kind: str
    folder: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return {
            "EVENTSVC_DATA_DIR": str(self.folder),
            "EVENTSVC_DATABASE_URL": self.database_url,
            "EVENTSVC_WORKERS": "2",
        }

    @property
    def settings(self) -> Settings:
        return load_settings(data_dir=self.folder, database_url=self.database_url, base_url="http://localhost")

    @contextmanager
    def application(self) -> Iterator[Flask]:
        """The application in this process, its context pushed."""
        with opened(self.settings) as app:
            yield app

    def run(self, *words: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        """`eventsvc <words>` to its end; further settings by name: `run("check", EVENTSVC_LANGUAGE="es")`."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSVC_")}
        return subprocess.run(
            [sys.executable, "-m", "eventsvc", *words],
            cwd=site.TREE,
            env=clean | self.environment | changed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def refused(self, *words: str, **changed: str) -> str:
        """The one line on stderr with which a command ends that cannot do it."""
        done = self.run(*words, **changed)
        assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
        return done.stderr.removeprefix("eventsvc: ").strip()

    @contextmanager
    def serving(self, *words: str, **changed: str) -> Iterator[site.Running]:
        """`serve` on a free port, its `url` answering."""
        environment = self.environment | changed
        with site.program("serve", "--port", "0", *words, environment=environment) as running:
            url = until(lambda: address_in(running), running)
            served = site.Running(running.process, running.log, url)
            site.wait_until_it_answers(served, None)
            yield served


def address_in(running: site.Running) -> str:
    """Where the service said it is to be found; empty before it did."""
    assert running.process.poll() is None, running.said()
    lines = [line for line in running.said().splitlines(keepends=True) if line.startswith("Open ")]
    return lines[0].split()[1].rstrip("/") if lines and lines[0].endswith("\n") else ""


def until(found: Callable[[], Found], running: site.Running, *, seconds: float = 30) -> Found:
    """What `found` returns as soon as that is something; an AssertionError shows the log instead."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, running.said()
        time.sleep(0.05)
    return result


def is_alive(pid: int) -> bool:
    """Is there such a process, and is it not merely waiting to be buried?"""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
