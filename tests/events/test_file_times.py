"""The times in an event file: what the clocks skip is refused by its path, and what they show twice is clear."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.file_export import export_event
from eventsvc.events.file_shape import BadFile
from eventsvc.events.models import Event
from eventsvc.events.queries import facts
from tests.events.test_files import event, take

SKIPPED, DOUBLED = "2031-03-09T02:30:00", "2031-11-02T01:30:00"  # in New York
LONG = """
[[event]]
slug = "long"
languages = ["en"]
title.en = "Long"
starts = {starts}
ends = {ends}
timezone = "America/New_York"
attendance = "online"
host = "Alianza Americas"
{more}
"""
EVENT = {"starts": "2031-12-10T18:00:00", "ends": "2031-12-12T20:00:00", "more": ""}


def file(**changes: str) -> str:
    return LONG.format(**EVENT | changes)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"starts": SKIPPED}, "starts"),
        ({"starts": "2031-03-08T18:00:00", "ends": SKIPPED}, "ends"),
        ({"more": f"registration_opens = {SKIPPED}"}, "registration_opens"),
        ({"more": f"registration_closes = {SKIPPED}"}, "registration_closes"),
        ({"more": f'[[event.ticket_type]]\nslug = "a"\nopens = {SKIPPED}'}, "ticket_type[1].opens"),
        ({"more": f'[[event.ticket_type]]\nslug = "a"\ncloses = {SKIPPED}'}, "ticket_type[1].closes"),
        ({"more": f'[[event.material]]\ntitle.en = "Report"\nreleased = {SKIPPED}'}, "material[1].released"),
        (
            {"more": f'[[event.session]]\ntitle.en = "One"\nstarts = {SKIPPED}\nends = 2031-03-09T05:00:00'},
            "session[1].starts",
        ),
        (
            {"more": f'[[event.session]]\ntitle.en = "One"\nstarts = 2031-03-09T00:30:00\nends = {SKIPPED}'},
            "session[1].ends",
        ),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_by_its_path(context, changes: dict[str, str], path: str):
    with pytest.raises(BadFile) as refused:
        take(file(**changes))

    assert refused.value.message.endswith(
        f"event[1].{path}: the clocks in America/New_York skip this time on that day"
    ), refused.value.message
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"starts": DOUBLED}, "starts"),
        ({"starts": "2031-11-01T18:00:00", "ends": DOUBLED}, "ends"),
        (
            {"more": f'[[event.session]]\ntitle.en = "One"\nstarts = {DOUBLED}\nends = 2031-11-02T05:00:00'},
            "session[1].starts",
        ),
    ],
)
def test_of_a_doubled_start_or_end_the_file_has_to_say_which(context, changes: dict[str, str], path: str):
    with pytest.raises(BadFile) as refused:
        take(file(**changes))

    key = f"{path.rpartition('.')[2]}_fold"
    assert f"event[1].{path}: the clocks in America/New_York show this time twice" in refused.value.message
    assert f"add {key} = 0 for the first or 1 for the second" in refused.value.message


@pytest.mark.parametrize(("fold", "starts"), [(0, "05:30"), (1, "06:30")])
def test_the_key_that_says_which_is_taken_at_its_word_and_written_down_again(context, fold: int, starts: str):
    take(file(starts=DOUBLED, more=f"starts_fold = {fold}"))

    assert f"{event('long').starts_at.astimezone(UTC):%H:%M}" == starts
    assert f"starts_fold = {fold}" in export_event("long")


def test_a_doubled_window_is_the_longer_one_and_a_release_the_later_one(context):
    kind = f'[[event.ticket_type]]\nslug = "a"\nopens = {DOUBLED}\ncloses = {DOUBLED[:-5]}45:00\n'
    material = f'[[event.material]]\ntitle.en = "Report"\nreleased = {DOUBLED}\n'
    window = f"registration_opens = {DOUBLED}\nregistration_closes = {DOUBLED[:-5]}45:00\n"
    take(file(more=window + kind + material), publish=True)

    said = facts("long")
    assert said is not None
    moments = [said.opens_at, said.closes_at, said.ways[0].opens, said.ways[0].closes, said.materials[0].released]
    assert [moment and moment.astimezone(UTC) for moment in moments] == [
        datetime(2031, 11, 2, hour, minute, tzinfo=UTC)
        for hour, minute in ((5, 30), (6, 45), (5, 30), (6, 45), (6, 30))
    ]
