"""ical.js, the calendar reader inside Thunderbird and Nextcloud: a second opinion on every file we write."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.chromium import node
from tests.servers.lifeline import dies_with_parent
from tests.servers.missing import Missing

LOCK = Path(__file__).parents[2] / "requirements" / "icaljs"
BOX = Path(sys.prefix) / "icaljs"
SCRIPT = Path(__file__).with_suffix(".mjs")


@dataclass(frozen=True)
class Reader:
    """A running node that answers file by file."""

    process: subprocess.Popen[str]

    def read(self, file: bytes) -> dict[str, Any]:
        """What ical.js finds: `name`, `method` and `events`, times in seconds since 1970; `fault` where it gives up."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(file.decode()) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def reader() -> Iterator[Reader]:
    """One node process for as long as it is needed."""
    library = prepare() / "node_modules" / "ical.js" / "dist" / "ical.js"
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen([node(), SCRIPT, library], preexec_fn=dies_with_parent(), **pipes) as process:
        yield Reader(process)
        assert process.stdin is not None
        process.stdin.close()


def prepare(box: Path = BOX) -> Path:
    """The folder with the pinned package, fetched unless it lies there already. Workers of one run wait for the first."""
    wanted = hashlib.sha256((LOCK / "package-lock.json").read_bytes()).hexdigest()
    mark = box / "fetched"
    with box.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != wanted:
            shutil.rmtree(box, ignore_errors=True)
            shutil.copytree(LOCK, box)
            fetch(box)
            mark.write_text(wanted)
    return box


def fetch(box: Path) -> None:
    env = {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = Path(sys.prefix) / "bin" / "npm"
    command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    got = subprocess.run(command, cwd=box, env=env, capture_output=True, text=True, check=False)
    if got.returncode:
        raise Missing(
            f"calendar files were not read by ical.js, which could not be fetched: {got.stderr.strip()[-500:]}"
        )
