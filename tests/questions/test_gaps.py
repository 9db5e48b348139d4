"""What is missing of a question stops publishing, at the desk and by a file."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.file_shape import BadFile
from eventsvc.events.models import Event, EventStatus
from eventsvc.questions import editing
from eventsvc.questions.gaps import gaps
from eventsvc.questions.models import Kind
from eventsvc.questions.wordings import Choice, Wording
from eventsvc.registration.importing import import_file
from tests.questions.writing import ask, stored, wording

FILE = """
[[event]]
slug = "small"
languages = ["en", "es"]
title.en = "Small"
title.es = "Chico"
starts = 2031-06-10T18:00:00
ends = 2031-06-10T20:00:00
timezone = "America/Guatemala"
attendance = "online"
host = "Alianza Americas"
"""


def test_what_is_missing_is_named_with_its_language(context, cast):
    event = cast.event(published=False, languages=["en", "es"], summary={"en": "x"})
    half = Wording({"en": "Food?"}, help={"es": "Algo"}, choices=(Choice({"en": "A", "es": "A"}), Choice({"en": "B"})))
    with transaction():
        editing.add(event, Kind.ONE_OF, half)
    ask(event, "Bed?")

    assert gaps(event) == [
        ("en", "question.food.help"),
        ("es", "summary"),
        ("es", "question.food.label"),
        ("es", "question.food.option.b"),
    ]


def test_only_what_is_asked_and_as_it_is_asked_now_counts(context, cast):
    event = cast.event(published=False)
    with transaction():
        food = editing.add(event, Kind.ONE_OF, Wording({"en": "Food?"}, choices=wording("", "A", "B").choices))
        bed = editing.add(event, Kind.YES_NO, Wording({"en": "Bed?"}))
        editing.change(event, food, wording("Food?", *stored(food)))
        editing.withdraw(event, bed)

    assert gaps(event) == []


def test_a_file_does_not_publish_an_event_with_half_a_question(context, folder):
    file = Path(folder) / "small.toml"
    file.write_text(FILE)
    import_file(file, publish=False, update=False)
    event = db.session.scalars(sa.select(Event)).one()
    with transaction():
        editing.add(event, Kind.YES_NO, Wording({"en": "Food?"}))

    with pytest.raises(BadFile, match=r"Spanish: question\.food\.label"):
        import_file(file, publish=True, update=True)

    db.session.expire_all()
    assert db.session.scalars(sa.select(Event.status)).all() == [EventStatus.DRAFT]
