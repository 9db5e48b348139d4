"""Couriers in processes of their own, to be killed.

A nursery has everything imported; for each line it reads it forks one courier and says its process id.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

from flask import Flask

from eventsvc.app import create_app
from eventsvc.mail.courier import Courier
from eventsvc.mail.transports import transport_of
from eventsvc.settings import Settings, load_settings
from tests.servers.lifeline import dies_with_parent


class Nursery:
    """Makes couriers for one service."""

    def __init__(self, orders: IO[str], answers: IO[str]) -> None:
        self._orders = orders
        self._answers = answers

    def courier(self) -> int:
        """The process id of a new courier, which works until it is killed."""
        self._orders.write("another\n")
        self._orders.flush()
        return int(self._answers.readline())


@contextmanager
def nursery(settings: Settings, mail_url: str, *, lease: int) -> Iterator[Nursery]:
    """Until the block ends; its couriers end with it, and have leases of so many seconds."""
    surroundings = os.environ | {
        "EVENTSVC_DATA_DIR": str(settings.data_dir),
        "EVENTSVC_DATABASE_URL": settings.database_url,
        "EVENTSVC_MAIL_URL": mail_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.mail.couriers", str(lease)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings,
        preexec_fn=dies_with_parent(),  # noqa: PLW1509 - one system call, no lock
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Nursery(process.stdin, process.stdout)
        finally:
            process.kill()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    settings = load_settings()
    app = create_app(settings)  # opens no connection, which must not be shared with a child
    for _order in sys.stdin:
        if (child := os.fork()) == 0:
            deliver_for_ever(app, settings)
        print(child, flush=True)  # noqa: T201 - its way of answering


def deliver_for_ever(app: Flask, settings: Settings) -> None:
    if ask := dies_with_parent():
        ask()
    with app.app_context():
        courier = Courier(transport_of(settings), timedelta(seconds=int(sys.argv[1])))
        while True:
            if not courier.round().did_anything:
                time.sleep(0.05)


if __name__ == "__main__":
    main()
