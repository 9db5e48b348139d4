"""What an event asks, read from the database: the newest wordings, in order, and only once for each version."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc import clock
from eventsvc.db import Model, db, transaction
from eventsvc.events.editing import touch
from eventsvc.events.models import Event
from eventsvc.questions.asked import full_options, questions_of
from eventsvc.questions.models import OptionLimit, Question, Version

VEGAN = {"slug": "vegan", "label": {"en": "Vegan", "es": "Vegano"}}
MEAT = {"slug": "meat", "label": {"en": "Meat", "es": "Carne"}}


def ask(event: Event, slug: str, position: int = 0, **values: Any) -> Question:
    """Add a question to the event, as its organizer would."""
    wordings = values.pop("wordings", [{}])
    with transaction():
        added = Question(event_id=event.id, slug=slug, position=position, asked=values.pop("asked", True), **values)
        for number, wording in enumerate(wordings, 1):
            texts = {"kind": "short_text", "label": {"en": f"{slug} {number}"}} | wording
            added.versions.append(Version(number=number, created_at=clock.now(), **texts))
        db.session.add(added)
        touch(db.session.get_one(Event, event.id))
    return added


@pytest.fixture
def event(context, cast):
    return cast.event()


@contextmanager
def asking_nothing(app: Flask) -> Iterator[None]:
    """Fails where the database is asked anything, in the session or past it."""
    asked: list[object] = []

    def note(*what: object) -> None:
        asked.append(what)

    engines = {db.engine, app.extensions.get("eventsvc.glances", db.engine)}
    watched = [(e, name) for e in engines for name in ("before_cursor_execute", "checkout")]
    db.session.rollback()
    for engine, name in watched:
        sa.event.listen(engine, name, note)
    yield
    for engine, name in watched:
        sa.event.remove(engine, name, note)
    assert asked == []


def test_the_newest_wording_of_each_question_is_asked_in_order(event):
    ask(event, "second", 2)
    ask(event, "first", 1, wordings=[{}, {"label": {"en": "Newest"}, "required": True, "limits": {"most": 5}}])
    ask(event, "withdrawn", 0, asked=False)

    asked = questions_of(event.id, event.version)

    assert [(each.slug, each.label["en"], each.required) for each in asked] == [
        ("first", "Newest", True),
        ("second", "second 1", False),
    ]
    assert asked[0].limits == {"most": 5}


def test_all_of_a_question_is_there(event):
    parent = ask(event, "eats", 1, wordings=[{"kind": "one_of", "options": [VEGAN, MEAT]}])
    child = ask(event, "which", 2, retention_days=3, wordings=[{
        "depends_on_id": parent.id, "depends_on_options": ["meat"], "ticket_types": ["hall"],
        "help": {"en": "h"}, "purpose": {"en": "p"},
    }])  # fmt: skip
    with transaction():
        db.session.add(OptionLimit(event_id=event.id, question_id=parent.id, option="meat", size=2))
        db.session.add(OptionLimit(event_id=event.id, question_id=parent.id, option="gone", size=2))

    one, two = questions_of(event.id, event.version)

    assert (one.options, list(one.option_limits)) == ((VEGAN, MEAT), ["meat"])
    assert (two.question_id, two.version_id) == (child.id, child.versions[0].id)
    assert (two.depends_on_id, two.depends_on_options, two.ticket_types) == (parent.id, ("meat",), ("hall",))
    assert (two.help, two.purpose, two.retention_days) == ({"en": "h"}, {"en": "p"}, 3)


def test_they_are_read_once_for_each_version_of_the_event(context, event):
    ask(event, "first")
    before = questions_of(event.id, event.version)
    number, version = event.id, event.version

    with asking_nothing(context):
        assert questions_of(number, version) is before

    ask(event, "another", 1)
    assert [each.slug for each in questions_of(event.id, event.version)] == ["first", "another"]


def test_an_event_without_questions_is_not_asked_for_again_either(context, event):
    number, version = event.id, event.version
    assert questions_of(number, version) == ()

    with asking_nothing(context):
        assert questions_of(number, version) == ()


def test_what_was_not_committed_is_not_kept(event):
    version = event.version + 1

    def change_and_give_up() -> None:
        with transaction():
            touch(db.session.get_one(Event, event.id))
            wording = Version(kind="yes_no", label={"en": "Never?"}, created_at=clock.now())
            db.session.add(Question(event_id=event.id, slug="never", versions=[wording]))
            db.session.flush()
            assert [each.slug for each in questions_of(event.id, version)] == ["never"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_give_up()
    ask(event, "really")
    assert event.version == version
    assert [each.slug for each in questions_of(event.id, version)] == ["really"]


def test_a_new_event_with_the_number_of_one_that_was_deleted_asks_its_own(event, cast):
    ask(event, "old")
    number, version = event.id, event.version
    assert len(questions_of(number, version)) == 1
    tables = ("ticket_type_quotas", "ticket_types", "quotas", "event_keys", "events")
    with transaction():
        db.session.execute(sa.delete(Question))
        for table in map(Model.metadata.tables.get, tables):
            assert table is not None
            of_events = table.c.event_id.is_not(None) if "event_id" in table.c else sa.true()
            db.session.execute(table.delete().where(of_events))

    db.session.expunge_all()
    newcomer = cast.event()
    with transaction():
        db.session.execute(sa.update(Event).values(version=version))
    assert questions_of(newcomer.id, version) == ()


def test_an_option_is_full_when_so_many_have_chosen_it(event, cast):
    question, other = ask(event, "eats", wordings=[{"kind": "one_of", "options": [VEGAN, MEAT]}]), cast.event()
    with transaction():
        limits = [
            OptionLimit(event_id=event.id, question_id=question.id, option=option, size=size, taken=taken)
            for option, size, taken in (("vegan", 2, 2), ("meat", 2, 1), ("gone", 1, 3))
        ]
        db.session.add_all(limits)
    vegan, _meat, gone = limits

    assert full_options(event.id) == {vegan.id, gone.id}
    assert full_options(other.id) == frozenset()


def test_where_no_option_has_a_limit_nothing_is_asked_for(context, event):
    ask(event, "eats", wordings=[{"kind": "one_of", "options": [VEGAN, MEAT]}])
    asked = questions_of(event.id, event.version)
    number = event.id

    with asking_nothing(context):
        assert full_options(number, asked) == frozenset()
    with pytest.raises(AssertionError), asking_nothing(context):
        full_options(number)
