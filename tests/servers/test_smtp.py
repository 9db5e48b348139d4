"""The server that misbehaves does what its rules say; the standard library's client is the witness."""

import smtplib
import ssl

import pytest

from tests.servers import https, smtp
from tests.servers.smtp import Rule

SENDER = "rsvp@example.org"
BODY = b"Subject: hola\r\n\r\nadi\xc3\xb3s\r\n.. a line that began with a dot\r\n"


def send(post: smtp.Post, *recipients: str) -> None:
    with smtplib.SMTP(post.host, post.port, timeout=3) as client:
        client.sendmail(SENDER, list(recipients), BODY)


def test_a_message_is_kept_as_it_came() -> None:
    with smtp.server() as post:
        send(post, "lucia@example.org", "amir@example.org")
        (mail,) = post.wait_for(1)
    assert (mail.sender, mail.recipients, mail.content) == (SENDER, ["lucia@example.org", "amir@example.org"], BODY)
    assert (mail.connection, mail.encrypted, mail.user) == (1, False, None)


def test_one_connection_carries_several_messages() -> None:
    with smtp.server() as post:
        with smtplib.SMTP(post.host, post.port, timeout=3) as client:
            for person in ("a@example.org", "b@example.org"):
                client.sendmail(SENDER, [person], BODY)
        assert [mail.connection for mail in post.wait_for(2)] == [1, 1]
        assert post.connections == 1


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (Rule("MAIL", "451 4.3.0 not now"), smtplib.SMTPSenderRefused),
        (Rule("RCPT", "550 5.1.1 no such user"), smtplib.SMTPRecipientsRefused),
        (Rule("DATA", "554 5.6.0 not this"), smtplib.SMTPDataError),
        (Rule("RCPT", smtp.DROP), smtplib.SMTPServerDisconnected),
        (Rule("DATA", smtp.DROP), smtplib.SMTPServerDisconnected),
        (Rule("RCPT", smtp.HANG), smtplib.SMTPServerDisconnected),
    ],
    ids=lambda value: f"{value.stage}-{value.do[:4]}" if isinstance(value, Rule) else "",
)
def test_what_is_refused_is_not_kept_and_the_next_one_is(rule: Rule, error: type[Exception]) -> None:
    with smtp.server() as post:
        rule.times = 1
        post.behave(rule)
        with pytest.raises(error):
            send(post, "lucia@example.org")
        send(post, "amir@example.org")
        assert [mail.recipients for mail in post.received] == [["amir@example.org"]]


def test_an_unsure_end_keeps_the_message_and_loses_the_answer() -> None:
    with smtp.server() as post:
        post.behave(Rule("DATA", smtp.UNSURE))
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(post, "lucia@example.org")
        assert len(post.wait_for(1)) == 1


def test_a_server_that_leaves_has_taken_the_message() -> None:
    with smtp.server() as post:
        post.behave(Rule("DATA", smtp.LEAVE))
        with smtplib.SMTP(post.host, post.port, timeout=3) as client:
            client.sendmail(SENDER, ["lucia@example.org"], BODY)
            with pytest.raises(smtplib.SMTPServerDisconnected):
                client.sendmail(SENDER, ["amir@example.org"], BODY)
        assert [mail.recipients for mail in post.received] == [["lucia@example.org"]]


def test_a_rule_waits_for_its_turn_and_its_recipient() -> None:
    with smtp.server() as post:
        post.behave(Rule("RCPT", "450 4.2.1 slowly", only="lucia@example.org", after=1, times=1))
        send(post, "lucia@example.org")
        send(post, "amir@example.org")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(post, "lucia@example.org")
        send(post, "lucia@example.org")
        assert len(post.received) == 3


def test_a_wrong_password_is_refused_and_the_right_one_is_named() -> None:
    with https.certificate() as paper, smtp.server(starttls=paper.for_servers(), login=("ana", "sesame")) as post:
        with smtplib.SMTP("localhost", post.port, timeout=3) as client:
            client.starttls(context=paper.for_clients())
            with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
                client.login("ana", "wrong")
            assert refused.value.smtp_code == 535
        with smtplib.SMTP("localhost", post.port, timeout=3) as client:
            client.starttls(context=paper.for_clients())
            client.login("ana", "sesame")
            client.sendmail(SENDER, ["lucia@example.org"], BODY)
        (mail,) = post.wait_for(1)
    assert (mail.encrypted, mail.user) == (True, "ana")


def test_tls_from_the_first_byte() -> None:
    with https.certificate() as paper, smtp.server(implicit_tls=paper.for_servers()) as post:
        with smtplib.SMTP_SSL("localhost", post.port, timeout=3, context=paper.for_clients()) as client:
            client.sendmail(SENDER, ["lucia@example.org"], BODY)
        assert post.wait_for(1)[0].encrypted
        with pytest.raises(ssl.SSLCertVerificationError):
            smtplib.SMTP_SSL("localhost", post.port, timeout=3, context=ssl.create_default_context())
