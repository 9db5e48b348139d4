"""Ways for a mail to leave: TLS from the first byte or after STARTTLS, a line that is kept, files."""

import mailbox
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from eventsvc.mail.outcomes import Answer, Kind, Stage, judge
from eventsvc.mail.transports import Files, Smtp, Transport, server_of, transport_of
from eventsvc.settings import load_settings
from tests.mail.conftest import line_to
from tests.servers import https, smtp
from tests.servers.smtp import HANG, Rule

MAIL = b"Subject: x\r\n\r\nfirst\r\n.\r\n..two\r\n"
SENT = Answer(Stage.DOT, 250)


def nothing() -> None:
    pass


def send(transport: Transport, recipient: str = "ana@example.org") -> Answer:
    return transport.send("rsvp@example.org", recipient, MAIL, nothing)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("smtp", "mail.example.org", 25, "", "")),
        ("smtps://mail.example.org", ("smtps", "mail.example.org", 465, "", "")),
        (
            "smtp+starttls://ana%40example.org:p%40ss%2Fw%3Ard@mail.example.org",
            ("smtp+starttls", "mail.example.org", 587, "ana@example.org", "p@ss/w:rd"),
        ),
        ("smtp://[::1]:2525", ("smtp", "::1", 2525, "", "")),
        ("smtp://", ("smtp", "localhost", 25, "", "")),
    ],
)
def test_a_mail_url_names_server_port_and_login(url: str, expected: tuple[str, str, int, str, str]):
    assert server_of(url) == expected


def test_a_mail_keeps_its_bytes_lines_of_dots_included(server: smtp.Post):
    line = line_to(server)
    assert send(line) == SENT
    line.close()
    assert server.received[0].content == MAIL


def test_tls_from_the_first_byte_and_a_certificate_nobody_vouches_for(monkeypatch: pytest.MonkeyPatch):
    with https.certificate() as paper, smtp.server(implicit_tls=paper.for_servers()) as post:
        way: dict[str, Any] = {"scheme": "smtps", "host": "localhost"}
        line = line_to(post, tls=paper.for_clients(), **way)
        assert send(line) == SENT
        line.close()
        assert post.received[0].encrypted

        refused = send(line_to(post, **way))
        assert refused == Answer(Stage.CONNECT, reason="certificate")
        assert judge(refused).kind is Kind.CONFIGURATION


def test_a_server_without_starttls_is_not_spoken_to_in_the_open(server: smtp.Post):
    answer = send(line_to(server, scheme="smtp+starttls", user="ana", password="sesame"))
    assert answer == Answer(Stage.CONNECT, reason="no STARTTLS")
    assert server.received == []


def test_a_line_carries_a_hundred_mails_and_then_there_is_a_new_one(server: smtp.Post, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Smtp, "MAILS_PER_LINE", 3)
    line = line_to(server)
    for _ in range(7):
        assert send(line) == SENT
    line.close()
    assert [mail.connection for mail in server.received] == [1, 1, 1, 2, 2, 2, 3]


def test_a_refusal_leaves_the_line_clean_for_the_next_mail(server: smtp.Post):
    line = line_to(server)
    server.behave(
        Rule("RCPT", "550 5.1.1 no", only="bea@example.org"), Rule("DATA", "554 5.6.0 no", only="cleo@example.org")
    )
    answers = [send(line, f"{name}@example.org") for name in ("ana", "bea", "cleo", "dora")]
    line.close()

    assert answers == [SENT, Answer(Stage.RCPT, 550, "5.1.1"), Answer(Stage.DOT, 554, "5.6.0"), SENT]
    assert server.connections == 1


def test_a_line_that_was_idle_is_asked_first_and_opened_again_if_it_is_dead(
    server: smtp.Post, monkeypatch: pytest.MonkeyPatch
):
    line = line_to(server, timeout=1)
    assert send(line) == SENT
    monkeypatch.setattr(Smtp, "IDLE", 0.0)
    assert send(line) == SENT, "alive: NOOP and on"
    assert server.connections == 1

    line._line.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # as after a night behind a firewall
    assert send(line) == SENT
    line.close()
    assert server.connections == 2


def test_silence_ends_with_the_time_out(server: smtp.Post):
    server.behave(Rule("RCPT", HANG, times=1))
    line = line_to(server, timeout=0.3)
    began = time.monotonic()
    assert send(line) == Answer(Stage.RCPT, reason="timeout")
    assert 0.25 < time.monotonic() - began < 5
    assert send(line) == SENT
    line.close()


def test_what_stops_it_at_the_dot_leaves_nothing_behind(server: smtp.Post):
    line = line_to(server)

    def stop() -> None:
        raise KeyError("the lease is lost")

    with pytest.raises(KeyError):
        line.send("rsvp@example.org", "ana@example.org", MAIL, stop)
    assert send(line, "bea@example.org") == SENT
    line.close()
    assert [mail.recipients for mail in server.received] == [["bea@example.org"]]


def test_a_server_that_is_not_there(server: smtp.Post):
    assert send(line_to(server, port=1)) == Answer(Stage.CONNECT, reason="refused")
    assert send(line_to(server, host="nowhere.invalid")) == Answer(Stage.CONNECT, reason="unknown host")


def test_without_a_server_mails_are_files(folder: Path):
    post = transport_of(load_settings(data_dir=folder))
    assert send(post) == SENT
    (mail,) = mailbox.Maildir(folder / "mail")
    assert mail.as_bytes() == MAIL.replace(b"\r\n", b"\n")
    assert (folder / "mail").stat().st_mode & 0o077 == 0


def test_files_that_cannot_be_written_stop_the_queue(folder: Path):
    (folder / "mail").write_text("in the way")
    answer = send(Files(folder / "mail"))
    assert judge(answer).kind is Kind.SERVER
