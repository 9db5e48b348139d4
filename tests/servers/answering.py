"""A program of its own that reads calendar files for us: one file a line on its input, one JSON answer a line back."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.lifeline import dies_with_parent


@dataclass(frozen=True)
class Reader:
    """A running program that answers file by file."""

    process: subprocess.Popen[str]

    def read(self, file: bytes) -> dict[str, Any]:
        """What it finds: `method` and `events`, times in seconds since 1970; `fault` where it gives up."""
        found: dict[str, Any] = self.ask(file.decode())
        return found

    def ask(self, question: object) -> Any:
        """One line there, one line back."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the reader has died"
        return json.loads(line)


@contextmanager
def answering(*command: str | Path) -> Iterator[subprocess.Popen[str]]:
    """One process for as long as it is needed."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen(command, preexec_fn=dies_with_parent(), **pipes) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
