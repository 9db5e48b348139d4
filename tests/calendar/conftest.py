"""A second reader for what the calendar writes."""

from collections.abc import Iterator

import pytest

from tests.servers import icaljs
from tests.servers.missing import required


@pytest.fixture(scope="session")
def other_reader() -> Iterator[icaljs.Reader]:
    """ical.js, which shares no line of code with icalendar."""
    with required(icaljs.reader()) as reader:
        yield reader
