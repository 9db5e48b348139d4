"""`eventsvc mail …` and what `check` says of the queue, as an operator types them, in both languages of the office."""

import re

import pytest

from eventsvc import cli, vault
from eventsvc.db import transaction
from eventsvc.mail import outbox
from eventsvc.mail.letters import Rendered
from eventsvc.mail.models import Lane
from tests.factories import Cast
from tests.operations.installation import Installation
from tests.servers import nameserver, smtp
from tests.servers.smtp import Rule


@pytest.fixture(autouse=True)
def _help_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in Spanish would leave its help in Spanish for all tests of this process."""
    monkeypatch.setattr(cli, "explain", lambda _command: None)


def post(place: Installation, *addresses: str, lane: Lane = Lane.BULK) -> None:
    with place.application() as app:
        event = Cast(app).event()
        keys = vault.keyring().of_event(event.id)
        for address in addresses:
            envelope = outbox.Envelope("test", "en", address, event.id, keys, "Alianza", "rsvp@example.org", lane=lane)
            message = outbox.prepare(envelope, Rendered("Hello", "Hello.\n", "<p>Hello.</p>\n"))
            with transaction():
                outbox.post(message)


def settings(server: smtp.Post) -> dict[str, str]:
    return {"EVENTSVC_MAIL_URL": f"smtp://127.0.0.1:{server.port}", "EVENTSVC_MAIL_FROM": "rsvp@example.org"}


def test_an_empty_queue_has_numbers_and_no_sentences(place: Installation) -> None:
    lines = place.run("mail", "status").stdout.splitlines()
    assert [re.split(r" +", line) for line in lines] == [
        [status, "0"] for status in ("queued", "sending", "sent", "uncertain", "failed", "dropped")
    ]


def test_status_says_what_waits_where_and_which_addresses_refuse(place: Installation) -> None:
    post(place, "ana@busy.example.org", "bea@busy.example.org", "cleo@example.org", "dora@example.org")
    with smtp.server() as server:
        server.behave(
            Rule("RCPT", "421 later", only="ana@busy.example.org"),
            Rule("RCPT", "550 5.1.1 no such user cleo@example.org", only="cleo@example.org"),
        )
        assert place.run("work", "--once", **settings(server)).returncode == 0
    said = place.run("mail", "status").stdout
    assert "queued           2\n" in said
    assert "waiting: urgent 0, for somebody who waits 0, notices 0, to many 2\n" in said
    assert "1 domain takes no mail for the moment; it waits there\n" in said
    assert "mail to 1 address comes back\n" in said
    assert "example.org" not in said, "no address, and not the server's own words"

    spanish = place.run("mail", "status", EVENTSVC_LANGUAGE="es").stdout
    assert "en espera: urgentes 0, para alguien que espera 0, avisos 0, para muchas personas 2\n" in spanish
    assert "1 dominio no recibe correo por ahora; lo que va allí espera\n" in spanish
    assert "el correo a 1 dirección es devuelto\n" in spanish


def test_a_wrong_password_is_shown_by_status_and_by_check_until_mail_leaves(place: Installation) -> None:
    post(place, "ana@example.org", lane=Lane.PERSONAL)
    with smtp.server() as server, nameserver.server({}) as names, names.asked_by_default():
        server.behave(Rule("MAIL", "535 5.7.8 wrong password"))
        place.run("work", "--once", **settings(server))

        why = "535 5.7.8 at mail: configuration"
        assert f"everything waits, because the mail server takes nothing: {why}" in place.run("mail", "status").stdout
        checked = place.run("check", **settings(server))
        assert f"fail  all mail waits until this is mended: {why}" in checked.stdout
        assert checked.returncode == 1
        spanish = place.run("check", **settings(server), EVENTSVC_LANGUAGE="es").stdout
        assert f"fail  todo el correo espera hasta que esto se arregle: {why}" in spanish

        server.behave()
        place.run("work", "--once", **settings(server))
        assert len(server.received) == 1
        assert "everything waits" not in place.run("mail", "status").stdout
        assert "all mail waits" not in place.run("check", **settings(server)).stdout


def test_what_is_refused_for_our_sake_is_said_by_check_and_goes_again_on_request(place: Installation) -> None:
    post(place, "ana@example.org", "bea@example.org")
    with smtp.server() as server, nameserver.server({}) as names, names.asked_by_default():
        server.behave(Rule("DATA", "554 5.7.1 spam"))
        place.run("work", "--once", **settings(server))
        assert (
            "warn  in the last week 2 mails were refused for our sake" in place.run("check", **settings(server)).stdout
        )

        server.behave()
        assert place.run("mail", "retry", EVENTSVC_LANGUAGE="es").stdout == "Se intentará de nuevo con 2 mensajes.\n"
        place.run("work", "--once", **settings(server))
        assert len(server.received) == 2
        assert "for our sake" not in place.run("check", **settings(server)).stdout
        assert place.run("mail", "retry").stdout == "0 messages will be tried again.\n"


def test_a_test_message_says_where_it_goes(place: Installation) -> None:
    to_files = place.run("mail", "test", "ana@example.org").stdout
    assert to_files.endswith("Mail goes to files, not to people: set EVENTSVC_MAIL_URL to send it.\n")
    with smtp.server() as server:
        sent = place.run("mail", "test", "ana@example.org", **settings(server), EVENTSVC_LANGUAGE="es")
        assert (sent.returncode, sent.stdout.count("\n")) == (0, 1)
        place.run("work", "--once", **settings(server))
        assert [mail.recipients for mail in server.received] == [["ana@example.org"]] * 2
    assert place.refused("mail", "test", "ana@", EVENTSVC_LANGUAGE="es") == "ana@ no es una dirección de correo"
