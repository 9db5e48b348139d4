"""One installation of the service: a folder, a database, a key, and the commands run on it as real processes."""

import contextvars
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar
from unittest.mock import patch

from flask import Flask

from eventsvc.cli import main
from eventsvc.operations.opening import opened
from eventsvc.settings import Settings, load_settings
from tests.servers import site

Found = TypeVar("Found")


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


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
            "EVENTSVC_WORKERS": "1",  # each takes its time to start
            "EVENTSVC_QUICKEST_FORM": "0",
        }

    @property
    def settings(self) -> Settings:
        return load_settings(
            data_dir=self.folder, database_url=self.database_url, base_url="http://localhost", quickest_form=0
        )

    @contextmanager
    def application(self) -> Iterator[Flask]:
        """The application in this process, its context pushed."""
        with opened(self.settings) as app:
            yield app

    def run(self, *words: str, **changed: str) -> Done:
        """`eventsvc <words>` to its end, in this process; further settings by name: `run("check", EVENTSVC_LANGUAGE="es")`."""
        with patch.dict(os.environ, self._environment(changed), clear=True), _as_a_command(words) as (out, err):
            code = contextvars.copy_context().run(_exit_code)
        return Done(code, out.getvalue().decode(), err.getvalue().decode())

    def spawn(self, *words: str, **changed: str) -> Done:
        """The same in a process of its own, as an operator would have it."""
        done = subprocess.run(
            [sys.executable, "-m", "eventsvc", *words],
            cwd=site.TREE,
            env=self._environment(changed),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def _environment(self, changed: Mapping[str, str]) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSVC_")}
        return {**clean, **self.environment, **changed}

    def refused(self, *words: str, **changed: str) -> str:
        """The one line on stderr with which a command ends that cannot do it, in a process of its own or not."""
        done = self.spawn(*words, **changed) if words[0] == "serve" else self.run(*words, **changed)
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


@contextmanager
def _as_a_command(words: Sequence[str]) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Standard streams, arguments, signals and umask as a new process would have them; all put back afterwards."""
    out, err = io.BytesIO(), io.BytesIO()
    texts = [io.TextIOWrapper(stream, encoding="utf-8", write_through=True) for stream in (out, err)]
    umask = os.umask(0o022)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    with patch.multiple(sys, stdout=texts[0], stderr=texts[1], argv=["eventsvc", *words]):
        try:
            yield out, err
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            os.umask(umask)
    for text in texts:
        text.detach()


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)


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
