"""Other readers for what the calendar writes; none of them shares a line of code with it."""

from collections.abc import Iterator

import pytest

from eventsvc.calendar import editions
from tests.servers import icaljs, khal, libical
from tests.servers.missing import required


@pytest.fixture(scope="session")
def other_reader() -> Iterator[icaljs.Reader]:
    """ical.js, as Thunderbird and Nextcloud read."""
    with required(icaljs.reader()) as reader:
        yield reader


@pytest.fixture(scope="session")
def judge() -> Iterator[libical.Judge]:
    """libical, as Evolution and KOrganizer read; it judges as well."""
    with required(libical.reader()) as reader:
        yield reader


@pytest.fixture
def agenda() -> Iterator[khal.Agenda]:
    """Somebody's own calendar, kept with vdirsyncer and khal."""
    with required(khal.agenda()) as mine:
        yield mine


@pytest.fixture(autouse=True)
def _an_empty_desk(request: pytest.FixtureRequest) -> None:
    """One application serves all tests, and the database is emptied behind its back."""
    if "app" in request.fixturenames:
        request.getfixturevalue("app").extensions[editions.DESK].__init__()
