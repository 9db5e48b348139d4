"""Lighthouse in our own browser: what it thinks of pages, on the slow phone it takes by default."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.servers import chromium, npm
from tests.servers.lifeline import dies_with_parent

SCRIPT = Path(__file__).with_suffix(".mjs")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


@dataclass(frozen=True)
class Seen:
    """Scores out of 100, audits that fell short with their reason, times as shown, and what blocks the first paint.

    `shift` is how much of the page jumps while it loads (CLS).
    """

    scores: dict[str, int]
    short: dict[str, str]
    times: dict[str, str]
    blocking: list[str]
    shift: float


@contextmanager
def looking() -> Iterator[Callable[[Sequence[str]], dict[str, Seen]]]:
    """A function that looks at each page once, by its address.

    Raises Missing where the packages or a browser cannot be had.
    """
    box = npm.prepare("pagecheck", "pages were not looked at with Lighthouse, which could not be fetched")
    with _browser() as port:
        yield partial(_look, box, port)


def _look(box: Path, port: int, addresses: Sequence[str]) -> dict[str, Seen]:
    command = [str(chromium.node()), str(SCRIPT), str(box), str(port), *addresses]
    said = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=dies_with_parent())
    assert said.returncode == 0, said.stderr
    return {address: Seen(**seen) for address, seen in json.loads(said.stdout).items()}


@contextmanager
def _browser() -> Iterator[int]:
    """A browser that can be driven from outside, on a port of its own."""
    program = chromium.find()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = [
            *chromium.FLAGS,
            "--headless",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            "about:blank",
        ]
        env = {**os.environ, **program.env, "LANG": "en_US.UTF-8"}
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen([program.path, *options], env=env, preexec_fn=dies_with_parent(), **quiet) as process:
            try:
                yield _port(process, Path(profile) / "DevToolsActivePort")
            finally:
                process.terminate()


def _port(process: "subprocess.Popen[bytes]", file: Path) -> int:
    """The browser writes it down when it is ready."""
    for _patience in range(600):
        if file.exists() and (lines := file.read_text().splitlines()):
            return int(lines[0])
        assert process.poll() is None, "the browser ended at once"
        time.sleep(0.05)
    raise AssertionError("the browser does not say where it listens")
