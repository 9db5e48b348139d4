"""The service itself as real processes: gunicorn's workers on a free port, over http or https, and `work` beside them.

with site.web(settings_as_environment) as pages, site.program("work", environment):
    browser.goto(f"{pages.url}/en/")
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.servers.https import Certificate
from tests.servers.lifeline import dies_with_parent

TREE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Running:
    """One process of ours. `url` is empty where it serves no pages."""

    process: "subprocess.Popen[bytes]"
    log: IO[bytes]
    url: str = ""

    def children(self) -> list[int]:
        """The process ids of gunicorn's workers, or of what `serve` started; for crashes."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")


@contextmanager
def web(environment: Mapping[str, str], *, certificate: Certificate | None = None) -> Iterator[Running]:
    """The web workers alone, on a database that is ready. EVENTSVC_BASE_URL is set to the address they listen on."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        scheme = "https" if certificate else "http"
        url = f"{scheme}://localhost:{listener.getsockname()[1]}"
        own = {"EVENTSVC_BASE_URL": url, "EVENTSVC_LISTEN": str(listener.fileno())} | dict(environment)
        options = ["--certfile", str(certificate.chain), "--keyfile", str(certificate.key)] if certificate else []
        command = ["-m", "gunicorn", "--config", "config/gunicorn.conf.py", *options, "wsgi:app"]
        with start(command, own, url=url, inherit=(listener.fileno(),)) as running:
            wait_until_it_answers(running, certificate)
            yield running


@contextmanager
def program(*words: str, environment: Mapping[str, str]) -> Iterator[Running]:
    """`eventsvc <words>` in a process of its own, until the block ends; `program("work", environment=…)`."""
    with start(["-m", "eventsvc", *words], environment) as running:
        yield running


@contextmanager
def start(
    command: list[str], environment: Mapping[str, str], *, url: str = "", inherit: tuple[int, ...] = ()
) -> Iterator[Running]:
    """Ends by SIGTERM, and by SIGKILL where that was not heard within half a minute; a test may have ended it before."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSVC_")}
    env |= {"EVENTSVC_QUICKEST_FORM": "0"} | dict(environment)  # no test is a person, who needs a moment for a form
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=TREE,
            env=env,
            stdout=log,
            stderr=log,
            pass_fds=inherit,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        try:
            yield Running(process, log, url)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_it_answers(running: Running, certificate: Certificate | None) -> None:
    trusted = certificate.for_clients() if certificate else None
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running.process.poll() is None:
        try:
            urllib.request.urlopen(f"{running.url}/healthz", timeout=5, context=trusted).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the web workers do not answer:\n{running.said()}")
