"""A copy taken under load is whole, and a copy put back has forgotten what was erased since."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from eventsvc import clock, vault
from eventsvc.db import db, transaction
from eventsvc.events import queries
from eventsvc.events.models import Event, Organization
from eventsvc.operations import postgres_dump
from eventsvc.operations.backup import backup
from eventsvc.pictures import keeping
from eventsvc.pictures.making import make
from eventsvc.pictures.models import PictureFile
from eventsvc.questions.models import OptionLimit, Question, Version
from eventsvc.registration import answers
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Answer, LogLine, Registration
from eventsvc.registration.people import person as person_of
from eventsvc.registration.signup import sign_up
from eventsvc.retention import journal, runs
from eventsvc.retention.models import Erasure
from tests.factories import Cast
from tests.operations.installation import Installation
from tests.pictures.uploads import encoded, scene
from tests.retention.asking import ask, person, together
from tests.servers import postgres

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _programs_of_this_server(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump must not be older than its server; that of the tests brings its own."""
    if place.kind == "postgresql":
        monkeypatch.setenv("PATH", str(postgres.newest_binaries()), prepend=":")


@pytest.fixture
def assembly(place: Installation) -> Iterator[Event]:
    """An event with three people, in an application that is open."""
    with place.application() as app:
        event = Cast(app).event(kinds=[("hall", 2)])
        for name in ("Rosa", "Ana", "Noé"):
            sign_up(event, signup_of(event, name))
        yield event


def signup_of(event: Event, name: str) -> Signup:
    kind = db.session.execute(sa.text("SELECT id FROM ticket_types WHERE event_id = :event"), {"event": event.id})
    return Signup(name, f"{name.lower().replace('é', 'e')}@example.org", "es", kind.scalar_one(), "1")


def registrations() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) or 0


def test_a_copy_taken_while_four_write_holds_whole_transactions_and_hardly_delays_them(
    place: Installation, tmp_path: Path
) -> None:
    target = tmp_path / "copy"
    with place.application() as app:
        waits: list[float] = []
        stop = threading.Event()

        def write(writer: int) -> None:
            with app.app_context():
                number = 0
                while not stop.is_set():
                    began = time.monotonic()
                    with transaction():  # always two rows, or none
                        for half in "ab":
                            name = f"{writer}-{number}-{half}"
                            db.session.add(Organization(slug=name, name=name))
                    waits.append(time.monotonic() - began)
                    number += 1
                    time.sleep(0.002)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for writer in writers:
            writer.start()
        time.sleep(0.7)
        size = backup(target)
        time.sleep(0.7)
        stop.set()
        for writer in writers:
            writer.join(10)
    assert size == target.stat().st_size > 0
    assert target.stat().st_mode & 0o777 == 0o600
    assert max(waits) < 1
    copied = organizations_in(place, target)
    assert 0 < copied < 2 * len(waits)
    assert copied % 2 == 0


def organizations_in(place: Installation, copy: Path) -> int:
    if place.kind == "sqlite":
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return int(connection.execute("SELECT count(*) FROM organizations").fetchone()[0])
    with postgres.database(server_of(place)) as url:
        postgres_dump.restore(url, copy)
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            counted = connection.exec_driver_sql("SELECT count(*) FROM organizations").scalar_one()
        engine.dispose()
        return int(counted)


def server_of(place: Installation) -> str:
    return sa.make_url(place.database_url).set(database="postgres").render_as_string(hide_password=False)


def test_a_copy_does_not_hold_the_key(place: Installation, assembly: Event, tmp_path: Path) -> None:
    backup(tmp_path / "copy")
    content = (tmp_path / "copy").read_bytes()
    assert (place.folder / "secret.key").read_text().strip().encode() not in content
    assert b"rosa@example.org" not in content


def test_restoring_brings_everything_back_but_what_was_erased_since(
    place: Installation, assembly: Event, tmp_path: Path
) -> None:
    backup(tmp_path / "copy")
    rosa = db.session.scalars(sa.select(Registration).order_by(Registration.registered_at)).first()
    assert rosa is not None
    runs.erase_on_request(rosa.id)
    sign_up(assembly, signup_of(assembly, "Wendy"))
    assert registrations() == 3
    close()

    done = place.run("restore", str(tmp_path / "copy"))

    assert (done.returncode, done.stderr) == (0, "")
    assert "What was there before is in" in done.stdout
    db.session.rollback()
    assert registrations() == 2  # Ana and Noé: Rosa is forgotten again, Wendy came later than the copy
    assert db.session.get(Registration, rosa.id) is None
    assert db.session.scalar(sa.select(Erasure.registration_id)) == rosa.id
    left = db.session.scalars(sa.select(Registration)).all()
    assert {(person_of(each).name, each.status) for each in left} == {("Ana", "confirmed"), ("Noé", "confirmed")}


def close() -> None:
    """Let go of the database: a restore wants it alone."""
    db.session.remove()
    db.engine.dispose()


def test_a_purged_event_stays_purged_even_where_the_database_of_today_is_lost(
    place: Installation, assembly: Event, tmp_path: Path
) -> None:
    backup(tmp_path / "copy")
    runs.purge_event(assembly.id)
    journal.catch_up()
    close()
    lose_database(place)

    assert place.run("restore", str(tmp_path / "copy")).returncode == 0

    assert registrations() == 0
    with pytest.raises(vault.SealBroken):
        vault.Keyring(vault.load_masters(place.settings)).of_event(assembly.id)


def test_pictures_come_back_with_a_copy_byte_by_byte(place: Installation, assembly: Event, tmp_path: Path) -> None:
    made = make("cover", encoded(scene(1000, 500)))
    with transaction():
        event = db.session.get_one(Event, assembly.id)
        event.cover_id = cover = keeping.keep(made, {"en": "Four colours"})
        host = db.session.get_one(Organization, assembly.host_id)
        host.accent, host.frame_ancestors = "#c2185b", ["https://www.example.org"]
    backup(tmp_path / "copy")
    close()
    lose_database(place)

    assert place.run("restore", str(tmp_path / "copy")).returncode == 0

    rows = db.session.execute(sa.select(PictureFile.width, PictureFile.format, PictureFile.body))
    assert sorted(map(tuple, rows)) == sorted(map(tuple, made.files))
    found = queries.facts(assembly.slug)
    assert found is not None
    assert found.cover is not None
    assert (found.cover.id, found.cover.alt) == (cover, {"en": "Four colours"})
    assert (found.host.accent, found.frame_ancestors) == ("#c2185b", ["https://www.example.org"])


def test_answers_parties_and_the_log_come_back_and_answers_that_have_gone_go_again(
    place: Installation, assembly: Event, tmp_path: Path
) -> None:
    """Two questions; the answers to one of them have had their time since the copy was taken."""
    with transaction():
        db.session.execute(sa.update(Event).values(party_most=2))
    workshop = ask(assembly, "workshop", ("weaving", 5), ("radio", None)).id
    diet = ask(assembly, "diet", days=0).id
    together(assembly, person(assembly, "eva", workshop=["weaving"], diet="fish"), person(assembly, "Fay", email=None))
    with transaction():  # the event is over
        ended = clock.now() - timedelta(days=1)
        db.session.execute(sa.update(Event).values(starts_at=ended - timedelta(hours=2), ends_at=ended))
    before = everything()
    backup(tmp_path / "copy")
    assert [receipt.counts for receipt in runs.run()] == [{"answers": 1, "question": "diet"}]
    with transaction():
        for model in (Answer, LogLine):
            db.session.execute(sa.delete(model))
    close()

    assert place.run("restore", str(tmp_path / "copy")).returncode == 0

    assert everything() == before
    left = db.session.execute(sa.select(Answer.question_id, Registration).join_from(Answer, Registration)).all()
    assert [(question, person_of(row).name) for question, row in left] == [(workshop, "Eva")]
    assert answers.of(left[0][1])[0].value == ["weaving"]
    assert db.session.scalar(sa.select(sa.func.count()).where(Answer.question_id == diet)) == 0
    guest = db.session.scalars(sa.select(Registration).where(Registration.contact_id == left[0][1].id)).one()
    assert (person_of(guest).name, guest.party_id, guest.position) == ("Fay", left[0][1].party_id, 1)
    assert db.session.scalar(sa.select(OptionLimit.taken)) == 1


def everything() -> dict[str, int]:
    """How many rows there are of what has no end of its own."""
    db.session.rollback()
    tables = (Registration, LogLine, Question, Version, OptionLimit)
    return {t.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables}


def lose_database(place: Installation) -> None:
    """Yesterday's disk."""
    if place.kind == "sqlite":
        for path in place.folder.glob("eventsvc.sqlite3*"):
            path.unlink()
    else:
        postgres_dump.empty(db.engine)
        close()


def test_a_served_database_is_not_replaced(place: Installation, tmp_path: Path) -> None:
    with place.application():
        backup(tmp_path / "copy")
    with place.serving():
        assert place.refused("restore", str(tmp_path / "copy")) == "the service is running: stop it first"


def test_a_copy_that_another_key_made_leaves_the_database_as_it_is(
    place: Installation, assembly: Event, tmp_path: Path
) -> None:
    with transaction():
        check = db.session.get_one(vault.VaultCheck, 1)
        right, check.sealed = check.sealed, b"\x01" + bytes(60)
    backup(tmp_path / "copy")
    with transaction():
        db.session.get_one(vault.VaultCheck, 1).sealed = right
    close()
    assert "the key does not belong to this database" in place.refused("restore", str(tmp_path / "copy"))
    assert registrations() == 3


def test_what_is_no_backup_is_refused(place: Installation, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear all,")
    said = place.refused("restore", str(tmp_path / "letter"))
    assert said == f"{tmp_path}/letter is not a backup of this kind of database"


def test_an_existing_file_is_not_overwritten(place: Installation, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    assert "exists already" in place.refused("backup", str(tmp_path / "copy"))
    assert (tmp_path / "copy").read_text() == "precious"


@pytest.mark.parametrize("empty", ["postgresql"], indirect=True)
def test_without_the_client_programs_postgresql_says_what_to_install(place: Installation, tmp_path: Path) -> None:
    said = place.refused("backup", str(tmp_path / "copy"), PATH=str(tmp_path))
    assert said == "pg_dump is not installed: install PostgreSQL's client programs"
    assert not (tmp_path / "copy").exists()


def test_what_an_upgrade_set_aside_goes_after_a_week(sqlite_place: Installation) -> None:
    assert sqlite_place.run("db", "upgrade").returncode == 0
    aside = [sqlite_place.folder / f"eventsvc.sqlite3.before-{what}" for what in ("upgrade", "restore")]
    for copy, days in zip(aside, (8, 6), strict=True):
        copy.write_bytes(b"people")
        then = clock.now().timestamp() - days * 86400
        os.utime(copy, (then, then))

    assert sqlite_place.run("work", "--once").returncode == 0

    assert [copy.exists() for copy in aside] == [False, True]
