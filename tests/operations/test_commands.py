"""The commands, as one types them."""

import csv
import inspect
import io
import json
import re
import secrets
import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
import sqlalchemy as sa

from eventsvc import clock, vault
from eventsvc.cli import COMMANDS, cli
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.i18n import gettext, speaking
from eventsvc.mail.models import Message
from eventsvc.questions.models import OptionLimit
from eventsvc.registration import exporting
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.signup import sign_up
from eventsvc.settings import project_folder
from tests.factories import Cast
from tests.operations.installation import Installation
from tests.retention.asking import answered, ask, person, together
from tests.servers import smtp

SPANISH = "la demostración solo responde en este equipo: omita --host o use 127.0.0.1"
ENGLISH = "the demo only answers on this machine: leave out --host, or use 127.0.0.1"


def test_every_command_explains_itself_and_wrong_usage_is_2(sqlite_place: Installation) -> None:
    said = sqlite_place.spawn("--help")
    assert said.returncode == 0
    for command in COMMANDS:
        assert f"\n  {command.name} " in said.stdout
        assert command.help
    assert sqlite_place.run("serve", "--prot", "1").returncode == 2
    assert sqlite_place.run("dance").returncode == 2
    assert not sqlite_place.folder.exists()


def test_an_event_file_goes_in_comes_out_and_goes_in_again(place: Installation, tmp_path: Path) -> None:
    organizations = project_folder("config") / "demo" / "organizations.toml"
    events = project_folder("config") / "demo" / "events.toml"
    for file in (organizations, events):
        done = place.run("event", "import", str(file), "--publish")
        assert done.returncode == 0, done.stderr
    assert "published  root-causes-community-assembly" in done.stdout
    assert place.run("event", "list").stdout.count("published") == done.stdout.count("published")
    assert "already" in place.refused("event", "import", str(events))

    written = place.run("event", "export", "root-causes-community-assembly").stdout
    assert tomllib.loads(written)["event"][0]["slug"] == "root-causes-community-assembly"
    (tmp_path / "again.toml").write_text(written)
    again = place.run("event", "import", str(tmp_path / "again.toml"), "--update")
    assert (again.returncode, again.stderr) == (0, "")
    assert place.refused("event", "export", "no-such").startswith("there is no event no-such")


def test_a_file_that_moves_an_event_tells_people_and_one_that_enlarges_it_moves_the_queue(
    place: Installation, tmp_path: Path
) -> None:
    with place.application() as app:
        event = Cast(app).event(slug="assembly", kinds=[("hall", 1)])
        kind = db.session.scalar(sa.select(TicketType.id).where(TicketType.event_id == event.id)) or 0
        for name in ("Rosa", "Ana"):
            sign_up(event, Signup(name, f"{name.lower()}@example.org", "es", kind, "1"))
    written = place.run("event", "export", "assembly").stdout
    moved = written.replace("T18:00:00", "T17:00:00").replace("capacity = 1", "capacity = 2")
    (tmp_path / "moved.toml").write_text(moved)

    done = place.run("event", "import", str(tmp_path / "moved.toml"), "--update")
    assert done.returncode == 0, done.stderr
    assert re.search(r"When: .*6:00.* → .*5:00", done.stdout)
    assert "2 people are told." in done.stdout
    assert place.run("work", "--once").returncode == 0

    with place.application():
        assert {each.status for each in db.session.scalars(sa.select(Registration))} == {"confirmed"}
        letters = list(db.session.scalars(sa.select(Message.letter)))
        assert sorted(letters) == ["confirmed", "event_changed", "event_changed", "promoted", "waitlisted"]


def test_the_list_is_written_as_csv_and_as_json(place: Installation, tmp_path: Path) -> None:
    with place.application() as app:
        event = Cast(app).event(slug="assembly")
        kind = db.session.scalar(sa.select(TicketType.id).where(TicketType.event_id == event.id)) or 0
        ask(event, "diet")
        for name in ("=1+1", "Rosa Nájera"):
            sign_up(event, Signup(name, f"{len(name)}@example.org", "es", kind, "1", answered(event, diet="+ beans")))

    raw = place.run("attendees", "export", "assembly", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(raw.removeprefix("\ufeff"))))
    assert [row["name"] for row in rows] == ["'=1+1", "Rosa Nájera"]
    assert list(rows[0]) == [*exporting.COLUMNS, "party", "contact_email", "diet"]
    assert {row["diet"] for row in rows} == {"'+ beans"}

    target = tmp_path / "list.json"
    assert place.run("attendees", "export", "assembly", "--format", "json", "--output", str(target)).stdout == ""
    assert [each["name"] for each in json.loads(target.read_text())] == ["=1+1", "Rosa Nájera"]
    assert [each["answers"] for each in json.loads(target.read_text())] == [{"diet": "+ beans"}] * 2
    assert target.stat().st_mode & 0o077 == 0
    none = place.run("attendees", "export", "assembly", "--format", "json", "--status", "cancelled")
    assert json.loads(none.stdout) == []


def test_counters_that_are_wrong_are_found_and_repaired(place: Installation) -> None:
    with place.application() as app:
        event = Cast(app).event(slug="assembly", kinds=[("hall", 5)])
        ask(event, "workshop", ("weaving", 9), ("radio", None))
        with transaction():
            db.session.execute(sa.update(Quota).values(taken=3))
            db.session.execute(sa.update(OptionLimit).values(taken=2))
    done = place.run("event", "recount", "assembly")
    assert done.returncode == 1
    assert "taken 3, counted 0" in done.stdout
    assert "assembly, workshop/weaving: taken 2, counted 0" in done.stdout
    assert place.run("event", "recount", "--repair").returncode == 0
    assert place.run("event", "recount").stdout == "The counters are right.\n"


def test_answers_whose_time_is_over_are_listed_and_then_erased(place: Installation) -> None:
    with place.application() as app:
        event = Cast(app).event(slug="assembly")
        ask(event, "diet", days=1)
        together(event, person(event, "ana", diet="fish"))
        with transaction():
            ended = clock.now() - timedelta(days=2)
            db.session.execute(sa.update(Event).values(starts_at=ended - timedelta(hours=2), ends_at=ended))
        day = (ended + timedelta(days=1)).date().isoformat()

    said = place.run("retention", "run", "--dry-run").stdout
    assert said == f"{day}  assembly/diet  1\n0 events are due.\nThe answers to 1 question are due.\n"
    assert place.run("retention", "run").stdout.endswith("0 events purged.\nThe answers to 1 question erased.\n")
    assert place.run("retention", "run").stdout == "0 events purged.\n"


def test_a_test_message_reaches_a_mail_server_and_failed_ones_are_tried_again(place: Installation) -> None:
    with smtp.server() as post:
        server = {"EVENTSVC_MAIL_URL": f"smtp://127.0.0.1:{post.port}", "EVENTSVC_MAIL_FROM": "rsvp@example.org"}
        post.behave(smtp.Rule("RCPT", "550 5.1.1 no such user"))
        assert place.run("mail", "test", "rosa@example.org", **server).returncode == 0
        assert place.run("work", "--once", **server).returncode == 0
        said = place.run("mail", "status").stdout
        assert "failed           1" in said
        assert "last error: 550 5.1.1 at rcpt: no such address" in said

        post.behave()
        assert place.run("mail", "retry").stdout == "1 message will be tried again.\n"
        assert place.run("work", "--once", **server).returncode == 0
        assert [mail.recipients for mail in post.wait_for(1)] == [["rosa@example.org"]]
    assert place.refused("mail", "test", "nobody") == "nobody is not a mail address"


def test_an_owner_is_made_and_signed_in_without_mail(place: Installation) -> None:
    assert "nobody with this address" in place.refused("organizer", "sign-in-link", "rosa@example.org")
    done = place.run("organizer", "add", "rosa@example.org", "--organization", "Alianza Americas")
    assert done.stdout == "rosa@example.org is now owner of Alianza Americas.\n"
    link = place.run("organizer", "sign-in-link", "rosa@example.org", EVENTSVC_BASE_URL="https://events.example.org")
    assert link.stdout.startswith("https://events.example.org/organize/sign-in/")


def test_a_new_master_key_takes_over_and_the_old_one_may_go(place: Installation) -> None:
    with place.application() as app:
        event = Cast(app).event()
        old = (place.folder / "secret.key").read_text().strip()
    new = urlsafe_b64encode(secrets.token_bytes(32)).decode()
    assert place.run("keys", "rotate", EVENTSVC_SECRET_KEYS=f"{new},{old}").returncode == 0
    assert "does not belong" in place.refused("work", "--once", EVENTSVC_SECRET_KEYS=old)
    assert place.run("work", "--once", EVENTSVC_SECRET_KEYS=new).returncode == 0
    (place.folder / "secret.key").write_text(new)
    with place.application():
        assert vault.keyring().of_event(event.id).index("rosa@example.org")


def test_what_is_due_is_named_and_then_purged(place: Installation) -> None:
    with place.application() as app:
        event = Cast(app).event(slug="long-ago", days=-60)
    assert "long-ago" in place.run("retention", "run", "--dry-run").stdout
    assert place.run("retention", "run").stdout.endswith("1 event purged.\n")
    with place.application():
        assert db.session.get_one(Event, event.id).purged_at is not None
    assert place.run("retention", "run").stdout == "0 events purged.\n"
    assert "erased" in place.refused("attendees", "export", "long-ago", "--format", "csv")


def test_check_finds_what_is_wrong_and_what_is_missing(place: Installation) -> None:
    done = place.run("check")
    assert done.returncode == 0
    assert "warn  mail goes to files" in done.stdout
    assert "ok    the key belongs to the database" in done.stdout
    assert ("lies beside the database" in done.stdout) == (place.kind == "sqlite")

    (place.folder / "secret.key").chmod(0o644)
    done = place.run("check", EVENTSVC_MAIL_URL="smtp://127.0.0.1:1", EVENTSVC_BASE_URL="http://events.example.org")
    assert done.returncode == 1
    assert "fail  others may read" in done.stdout
    assert "fail  the mail server does not accept us: refused at connect: server unreachable" in done.stdout
    assert "warn  EVENTSVC_BASE_URL is not https" in done.stdout
    assert "EVENTSVC_TRUSTED_PROXIES" not in done.stdout

    https = {"EVENTSVC_BASE_URL": "https://events.example.org"}
    assert "warn  https means a proxy in front of us" in place.run("check", **https).stdout
    assert "EVENTSVC_TRUSTED_PROXIES" not in place.run("check", **https, EVENTSVC_TRUSTED_PROXIES="1").stdout


def test_check_changes_nothing_where_nothing_was_installed(sqlite_place: Installation) -> None:
    done = sqlite_place.run("check")
    assert done.returncode == 1
    assert "there is no key" in done.stdout
    assert not sqlite_place.folder.exists()


@pytest.mark.parametrize(("language", "sentence"), [("es", SPANISH), ("pt", SPANISH), ("fr", ENGLISH)])
def test_commands_speak_the_language_of_the_service_or_the_nearest_they_know(
    sqlite_place: Installation, language: str, sentence: str
) -> None:
    said = sqlite_place.spawn("serve", "--demo", "--host", "192.0.2.1", EVENTSVC_LANGUAGE=language)
    assert said.stderr == f"eventsvc: {sentence}\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"WORKERS": "many"}, "EVENTSVC_WORKERS: debe ser un número entero"),
        ({"MAIL_FROM": "nobody"}, "EVENTSVC_MAIL_FROM: escriba una sola dirección, sin nombre, que pueda recibir"),
        ({"CONFIG": "none.toml"}, "EVENTSVC_CONFIG: none.toml: No such file or directory"),
        ({"SECRET_KEYS": "short"}, "EVENTSVC_SECRET_KEYS: una clave son 32 bytes en base64url; esta no lo es"),
        ({"LANGUAGE": "de", "WORKERS": "0"}, "EVENTSVC_LANGUAGE: must be one of en, es, pt, fr"),
    ],
)
def test_a_bad_setting_is_said_in_the_language_that_is_set(
    sqlite_place: Installation, changed: dict[str, str], said: str
) -> None:
    settings = {f"EVENTSVC_{name}": value for name, value in ({"LANGUAGE": "es"} | changed).items()}

    assert sqlite_place.refused("serve", "--port", "0", **settings).startswith(said)


def test_a_missing_and_a_wrong_key_are_said_in_the_language_that_is_set(place: Installation) -> None:
    key = place.folder / "secret.key"
    key.unlink()
    missing = place.refused("serve", "--port", "0", EVENTSVC_LANGUAGE="es")
    vault.make_key_file(key)
    wrong = place.refused("serve", "--port", "0", EVENTSVC_LANGUAGE="es")

    kept = f"hay una base de datos, pero falta la clave: vuelva a poner {key} o configure EVENTSVC_SECRET_KEYS"
    none = "falta la clave: con PostgreSQL configure EVENTSVC_SECRET_KEYS o EVENTSVC_KEY_FILE; no se crea ninguna por sí sola"
    assert missing == (kept if place.kind == "sqlite" else none)
    assert wrong.startswith("la clave no corresponde a esta base de datos: indique la correcta")


def test_all_help_is_there_in_spanish(sqlite_place: Installation) -> None:
    with speaking("es"):
        said = {text: gettext(text) for text in help_texts(cli)}
    assert len(said) > 35
    assert [text for text, spanish in said.items() if text == spanish] == []
    assert "Pone en marcha el servicio" in sqlite_place.spawn("serve", "--help", EVENTSVC_LANGUAGE="es").stdout


def help_texts(command: click.Command) -> Iterator[str]:
    """As they stand in the code: what was translated in this process is looked up from there."""
    yield from [inspect.cleandoc(command.callback.__doc__ or "")] if command.callback else []
    yield from (each.help for each in command.params if isinstance(each, click.Option) and each.help)
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        yield from help_texts(below)
