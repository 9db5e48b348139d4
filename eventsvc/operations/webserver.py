"""What gunicorn must do differently for us: nobody waits long, no slow sender stays for ever, no client is written down.

Read by `config/gunicorn.conf.py` in the master process, before workers patch the standard library: imports nothing of
ours.
"""

import ctypes
import errno
import logging
import os
import re
import signal
import sys
import time
from typing import Any

import gevent  # type: ignore[import-untyped]  # published without types, like the two below
from gevent.server import StreamServer  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

ACCEPT_AT_ONCE = 16
BODY_SECONDS, UPLOAD_SECONDS = 30.0, 120.0
_UPLOAD = re.compile(r"/organize/(organizations/[^/]+/look|events/[^/]+/picture)")

_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*::(?:[0-9a-f:]*[0-9a-f])?|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4})(?!\w)",
    re.IGNORECASE,
)
_PATH = re.compile(r"/\S*")


PR_SET_PDEATHSIG = 1  # prctl(2)


def follow_parent() -> None:
    """Ask the kernel to end this process with the supervisor that started it, even one that was killed. Linux only."""
    supervisor = os.environ.get("EVENTSVC_SUPERVISOR")
    if supervisor is None or sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(supervisor):  # it went before we could ask
        os.kill(os.getpid(), signal.SIGTERM)


def accept_fairly() -> None:
    """Take several waiting connections per turn of the loop.

    With more than one worker gunicorn sets this to 1, and new connections then wait seconds behind busy ones. The
    attribute becomes one that cannot be set.
    """
    StreamServer.max_accept = property(lambda _server: ACCEPT_AT_ONCE, lambda _server, _value: None)


def give_way() -> None:
    """Let the others have a turn: a connection whose next request is already there would never yield."""
    gevent.sleep(0)


def patience(path: str) -> float:
    """How many seconds a request to this path may take to send its body; a photograph on a poor line takes longer."""
    return UPLOAD_SECONDS if _UPLOAD.fullmatch(path) else BODY_SECONDS


class Deadline:
    """A reader of request bodies that gives up: however slowly it drips, the whole body has so many seconds."""

    def __init__(self, reader: Any, seconds: float = BODY_SECONDS) -> None:
        self._reader = reader
        self._until = time.monotonic() + seconds

    def read(self, size: int) -> bytes:
        """Raises OSError (ETIMEDOUT), which the application answers with 400."""
        left = max(self._until - time.monotonic(), 0.001)
        with gevent.Timeout(left, OSError(errno.ETIMEDOUT, "the request body took too long")):
            data: bytes = self._reader.read(size)
            return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)


class Silence(logging.Filter):
    """No record holds a client's address, a path (it may be a secret link) or what an exception had to say."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if not message.startswith("Listening at"):
            message = _ADDRESS.sub("-", message)
            if record.levelno >= logging.WARNING:
                message = _PATH.sub("-", message)
        if record.exc_info and record.exc_info[0]:
            message = f"{message} ({record.exc_info[0].__name__})"
        record.msg, record.args, record.exc_info, record.exc_text = message, (), None, None
        return True


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's logger with Silence on its error log; the access log is off."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.addFilter(Silence())
