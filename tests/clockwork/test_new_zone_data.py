"""A country decides on other clocks, and the next release of the service brings other zone data: `work` puts it right.

The other data are real files in their own package, read by a process of its own; nothing in the service knows of it.
"""

import os
import shutil
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.mail import reading
from eventsvc.mail.models import Message
from eventsvc.registration import rederiving
from eventsvc.settings import Settings
from tests.factories import Cast
from tests.registration.journal import comes, letters
from tests.servers import libical
from tests.servers.missing import required
from tests.servers.site import TREE

MEXICO = "America/Mexico_City"
NEWER = "2999a"


@pytest.fixture(scope="module")
def other_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zone data of our release made newer, but that Mexico changes its clocks in summer as Chicago does."""
    folder = tmp_path_factory.mktemp("zones")
    with resources.as_file(resources.files("tzdata")) as package:
        shutil.copytree(package, folder / "tzdata")
    files = folder / "tzdata" / "zoneinfo" / "America"
    shutil.copy(files / "Chicago", files / "Mexico_City")
    (folder / "tzdata" / "__init__.py").write_text(f'IANA_VERSION = "{NEWER}"\n')
    return folder


def summer_evening(years: int) -> datetime:
    return datetime(clock.now().year + years, 7, 10, 18)  # noqa: DTZ001 - a wall time


def work(settings: Settings, zone_data: Path | None) -> None:
    """One round of everything that is due, by the program itself under those data; None: those of our release."""
    db.session.rollback()  # what the test read stands in nobody's way
    with_data: Mapping[str, str] = {
        "PYTHONPATH": str(zone_data or ""),
        "EVENTSVC_DATA_DIR": str(settings.data_dir),
        "EVENTSVC_DATABASE_URL": settings.database_url,
        "EVENTSVC_BASE_URL": settings.base_url,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSVC_")}
    ran = subprocess.run(
        [sys.executable, "-m", "eventsvc", "work", "--once"],
        cwd=TREE, env={**kept, **with_data}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


@contextmanager
def reading_zones_from(zone_data: Path) -> Iterator[None]:
    """This process reads them as well, as every machine does that got the release."""
    zoneinfo.reset_tzpath(to=[zone_data / "tzdata" / "zoneinfo"])
    ZoneInfo.clear_cache()
    try:
        yield
    finally:
        zoneinfo.reset_tzpath(to=())
        ZoneInfo.clear_cache()


def stands(event: Event) -> tuple[datetime, datetime, int, int]:
    """(wall time, instant, SEQUENCE, how many were told of a change) as it is in the database now."""
    db.session.rollback()
    row = db.session.get_one(Event, event.id, populate_existing=True)
    return row.starts, row.starts_at, row.sequence, letters(event).count("event_changed")


@pytest.mark.slow
def test_other_zone_data_move_what_is_to_come_raise_its_sequence_and_tell_people_once(
    context, settings: Settings, other_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, wall = Cast(context), summer_evening(1)
    event = cast.event("Asamblea", timezone=MEXICO, starts=wall)
    winter = cast.event("Posada", timezone=MEXICO, starts=wall.replace(month=1))
    elsewhere = cast.event("Foro", timezone="America/Guatemala", starts=wall)
    past = cast.event("Memoria", timezone=MEXICO, starts=summer_evening(-1))
    draft = cast.event("Plan", timezone=MEXICO, starts=wall, published=False)
    for each in (event, winter, elsewhere):
        for who in ("ana", "amir"):
            comes(each, who)
    before = {each.id: stands(each) for each in (event, winter, elsewhere, past, draft)}
    hour = timedelta(hours=1)

    work(settings, other_data)
    work(settings, None)  # a machine that still has the older release
    with reading_zones_from(other_data):
        monkeypatch.setattr(rederiving, "RELEASE", NEWER)
        again = rederiving.rederive()

    _wall, instant, sequence, told = before[event.id]
    assert instant == datetime(wall.year, 7, 11, 0, tzinfo=UTC)
    assert again == []
    assert stands(event) == (wall, instant - hour, sequence + 1, told + 2)
    for untouched in (winter, elsewhere, past):
        assert stands(untouched) == before[untouched.id]
    assert stands(draft) == (wall, instant - hour, 0, 0)
    with required(libical.reader()) as judge:
        invited = [judge.read(part) for part in mailed(event)]
    assert [(each["method"], each["events"][0]["sequence"]) for each in invited] == [("REQUEST", sequence + 1)] * 2
    assert {each["events"][0]["starts"]["unix"] for each in invited} == {(instant - hour).timestamp()}


def mailed(event: Event) -> list[bytes]:
    """The calendar part of each letter about the change; it brings the new clock with it."""
    query = sa.select(Message).where(Message.event_id == event.id, Message.letter == "event_changed")
    opened = [reading.opened(message) for message in db.session.scalars(query)]
    parts = [part for each in opened if each for part in message_from_bytes(each.content).walk()]
    calendars = [part for part in parts if part.get_content_type() == "text/calendar" and not part.get_filename()]
    return [payload for part in calendars if isinstance(payload := part.get_payload(decode=True), bytes)]
