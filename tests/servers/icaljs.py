"""ical.js, the calendar reader inside Thunderbird and Nextcloud: a second opinion on every file we write."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import npm
from tests.servers.chromium import node
from tests.servers.lifeline import dies_with_parent

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
    box = npm.prepare("icaljs", "calendar files were not read by ical.js, which could not be fetched")
    library = box / "node_modules" / "ical.js" / "dist" / "ical.js"
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen([node(), SCRIPT, library], preexec_fn=dies_with_parent(), **pipes) as process:
        yield Reader(process)
        assert process.stdin is not None
        process.stdin.close()
