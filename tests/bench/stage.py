"""What is measured on: an installation on one of the two databases, an event as they are, and servers under the same settings."""

import multiprocessing
import os
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from eventsvc import schema, vault
from eventsvc.app import create_app
from eventsvc.db import db, transaction
from eventsvc.settings import Settings, load_settings
from tests.factories import Cast
from tests.servers import postgres, site

DATABASES = ("sqlite", "postgresql")
APART = multiprocessing.get_context("forkserver")
"""Makes processes that share nothing with this one, and need not import everything again."""
APART.set_forkserver_preload(["eventsvc.app"])
ALONE = {"EVENTSVC_WORKERS": "1"}
"""With two workers it is a lottery which of them gets how many lines, and the same page is twice as fast or half."""
TICK = os.sysconf("SC_CLK_TCK")
DESCRIPTION = (
    "People move for work, and **their rights move with them**. Speakers from five countries tell what changed this "
    "year, what did not, and what a network can do about it.\n\n- Recruitment without fees\n- Wages that are paid\n"
    "- A voice in the talks\n\nInterpretation is provided. See [the programme](https://example.org/programme).\n\n"
)


@dataclass(frozen=True)
class Stage:
    """An installation, and the application on it in this process."""

    kind: str
    app: Flask
    settings: Settings
    workers: int

    @property
    def environment(self) -> dict[str, str]:
        return {
            "EVENTSVC_DATA_DIR": str(self.settings.data_dir),
            "EVENTSVC_DATABASE_URL": self.settings.database_url,
            "EVENTSVC_WORKERS": str(self.workers),
            "EVENTSVC_QUICKEST_FORM": "0",
        }

    def event(self, title: str = "Labor mobility", capacity: int | None = 1_000_000) -> tuple[int, str]:
        """The id and slug of an event with 14 hosts and a text of a page, in two languages."""
        with self.app.app_context():
            cast = Cast(self.app)
            event = cast.event(
                title,
                capacity=capacity,
                host=cast.organization("Host of all"),
                co_hosts=[cast.organization(f"Organization number {n}") for n in range(13)],
                summary={"en": "A side event in two languages.", "es": "Un evento paralelo en dos idiomas."},
                description={"en": DESCRIPTION * 3, "es": DESCRIPTION * 3},
                contact={"en": "rsvp@example.org", "es": "rsvp@example.org"},
                venue={"name": "Hotel Figueroa", "street": "939 South Figueroa Street", "locality": "Los Angeles"},
            )
            return event.id, event.slug


@contextmanager
def stage(kind: str, workers: int = 2) -> Iterator[Stage]:
    """A fresh installation. PostgreSQL writes through to the disk, as SQLite does."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        url = stack.enter_context(postgres.server(durable=True)) if kind == "postgresql" else ""
        if url:
            url = stack.enter_context(postgres.database(url))
        vault.make_key_file(folder / "secret.key")
        settings = load_settings(data_dir=folder, database_url=url, base_url="http://localhost", quickest_form=0)
        app = create_app(settings)
        with app.app_context():
            schema.upgrade(db.engine)
            with transaction():
                vault.verify()
        yield Stage(kind, app, settings, workers)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@dataclass(frozen=True)
class Server:
    """A web server with its workers."""

    running: site.Running
    port: int

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def cpu(self) -> float:
        """Seconds of CPU its workers have used so far."""
        used = 0
        for pid in self.running.children():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used / TICK


@contextmanager
def served(environment: Mapping[str, str], application: str = "wsgi:app") -> Iterator[Server]:
    """This WSGI application under our own settings of gunicorn."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        port = listener.getsockname()[1]
        url = f"http://localhost:{port}"
        own = {"EVENTSVC_BASE_URL": url, "EVENTSVC_LISTEN": str(listener.fileno()), "EVENTSVC_WORKERS": "2"}
        command = ["-m", "gunicorn", "--config", "config/gunicorn.conf.py", application]
        with site.start(command, own | dict(environment), url=url, inherit=(listener.fileno(),)) as running:
            site.wait_until_it_answers(running, None)
            yield Server(running, port)
