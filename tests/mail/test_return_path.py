"""The sender on the envelope is the address in From, whatever the name before it."""

from email.parser import BytesHeaderParser
from email.policy import default

import pytest

from eventsvc.mail import mime
from eventsvc.mail.headers import field, mailbox
from eventsvc.mail.letters import Rendered
from eventsvc.mail.return_path import return_path

LETTER = Rendered("From: nobody@example.com", "From: mallory@example.com\n", "<p>x</p>")


@pytest.mark.parametrize(
    "name",
    ["", "Alianza", "Ärzte, die <helfen>", "Red de Mujeres Migrantes y Refugiadas de Centroamérica, Sección Sur, A.C.",
     'A "B" C', "x@example.com", "From: x", "名前" * 30, "a" * 300],
)  # fmt: skip
@pytest.mark.parametrize("address", ["rsvp@example.org", "r+s.v_p@events.xn--and-6ma2c.example"])
def test_the_sender_is_what_a_parser_finds_in_from(name: str, address: str):
    fields = [field("From", *mailbox(name, address)), field("To", *mailbox("", "ana@example.org"))]
    for order in (fields, fields[::-1]):
        content = mime.write(order, LETTER, [], "x")
        parsed = BytesHeaderParser(policy=default).parsebytes(content)["From"].addresses[0].addr_spec
        assert return_path(content) == parsed == address


def test_a_mail_without_a_sender_is_refused():
    with pytest.raises(ValueError, match="without From"):
        return_path(mime.write([field("To", "ana@example.org")], LETTER, [], "x"))
