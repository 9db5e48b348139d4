"""The demonstration: everything of its own, on this machine only."""

import urllib.request
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc.accounts import members
from eventsvc.accounts.models import Account, Role
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail.models import Message
from eventsvc.operations import demo as demo_service
from eventsvc.questions.models import OptionLimit, Version
from eventsvc.registration import answers
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.recounting import recount
from eventsvc.settings import load_settings, project_folder
from tests.factories import Cast
from tests.operations.installation import Installation, until

pytestmark = pytest.mark.slow


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read(), "utf-8")


def counts(demo: Installation) -> tuple[int, int, int]:
    with demo.application():
        waiting = sa.select(sa.func.count()).where(Registration.status == Status.WAITLISTED)
        tables = [sa.select(sa.func.count()).select_from(table) for table in (Registration, Account)]
        registrations, accounts, queue = (db.session.scalar(query) or 0 for query in (*tables, waiting))
        return registrations, accounts, queue


def test_the_demo_is_full_of_life_keeps_what_was_done_and_touches_nothing_else(
    sqlite_place: Installation, tmp_path: Path
) -> None:
    real = {
        "EVENTSVC_BASE_URL": "https://events.example.org",
        "EVENTSVC_MAIL_URL": "smtp://mail.example.org",
        "EVENTSVC_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none",
        "EVENTSVC_SECRET_KEYS": "not-the-key-of-the-demo",
    }
    demo = Installation("sqlite", sqlite_place.folder / "demo")
    with sqlite_place.serving("--demo", **real) as running:
        assert running.url.startswith("http://127.0.0.1:")
        listed = page(f"{running.url}/en/")
        assert "Fleeing, not Migrating" in listed
        link = next(word for word in running.said().split() if "/organize/sign-in/" in word)
        assert page(link).count("<form") == 1
        before = counts(demo)
        assert before[0] > 100
        assert before[1] == 1
        assert before[2] > 0
        mailed = until(lambda: sent(demo), running, seconds=60)
        assert len(list((demo.folder / "mail" / "new").iterdir())) == mailed
    assert [path.name for path in sqlite_place.folder.iterdir()] == ["demo"]

    with sqlite_place.serving("--demo", **real) as running:
        assert page(f"{running.url}/en/").count("<li") == listed.count("<li")
    assert counts(demo) == before


def sent(demo: Installation) -> int:
    """How many letters have left; 0 as long as some are to leave yet."""
    with demo.application():
        count = sa.select(sa.func.count()).select_from(Message)
        left = db.session.scalar(count.where(Message.sent_at.is_not(None))) or 0
        return left if left == db.session.scalar(count) else 0


def test_one_event_of_the_demo_shows_all_that_a_registration_can_be(app: Flask) -> None:
    with app.app_context():
        demo_service.prepare()
        school = db.session.scalars(sa.select(Event).where(Event.slug == demo_service.SCHOOL)).one()
        people = db.session.scalars(sa.select(Registration).where(Registration.event_id == school.id)).all()
        given = {each.id: answers.of(each) for each in people}

        assert {each.status for each in people} == {
            "confirmed", "waitlisted", "offered", "pending", "cancelled", "declined"
        }  # fmt: skip
        assert max(Counter(each.party_id for each in people if each.party_id).values()) == 3
        assert any(each.contact_id and not each.email for each in people)
        answered = {one.question.slug for each in given.values() for one in each}
        assert {"workshop", "computer", "arrives", "listens-in", "access-needs", "diet", "medium"} <= answered
        assert min(len(each) for each in given.values()) > 2
        studio = db.session.scalars(sa.select(OptionLimit).where(OptionLimit.option == "studio")).one()
        assert studio.taken == studio.size == 6
        with transaction():
            assert [line for event in db.session.scalars(sa.select(Event)) for line in recount(event)] == []
        texts = db.session.scalars(sa.select(Version.label))
        assert all({"en", "es"} <= set(label) for label in texts)


def test_events_that_somebody_made_in_the_demo_do_not_keep_it_from_starting(app: Flask, cast: Cast) -> None:
    host = cast.organization()
    cast.event("Draft", published=False)
    small = cast.event("Small", capacity=2, waitlist=False)
    later = cast.event("Later")
    with app.app_context():
        with transaction():
            members.enroll(demo_service.OWNER, host.id, Role.OWNER, "en")
            db.session.get_one(Event, later.id).registration_opens = later.starts
        assert demo_service.prepare().startswith("/organize/sign-in/")

        by_event = sa.select(Registration.event_id, sa.func.count()).group_by(Registration.event_id)
        assert db.session.execute(by_event).all() == [(small.id, 2)]


def test_the_example_for_production_is_a_configuration_that_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTSVC_CONFIG", str(project_folder("config") / "production.example.toml"))
    settings = load_settings()
    assert settings.is_https
    assert not settings.writes_mail_to_files
    assert settings.sqlite_file == Path("/var/lib/eventsvc/eventsvc.sqlite3")
