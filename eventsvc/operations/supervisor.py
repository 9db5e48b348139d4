"""Keeps the processes of the service running: what dies is started again, and a signal ends them all."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

SETTLED = 10.0
"""Seconds after which a process counts as having started well."""

LONGEST_PAUSE = 30.0
PATIENCE = 8.0
"""Seconds a process has for ending by itself; then it is killed. Below the ten of `docker stop`."""


class Child:
    """One process that must be there."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], fds: Sequence[int] = ()
    ) -> None:
        self.name = name
        self._command = list(command)
        self._environment = dict(environment)
        self._fds = tuple(fds)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = 0.0
        self.start_at = 0.0

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            env=self._environment | {"EVENTSVC_SUPERVISOR": str(os.getpid())},
            pass_fds=self._fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in a terminal reaches the supervisor only, which then tells them in turn
        )

    def note_death(self) -> int | None:
        """The exit code, once, where the process has ended; `start_at` then says when to start it again."""
        if self._process is None or (code := self._process.poll()) is None:
            return None
        self._process = None
        settled = time.monotonic() - self._started > SETTLED
        self._pause = 0.0 if settled else min(max(self._pause * 2, 0.5), LONGEST_PAUSE)
        self.start_at = time.monotonic() + self._pause
        return code

    def tell(self, number: int) -> None:
        """Send a signal to the process; SIGKILL goes to everything it started as well."""
        if self._process is None or self._process.poll() is not None:
            return
        if number == signal.SIGKILL:
            os.killpg(self._process.pid, number)
        else:
            self._process.send_signal(number)


class Supervisor:
    """Runs until SIGTERM, SIGINT or SIGHUP."""

    def __init__(self, children: Sequence[Child], tell: Callable[[str], None]) -> None:
        self._children = children
        self._tell = tell
        self._ending = False
        self._wake_read, self._wake_write = os.pipe()

    def run(self, on_end: Callable[[], None]) -> None:
        """Keep all children running; when told to end, call `on_end` and end them."""
        self._listen()
        while not self._ending:
            for child in self._children:
                self._keep(child)
            self._sleep(self._next_start())
        on_end()
        self._end()

    def _listen(self) -> None:
        os.set_blocking(self._wake_write, False)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told_to_end)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _told_to_end(self, *_: object) -> None:
        self._ending = True

    def _keep(self, child: Child) -> None:
        if (code := child.note_death()) is not None and not self._ending:
            self._tell(f"{child.name}: {code}")
        if not child.runs and not self._ending and time.monotonic() >= child.start_at:
            child.start()

    def _next_start(self) -> float:
        waiting = [child.start_at - time.monotonic() for child in self._children if not child.runs]
        return max(min(waiting, default=60.0), 0.05)

    def _sleep(self, seconds: float) -> None:
        if select.select([self._wake_read], [], [], seconds)[0]:
            os.read(self._wake_read, 512)

    def _end(self) -> None:
        self._tell_all(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while any(child.runs for child in self._children) and time.monotonic() < deadline:
            self._sleep(0.2)
        self._tell_all(signal.SIGKILL)

    def _tell_all(self, number: int) -> None:
        for child in self._children:
            child.tell(number)
